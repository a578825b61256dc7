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

const GETS = {
  handleCall: "got the call",
  handleCast: "got the cast",
  handleContinue: "was to go on with",
} as const;

/** What a class without a callback fails with that is asked for it. */
export const lacking = (name: string, callback: keyof typeof GETS, term: unknown): Error =>
  new Error(`${name} has no ${callback}, but ${GETS[callback]} ${describeTerm(term)}`);

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
    throw lacking(this.constructor.name, "handleCall", request);
  }

  /** Takes a cast. Returns nothing, {@link stop} or {@link continueWith}. */
  handleCast(message: CastsOf<P>): HandlerResult | Promise<HandlerResult> {
    throw lacking(this.constructor.name, "handleCast", message);
  }

  /** Takes any other message: DOWN, EXIT, plain sends, timers. The default drops it. */
  handleInfo(_message: Info<InfosOf<P>>): HandlerResult | Promise<HandlerResult> {}

  /** Runs before the next message when a callback has asked for it with {@link continueWith}. */
  handleContinue(term: unknown): HandlerResult | Promise<HandlerResult> {
    throw lacking(this.constructor.name, "handleContinue", term);
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
