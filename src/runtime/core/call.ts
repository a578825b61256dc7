/** Making and answering calls. */
import { ProcessError } from "../errors.ts";
import type { Target } from "../pid.ts";
import { describeTerm, type ExitReason } from "../reason.ts";
import { ANSWERED, callError, FAILED, PendingCall, type Waiting } from "./calls.ts";
import type { Core } from "./core.ts";
import { resolveTarget } from "./identity.ts";
import { CALL, DEAD, type Proc } from "./proc.ts";

let capturing: Waiting | null = null;
const capture = (resolve: (value: unknown) => void, reject: (error: Error) => void): void => {
  const waiting = capturing as Waiting;
  waiting.resolve = resolve;
  waiting.reject = reject;
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
  if (caller !== null && caller.state === DEAD) return never();
  const to = resolveTarget(target);
  const callee = typeof to === "string" ? core.names.get(to) : to;
  const ms = timeoutMs(timeout);
  if (callee === undefined || callee.state === DEAD || callee === caller) {
    const reason = callee !== undefined && callee === caller ? "calling_self" : "noproc";
    if (core.trace !== null) {
      const call = new PendingCall(request, caller, callee ?? core.outside);
      core.trace.callSent(call, typeof to === "string" ? to : null);
      core.trace.callEnd(call, "down", reason);
    }
    return rejected(callError(reason, to, request, ms), caller);
  }
  const call = new PendingCall(request, caller, callee);
  if (core.trace !== null) core.trace.callSent(call, typeof to === "string" ? to : null);
  // The callee may well run now: then nobody has to wait, and nothing has to remember that.
  const now = core.enter();
  if (!now || core.trace !== null) call.wait(to, ms);
  core.deliver(callee, CALL, call);
  if (now) core.loop();
  if (call.outcome === ANSWERED) return Promise.resolve(call.value);
  if (call.outcome === FAILED) return rejected(callError(call.value as ExitReason, to, request, ms), caller);
  if (caller !== null && (caller.state as number) === DEAD) return never();
  if (call.waiting === null && (callee.state as number) === DEAD) {
    call.detach();
    return rejected(callError(callee.exitReason, to, request, ms), caller);
  }
  const waiting = call.waiting ?? call.wait(to, ms);
  if (call.callee !== null) core.setWait(waiting, ms);
  capturing = waiting;
  const promise = new Promise<unknown>(capture);
  capturing = null;
  waiting.promise = promise;
  return promise;
}

/** A failed call that nobody awaits must not end the program: inside a process nobody else can. */
function rejected(error: Error, caller: Proc | null): Promise<never> {
  const promise = Promise.reject(error);
  if (caller !== null) promise.catch(nothing);
  return promise;
}

/** Answers `call`; too late, nothing happens. */
export function replyCall(by: Proc, call: PendingCall, value: unknown): void {
  const { callee } = call;
  // The callee's exit has ended the call, even where its caller has not looked yet.
  if (callee === null || callee.state === DEAD) return;
  const { trace } = by.core;
  if (trace !== null) trace.replied(by, call, value);
  call.detach();
  call.finish(false, value);
}
