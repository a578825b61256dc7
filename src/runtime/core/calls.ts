/**
 * The call protocol: monitor the callee, send the request tagged with the monitor's reference, then wait for the
 * reply, the DOWN, or the timeout. The monitor of a call is an entry in the callee's list of callers, and its
 * timeout an entry in a shared list, so that neither costs more than a few pointers.
 */
import { CallError } from "../errors.ts";
import type { Pid } from "../pid.ts";
import type { From } from "../protocol.ts";
import type { CallDescription, ExitReason } from "../reason.ts";
import { Deadline } from "./deadlines.ts";
import type { Proc } from "./proc.ts";

/** How a call ended: with a value, or with the reason of its failure. */
export type CallEnd = (failed: boolean, value: unknown) => void;

const nothing = (): void => {};

/** One call that has been made. It is what `handleCall` gets as `from`. */
export class PendingCall extends Deadline implements From {
  readonly request: unknown;
  readonly caller: Proc | null;
  /** Null once the call is over. */
  callee: Proc | null;
  readonly timeout: number;
  /** What the caller called: a pid or a name. */
  readonly target: Proc | string;
  /** Number in the trace; 0 when nobody observes. */
  ref = 0;
  /** The request in the trace. */
  text = "";
  /** Set by the synchronous path: the answer came before anybody had to wait. */
  answered = false;
  failed = false;
  value: unknown = undefined;
  /** Told when the call is over; null while the synchronous path runs. */
  resolve: ((value: unknown) => void) | null = null;
  reject: ((error: Error) => void) | null = null;
  promise: Promise<unknown> | null = null;
  // Places in the callee's list of callers and in the caller's list of calls.
  calleePrev: PendingCall | null = null;
  calleeNext: PendingCall | null = null;
  callerPrev: PendingCall | null = null;
  callerNext: PendingCall | null = null;

  constructor(request: unknown, caller: Proc | null, callee: Proc, timeout: number, target: Proc | string) {
    super();
    this.request = request;
    this.caller = caller;
    this.callee = callee;
    this.timeout = timeout;
    this.target = target;
  }

  get pid(): Pid | null {
    return this.caller;
  }

  override toString(): string {
    return `From(${this.caller ?? "outside"})`;
  }

  /** The deadline has passed. */
  override fire(): void {
    const callee = this.callee;
    if (callee === null) return;
    const { core } = callee;
    core.trace?.callEnd(this, "timeout", "timeout");
    this.detach();
    this.finish(true, "timeout");
  }

  /** Enters the call in both lists. */
  attach(): void {
    const callee = this.callee as Proc;
    this.calleeNext = callee.callers;
    if (callee.callers !== null) callee.callers.calleePrev = this;
    callee.callers = this;
    const { caller } = this;
    if (caller === null) return;
    this.callerNext = caller.calls;
    if (caller.calls !== null) caller.calls.callerPrev = this;
    caller.calls = this;
  }

  /** The call is over: out of all lists. */
  detach(): void {
    const { callee, caller } = this;
    if (callee === null) return;
    if (this.list !== null) callee.core.waits.remove(this);
    if (this.calleePrev !== null) this.calleePrev.calleeNext = this.calleeNext;
    else if (callee.callers === this) callee.callers = this.calleeNext;
    if (this.calleeNext !== null) this.calleeNext.calleePrev = this.calleePrev;
    this.calleePrev = null;
    this.calleeNext = null;
    if (caller !== null) {
      if (this.callerPrev !== null) this.callerPrev.callerNext = this.callerNext;
      else if (caller.calls === this) caller.calls = this.callerNext;
      if (this.callerNext !== null) this.callerNext.callerPrev = this.callerPrev;
      this.callerPrev = null;
      this.callerNext = null;
    }
    this.callee = null;
  }

  /** Tells the caller. Only once, after {@link detach}. */
  finish(failed: boolean, value: unknown): void {
    const { resolve, reject } = this;
    if (resolve === null) {
      this.answered = true;
      this.failed = failed;
      this.value = value;
      return;
    }
    this.resolve = null;
    this.reject = null;
    if (this.caller !== null) this.caller.core.settledPromise = true;
    if (failed) {
      // A failed call that its process does not await must not end the program.
      if (this.caller !== null) this.promise?.catch(nothing);
      reject?.(new CallError(value as ExitReason, this.description()));
    } else resolve(value);
    this.promise = null;
  }

  description(): CallDescription {
    return {
      target: String(this.target),
      request: this.request,
      timeout: this.timeout === Number.POSITIVE_INFINITY ? "infinity" : this.timeout,
    };
  }
}
