/** Making and answering calls. */
import { ProcessError } from "../errors.ts";
import type { Target } from "../pid.ts";
import { describeTerm, type ExitReason, formatReason } from "../reason.ts";
import { isFull } from "./bound.ts";
import { type AwaitedCall, callError, PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import { resolveTarget } from "./identity.ts";
import type { Proc } from "./proc.ts";
import { abandon } from "./thenables.ts";

let capturing: AwaitedCall | null = null;
const capture = (resolve: (value: unknown) => void): void => {
  (capturing as AwaitedCall).resolve = resolve;
};

const nothing = (): void => {};

/** What code of a dead process waits for. */
function never(): Promise<never> {
  return new Promise<never>(nothing);
}

/** Milliseconds of a timeout; throws when it is none. */
export function timeoutMs(timeout: number | "infinity"): number {
  if (timeout === "infinity") return Number.POSITIVE_INFINITY;
  if (typeof timeout === "number" && timeout >= 0) return timeout;
  throw new ProcessError(
    "badarg",
    `a timeout is a number of milliseconds or "infinity", not ${describeTerm(timeout)}`,
  );
}

/** Calls `target`, from a process or from outside. */
export function callFrom(
  core: Core,
  caller: Proc | null,
  target: Target,
  request: unknown,
  timeout: number | "infinity",
): Promise<unknown> {
  if (caller !== null && caller.state === "dead") return never();
  const call = prepareCall(core, caller, target, request, timeout);
  if (call === null) return refuseCall(core, caller, target, request, timeout);
  if (timeout === 0) return callInVain(core, call, target);
  const now = core.enter();
  sendCall(core, call, target, timeout, now);
  if (now) core.loop();
  return outcomeOf(core, call, target, timeout);
}

// The steps of a call. Whoever calls from outside takes them one by one, with the loop between them: every frame under
// a callback makes the Error that it throws costlier.

/** The call, traced as sent; null when nobody is there to answer. Throws for what is no target and no timeout. */
export function prepareCall(
  core: Core,
  caller: Proc | null,
  target: Target,
  request: unknown,
  timeout: number | "infinity",
): PendingCall | null {
  const to = resolveTarget(core, target);
  const callee = typeof to === "string" ? core.names.get(to) : to;
  timeoutMs(timeout);
  if (callee === undefined || callee.state === "dead" || callee === caller) return null;
  if (callee.extra !== null && isFull(callee)) return null;
  const call = new PendingCall(request, caller, callee);
  if (core.messages !== null) core.messages.callSent(call, typeof to === "string" ? to : null);
  return call;
}

/** What a call fails with that {@link prepareCall} did not make. */
export function refuseCall(
  core: Core,
  caller: Proc | null,
  target: Target,
  request: unknown,
  timeout: number | "infinity",
): Promise<never> {
  const to = resolveTarget(core, target);
  const callee = typeof to === "string" ? core.names.get(to) : to;
  let reason = "noproc";
  if (callee !== undefined && callee === caller) reason = "calling_self";
  else if (callee !== undefined && callee.state !== "dead") {
    reason = "mailbox_full";
    callee.extra?.bound?.lost(callee, "refused");
  }
  if (core.messages !== null) {
    const call = new PendingCall(request, caller, callee ?? core.outside);
    core.messages.callSent(call, typeof to === "string" ? to : null);
    core.messages.callEnd(call, "down", reason);
  }
  return rejected(core, callError(reason, to, request, timeoutMs(timeout), refuseCall), caller);
}

/** Puts the call into the mailbox of its callee. `now`: the loop runs next, so nobody may have to wait. */
export function sendCall(
  core: Core,
  call: PendingCall,
  target: Target,
  timeout: number | "infinity",
  now: boolean,
): void {
  const callee = call.callee as Proc;
  // In virtual time a call is in its lists from the start: traces have the callee's exit end it in its place.
  if (!now || (core.messages !== null && core.clock.virtual))
    call.wait(resolveTarget(core, target), timeoutMs(timeout));
  core.deliver(callee, "call", call);
}

/** OTP's `after 0`: the callee gets the request, and nobody waits for the reply. */
export function callInVain(core: Core, call: PendingCall, target: Target): Promise<never> {
  const { caller, request } = call;
  core.deliver(call.callee as Proc, "call", call);
  if (core.messages !== null) core.messages.callEnd(call, "timeout", "timeout");
  call.detach();
  return rejected(core, callError("timeout", resolveTarget(core, target), request, 0, callInVain), caller);
}

/** What the caller gets: the reply if it is there, or a promise of it. */
export function outcomeOf(
  core: Core,
  call: PendingCall,
  target: Target,
  timeout: number | "infinity",
): Promise<unknown> {
  if (call.outcome === "answered") return Promise.resolve(call.value);
  const { caller, callee, request } = call;
  const to = resolveTarget(core, target);
  const ms = timeoutMs(timeout);
  if (call.outcome === "failed")
    return rejected(core, callError(call.value as ExitReason, to, request, ms, outcomeOf), caller);
  if (caller !== null && caller.state === "dead") return never();
  if (call.waiting === null && callee !== null && callee.state === "dead") {
    if (core.messages !== null) core.messages.callEnd(call, "down", formatReason(callee.exitReason));
    call.detach();
    return rejected(core, callError(callee.exitReason, to, request, ms, outcomeOf), caller);
  }
  const waiting = call.waiting ?? call.wait(to, ms);
  if (callee !== null) core.setWait(waiting, ms);
  capturing = waiting;
  const promise = new Promise<unknown>(capture);
  capturing = null;
  waiting.promise = promise;
  return promise;
}

let rejecting: (error: Error) => void = nothing;
const captureReject = (_resolve: (value: never) => void, reject: (error: Error) => void): void => {
  rejecting = reject;
};
const settled = Promise.resolve();

/** A failed call that nobody awaits must not end the program: inside a process nobody else can. */
function rejected(core: Core, error: Error, caller: Proc | null): Promise<never> {
  // A promise that is rejected before its caller has seen it goes through the host's bookkeeping of unhandled
  // rejections, which costs more than the rest of a failing call. In virtual time the order of events is fixed.
  const promise = core.clock.virtual ? Promise.reject(error) : rejectedSoon(error, caller);
  if (caller !== null) promise.catch(nothing);
  return promise;
}

/** Rejects when the code that is running now has ended; never when the caller is dead by then. */
function rejectedSoon(error: Error, caller: Proc | null): Promise<never> {
  const promise = new Promise<never>(captureReject);
  const reject = rejecting;
  void settled.then(() => {
    if (caller === null || caller.state !== "dead") reject(error);
  });
  return promise;
}

/** Answers `call`; too late, nothing happens. */
export function replyCall(by: Proc, call: PendingCall, value: unknown): void {
  const { callee } = call;
  // The callee's exit has ended the call, even where its caller has not looked yet.
  if (callee === null || callee.state === "dead") {
    abandon(value);
    return;
  }
  if (call.caller !== null) abandon(value);
  const { messages } = by.core;
  if (messages !== null) messages.replied(by, call, value);
  call.detach();
  call.finish(false, value);
}
