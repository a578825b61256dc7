/** What the runtime throws, and what code inside a process throws to end it. */
import { isErrorOfAnyRealm } from "./realm.ts";
import { type CallDescription, type ExitReason, formatReason } from "./reason.ts";

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
 * of this reason and the call's description, as in OTP. It has no stack, which would show the runtime's own loop
 * and cost more than everything else that a failing call does; its message is put together when it is read.
 */
export class CallError extends Error {
  /** Why the call failed. */
  readonly reason: ExitReason;
  /** What was called, with which request and timeout. */
  readonly call: CallDescription;
  constructor(reason: ExitReason, call: CallDescription) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super();
    Error.stackTraceLimit = limit;
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

/** The exit reason of a process whose callback threw `thrown`. */
export function reasonOfThrown(thrown: unknown): ExitReason {
  try {
    if (thrown instanceof Exit) return thrown.reason;
    if (thrown instanceof CallError) return { reason: thrown.reason, call: thrown.call };
    if (isErrorOfAnyRealm(thrown)) return { raised: thrown };
  } catch {
    // A proxy that does not say what it is.
  }
  return { bad_return_value: thrown };
}
