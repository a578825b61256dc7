/** What the runtime throws, and what code inside a process throws to end it. */
import { isErrorOfAnyRealm } from "./realm.ts";
import { type CallDescription, type ExitReason, formatReason, isFailedCall } from "./reason.ts";

/**
 * Thrown by `this.exit(reason)`: the process ends with exactly this reason. Not an `Error`: nothing went
 * wrong, the process chose to leave. Catching it keeps the process alive, as in Erlang.
 */
export class Exit {
  /** What the process exits with. */
  readonly reason: ExitReason;
  constructor(reason: ExitReason) {
    this.reason = reason;
  }
}

/**
 * A call failed. `reason` is `"noproc"` (no such process), `"timeout"`, `"calling_self"` or the exit reason of
 * the callee, which went down before it replied. Uncaught inside a process, it ends that process with the pair
 * of this reason and the call's description, as in OTP. Its stack is that of whoever called, or awaits the call (of a
 * few hundred such errors a second: taking a stack costs more than all the rest of a failing call); its message is put together
 * when it is read.
 */
export class CallError extends Error {
  /** Why the call failed. */
  readonly reason: ExitReason;
  /** What was called, with which request and timeout. */
  readonly call: CallDescription;
  /** The stack begins below `by`, where the engine can do that. */
  constructor(reason: ExitReason, call: CallDescription, by: Frame = CallError) {
    const limit = Error.stackTraceLimit;
    limitStack(0);
    super();
    limitStack(limit);
    if (mayTakeStack()) captureStack?.call(Error, this, by);
    this.reason = reason;
    this.call = call;
  }
  override get name(): string {
    return "CallError";
  }
  override get message(): string {
    return `${sentence(this.reason, this.call)} (calling ${this.call.target})`;
  }
}

/** A function or class on the stack. */
export type Frame = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

/** V8 has it. */
const captureStack = (Error as { captureStackTrace?(error: Error, by: Frame): void }).captureStackTrace;

function limitStack(frames: number | undefined): void {
  try {
    if (frames !== undefined) Error.stackTraceLimit = frames;
  } catch {
    // Somebody has frozen it.
  }
}

/** Stacks that are taken in a second. */
const STACKS = 250;
let taken = 0;
let second = Number.NEGATIVE_INFINITY;

function mayTakeStack(): boolean {
  const now = performance.now();
  if (now - second > 1000) {
    second = now;
    taken = 0;
  }
  return taken++ < STACKS;
}

function sentence(reason: ExitReason, call: CallDescription): string {
  if (reason === "noproc") return "noproc: no process answers to this name or pid";
  if (reason === "timeout")
    return `timeout: no reply within ${call.timeout} ms; the callee goes on undisturbed`;
  if (reason === "calling_self") return "calling_self: a process that calls itself would wait for ever";
  return `the callee went down before it replied: ${formatReason(reason)}`;
}

/** A process could not be started; `reason` is what its `init` ended with, or `"ignore"`. */
export class StartError extends Error {
  override readonly name = "StartError";
  /** What `init` ended with, or `"ignore"`. */
  readonly reason: ExitReason;
  constructor(what: string, reason: ExitReason) {
    super(`${what} did not start: ${formatReason(reason)}`);
    this.reason = reason;
  }
}

/** An Erlang error exception of the runtime itself, such as linking to a process that is gone (`"noproc"`). */
export class ProcessError extends Error {
  override readonly name = "ProcessError";
  /** `"noproc"`, `"badarg"` or `"function_clause"`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** What an exit reason says of a failed call lacks the stack, which a logger wants to print. */
const uncaughtCalls = new WeakMap<CallDescription, CallError>();

/** Causes of causes that are told. */
const CAUSES = 5;

/** The stack of what was thrown, with that of its causes; null when nothing was that has one. */
export function stackOf(reason: ExitReason): string | null {
  try {
    if (typeof reason !== "object" || reason === null) return null;
    let error: unknown = isFailedCall(reason)
      ? uncaughtCalls.get(reason.call)
      : (reason as { raised?: unknown }).raised;
    const stacks: string[] = [];
    while (isErrorOfAnyRealm(error) && stacks.length < CAUSES) {
      stacks.push(typeof error.stack === "string" ? error.stack : String(error));
      error = error.cause;
    }
    return stacks.length === 0 ? null : stacks.join("\ncaused by ");
  } catch {
    // Whoever refuses to be looked at.
    return null;
  }
}

/** The exit reason of a process whose callback threw `thrown`. */
export function reasonOfThrown(thrown: unknown): ExitReason {
  try {
    if (thrown instanceof Exit) return thrown.reason;
    if (thrown instanceof CallError) {
      uncaughtCalls.set(thrown.call, thrown);
      return { reason: thrown.reason, call: thrown.call };
    }
    if (isErrorOfAnyRealm(thrown)) return { raised: thrown };
  } catch {
    // A proxy that does not say what it is.
  }
  return { bad_return_value: thrown };
}
