/**
 * The call protocol: monitor the callee, send the request tagged with the monitor's reference, then wait for the
 * reply, the DOWN, or the timeout. The monitor of a call is an entry in the callee's list of callers, and its
 * timeout an entry in a shared list, so that neither costs more than a few pointers. A call that is answered while
 * it is being made needs neither, and has neither.
 */
import { CallError, type Frame } from "../errors.ts";
import type { Pid } from "../pid.ts";
import type { From } from "../protocol.ts";
import type { CallDescription, ExitReason } from "../reason.ts";
import { Deadline } from "./deadlines.ts";
import type { Proc } from "./proc.ts";

const nothing = (): void => {};

/** One call that has been made. It is what `handleCall` gets as `from`. */
export class PendingCall implements From {
  readonly request: unknown;
  readonly caller: Proc | null;
  /** Null once the call is over. */
  callee: Proc | null;
  /** How the call ended, as long as nobody waits for it; then the value is the reply, or the reason. */
  outcome: "open" | "answered" | "failed" = "open";
  value: unknown = undefined;
  /** What waits for the end; null while the call is being made and may be answered at once. */
  waiting: AwaitedCall | null = null;
  /** Number in the trace; 0 when nobody observes. */
  ref = 0;

  constructor(request: unknown, caller: Proc | null, callee: Proc) {
    this.request = request;
    this.caller = caller;
    this.callee = callee;
  }

  get pid(): Pid | null {
    return this.caller;
  }

  toString(): string {
    return `From(${this.caller ?? "outside"})`;
  }

  /** From now on the call is in the lists of both sides, and fails when the callee exits. */
  wait(target: Proc | string, timeout: number): AwaitedCall {
    const waiting = new AwaitedCall(this, target, timeout);
    this.waiting = waiting;
    waiting.attach(this.callee as Proc, this.caller);
    return waiting;
  }

  /** The call is over: out of all lists. */
  detach(): void {
    const { callee, waiting } = this;
    if (callee === null) return;
    if (waiting !== null) waiting.detach(callee, this.caller);
    this.callee = null;
  }

  /** Tells the caller. Only once, after {@link detach}. */
  finish(failed: boolean, value: unknown): void {
    const { waiting } = this;
    if (waiting === null || waiting.resolve === null) {
      this.outcome = failed ? "failed" : "answered";
      this.value = value;
    } else waiting.settle(failed, value);
  }
}

/** A call that somebody waits for: its place among the callee's callers and the caller's calls, and its timeout. */
export class AwaitedCall extends Deadline {
  readonly call: PendingCall;
  /** What the caller called: a pid or a name. */
  readonly target: Proc | string;
  readonly timeout: number;
  /** Told when the call is over. */
  resolve: ((value: unknown) => void) | null = null;
  promise: Promise<unknown> | null = null;
  calleePrev: AwaitedCall | null = null;
  calleeNext: AwaitedCall | null = null;
  callerPrev: AwaitedCall | null = null;
  callerNext: AwaitedCall | null = null;

  constructor(call: PendingCall, target: Proc | string, timeout: number) {
    super();
    this.call = call;
    this.target = target;
    this.timeout = timeout;
  }

  override get isLimit(): boolean {
    return true;
  }

  /** The deadline has passed. */
  override fire(): void {
    const { call } = this;
    if (call.callee === null) return;
    call.callee.core.messages?.callEnd(call, "timeout", "timeout");
    call.detach();
    call.finish(true, "timeout");
  }

  attach(callee: Proc, caller: Proc | null): void {
    this.calleeNext = callee.callers;
    if (callee.callers !== null) callee.callers.calleePrev = this;
    callee.callers = this;
    if (caller === null) return;
    this.callerNext = caller.calls;
    if (caller.calls !== null) caller.calls.callerPrev = this;
    caller.calls = this;
  }

  detach(callee: Proc, caller: Proc | null): void {
    if (this.list !== null) callee.core.waits.remove(this);
    if (this.calleePrev !== null) this.calleePrev.calleeNext = this.calleeNext;
    else if (callee.callers === this) callee.callers = this.calleeNext;
    if (this.calleeNext !== null) this.calleeNext.calleePrev = this.calleePrev;
    this.calleePrev = null;
    this.calleeNext = null;
    if (caller === null) return;
    if (this.callerPrev !== null) this.callerPrev.callerNext = this.callerNext;
    else if (caller.calls === this) caller.calls = this.callerNext;
    if (this.callerNext !== null) this.callerNext.callerPrev = this.callerPrev;
    this.callerPrev = null;
    this.callerNext = null;
  }

  settle(failed: boolean, value: unknown): void {
    const { resolve, call } = this;
    const { caller } = call;
    this.resolve = null;
    if (caller !== null) caller.core.settledPromise = true;
    const { promise } = this;
    this.promise = null;
    if (!failed) resolve?.(value);
    else if (promise !== null) {
      const make = (by: Frame): CallError =>
        callError(value as ExitReason, this.target, call.request, this.timeout, by);
      resolve?.(rejectionOf(promise, caller, make));
    }
  }
}

const settled = Promise.resolve();

/**
 * What `promise` is to be resolved with so that it fails by the error of `make`, which is made on the way from one to the
 * other: so the engine finds who awaits `promise`, and has that in the error's stack. What does not fail pays nothing for that.
 * What waits in process `owner` need not be awaited, and never comes back when that has died meanwhile.
 */
export function rejectionOf(
  promise: Promise<unknown>,
  owner: Proc | null,
  make: (by: Frame) => Error,
): Promise<never> {
  return settled.then(nothing).then(function fail(): Promise<never> {
    if (owner !== null && owner.state === "dead") return new Promise(nothing);
    const error = make(fail);
    // The engine looks at promises with one listener only, so ours comes now.
    if (owner !== null) promise.catch(nothing);
    throw error;
  });
}

/** The error of a failed call; its stack begins below `by`. */
export function callError(
  reason: ExitReason,
  target: Proc | string,
  request: unknown,
  timeout: number,
  by: Frame,
): CallError {
  const description: CallDescription = {
    target: String(target),
    request,
    timeout: timeout === Number.POSITIVE_INFINITY ? "infinity" : timeout,
  };
  return new CallError(reason, description, by);
}
