/** Making and answering calls. */
import { CallError, ProcessError } from "../errors.ts";
import type { Target } from "../pid.ts";
import { describeTerm } from "../reason.ts";
import { PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import { resolveTarget } from "./identity.ts";
import { CALL, DEAD, type Proc } from "./proc.ts";

let capturing: PendingCall | null = null;
const capture = (resolve: (value: unknown) => void, reject: (error: Error) => void): void => {
  const call = capturing as PendingCall;
  call.resolve = resolve;
  call.reject = reject;
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
    const call = new PendingCall(request, caller, callee ?? core.outside, ms, to);
    if (core.trace !== null) {
      core.trace.callSent(call, typeof to === "string" ? to : null);
      core.trace.callEnd(call, "down", reason);
    }
    return rejected(new CallError(reason, call.description()), caller);
  }
  const call = new PendingCall(request, caller, callee, ms, to);
  if (core.trace !== null) core.trace.callSent(call, typeof to === "string" ? to : null);
  call.attach();
  // The callee may well run now: then nobody has to wait, and nothing has to remember that.
  const now = core.enter();
  core.deliver(callee, CALL, call);
  if (now) core.loop();
  if (call.answered) {
    if (!call.failed) return Promise.resolve(call.value);
    return rejected(new CallError(call.value as CallError["reason"], call.description()), caller);
  }
  if (caller !== null && (caller.state as number) === DEAD) return never();
  if (call.callee !== null) core.setWait(call, ms);
  capturing = call;
  const promise = new Promise<unknown>(capture);
  capturing = null;
  call.promise = promise;
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
  if (call.callee === null) return;
  const { trace } = by.core;
  if (trace !== null) trace.replied(by, call, value);
  call.detach();
  call.finish(false, value);
}
