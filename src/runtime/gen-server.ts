/** GenServer: a process that answers calls, takes casts and other messages, one after the other. */
import { genServerBehaviour } from "./core/gen-server-behaviour.ts";
import { BEHAVIOUR } from "./core/identity.ts";
import { Process } from "./process.ts";
import type {
  AnyProtocol,
  CallResult,
  CallsOf,
  CastsOf,
  From,
  HandlerResult,
  Info,
  InfosOf,
  InitResult,
  Protocol,
} from "./protocol.ts";
import type { ExitReason } from "./reason.ts";
import { describeTerm } from "./reason.ts";

/**
 * The generic server. Override what you need; a callback may return a promise, and while that is pending the
 * process is busy and its messages wait. Throwing an `Error` crashes the process with `{ raised: error }`.
 */
export abstract class GenServer<P extends Protocol = AnyProtocol> extends Process<P> {
  /**
   * Makes the process ready; its parameters are the arguments of the start. Whoever started the process waits
   * for it. Returns nothing, {@link ok}, {@link ignore}, {@link stop} or {@link continueWith}.
   */
  init(..._args: never[]): InitResult | Promise<InitResult> {}

  /** Answers a call: `reply(request, value)`, `noReply`, or `stop(reason, reply?)`. */
  handleCall(request: CallsOf<P>, _from: From): CallResult | Promise<CallResult> {
    throw new Error(`${this.constructor.name} has no handleCall, but got the call ${describeTerm(request)}`);
  }

  /** Takes a cast. Returns nothing, {@link stop} or {@link continueWith}. */
  handleCast(message: CastsOf<P>): HandlerResult | Promise<HandlerResult> {
    throw new Error(`${this.constructor.name} has no handleCast, but got the cast ${describeTerm(message)}`);
  }

  /** Takes any other message: DOWN, EXIT, plain sends, timers. The default drops it. */
  handleInfo(_message: Info<InfosOf<P>>): HandlerResult | Promise<HandlerResult> {}

  /** Runs before the next message when a callback has asked for it with {@link continueWith}. */
  handleContinue(term: unknown): HandlerResult | Promise<HandlerResult> {
    throw new Error(
      `${this.constructor.name} has no handleContinue, but was to go on with ${describeTerm(term)}`,
    );
  }

  /**
   * What reports and the inspector show as the state, instead of the fields: leave out what is secret or long. An
   * object's fields are shown one by one (OTP's `format_status`).
   */
  formatStatus(): unknown {
    return this;
  }

  /**
   * Cleans up. Runs when a callback stops, exits or throws, and on a shutdown by the parent if the process traps
   * exits; never after a kill.
   */
  terminate(_reason: ExitReason): void | Promise<void> {}
}

Object.defineProperty(GenServer.prototype, BEHAVIOUR, { value: genServerBehaviour });
