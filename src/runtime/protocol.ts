/** The typed messages of a process: what may be asked of it, told to it, and what it answers. */

import { ProcessError } from "./errors.ts";
import type { MonitorRef, Pid } from "./pid.ts";
import { describeTerm, type ExitReason } from "./reason.ts";

declare const REPLY: unique symbol;
/** Where a process class keeps its protocol, at compile time only. */
export declare const PROTOCOL: unique symbol;

/**
 * One request of a protocol and the type of its reply. `Call<{ type: "size" }, number>` is the request itself,
 * so it is written and switched on as a plain object; the reply's type travels with it at compile time only.
 */
export type Call<Request extends object, Reply> = Request & { readonly [REPLY]?: { reply: Reply } };

/** The reply's type of a request. */
export type ReplyOf<Request> = Request extends { readonly [REPLY]?: infer Box }
  ? NonNullable<Box> extends { reply: infer Reply }
    ? Reply
    : unknown
  : unknown;

/** Which requests, casts and plain messages a process takes. Extend it; what is left out is not accepted. */
export interface Protocol {
  /** A union of {@link Call}s. */
  calls?: object;
  /** Asynchronous messages of `cast`. */
  casts?: unknown;
  /** Plain messages of `send` and `sendAfter`, as `handleInfo` gets them. */
  infos?: object;
}

/** The protocol of a process that says nothing about its messages: everything goes, replies are unknown. */
export interface AnyProtocol extends Protocol {
  calls: Call<object, unknown>;
  casts: unknown;
  infos: object;
}

/** The protocol of process class `T`. */
export type ProtocolOf<T> = unknown extends T
  ? AnyProtocol
  : T extends { readonly [PROTOCOL]?: infer P }
    ? NonNullable<P>
    : AnyProtocol;

/** The requests of protocol `P`; `never` when it has none. */
export type CallsOf<P> = P extends { calls: infer C extends object } ? C : never;
/** The casts of protocol `P`; `never` when it has none. */
export type CastsOf<P> = P extends { casts: infer C } ? C : never;
/** The plain messages of protocol `P`; `never` when it has none. */
export type InfosOf<P> = P extends { infos: infer I extends object } ? I : never;

type Primitive = string | number | bigint | boolean | symbol | null | undefined;

/** What tells a request from others: which keys it has, and the values that are no objects. */
type Tags<Request> = { readonly [K in keyof Request]: Request[K] extends Primitive ? Request[K] : unknown };

/** Which of `Calls` a request is. The compiler has checked by then that it is one of them. */
type CallOf<Calls, Request> = Calls extends unknown ? (Request extends Tags<Calls> ? Calls : never) : never;

/** The reply that `Request` gets from a process with the requests `Calls`; any of theirs when it may be several. */
export type ReplyTo<Calls, Request> = [CallOf<Calls, Request>] extends [never]
  ? ReplyOf<Calls>
  : ReplyOf<CallOf<Calls, Request>>;

type AllKeys<Calls> = Calls extends unknown ? keyof Calls : never;

/** No field that none of `Calls` has: a misspelt optional field would be lost in silence. */
export type NoStray<Calls, Request> = object extends Calls
  ? unknown
  : { readonly [K in Exclude<keyof Request, AllKeys<Calls>>]: never };

/** What `Sent` is to be: itself where it is one of `Calls`, else one of them, so that the compiler says which field is wrong. */
export type RequestOf<Calls, Sent> = Sent extends Calls ? Sent & NoStray<Calls, Sent> : Calls;

/** A monitored process is gone, or never was (`"noproc"`). */
export interface DownMessage {
  type: "DOWN";
  ref: MonitorRef;
  /** The process that went down. */
  pid: Pid;
  /** The registered name that was monitored, when it was a name. */
  name?: string;
  reason: ExitReason;
}

/** An exit signal turned into a message, because the process traps exits. */
export interface ExitMessage {
  type: "EXIT";
  from: Pid;
  reason: ExitReason;
}

/** No message has come within the time that a callback asked for with {@link timeout}. */
export interface TimeoutMessage {
  type: "timeout";
}

/**
 * What `handleInfo` gets: monitors, exits, timeouts, and the plain messages `Plain`: name them, as in
 * `handleInfo(message: Info<{ type: "poll" }>)`, so that `message.type` tells them apart.
 */
export type Info<Plain = never> = DownMessage | ExitMessage | TimeoutMessage | Plain;

/** Whom to answer: pass it to `this.reply` when the reply comes later. Opaque. */
export interface From<Reply = unknown> {
  /** The calling process; null for code outside any process. */
  readonly pid: Pid | null;
  /** Compile time only. */
  readonly [REPLY]?: { reply: Reply };
}

/** The answer of `handleCall`. Made by {@link reply}. */
export class Reply {
  /** What the caller gets. */
  readonly value: unknown;
  /** What follows the reply. */
  readonly next: Next | undefined;
  constructor(value: unknown, next: Next | undefined) {
    this.value = value;
    this.next = next;
  }
}

/** Ask for `handleContinue(term)` before the next message. Made by {@link continueWith}. */
export class Continue {
  /** Given to `handleContinue`. */
  readonly term: unknown;
  constructor(term: unknown) {
    this.term = term;
  }
}

/** Ask for a {@link TimeoutMessage} unless a message comes before. Made by {@link timeout}. */
export class Timeout {
  /** Milliseconds; infinity for never. */
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

declare const HIBERNATE: unique symbol;
/** See {@link hibernate}. */
export interface Hibernate {
  readonly [HIBERNATE]: true;
}

/** What a callback may ask for besides its result: OTP's last element of `{noreply, State, Next}` and its like. */
export type Next = Continue | Timeout | Hibernate;

/** The process stops with `reason`. Made by {@link stop}. */
export class Stop {
  /** What the process exits with. */
  readonly reason: ExitReason;
  /** Sent to the caller first. */
  readonly reply: Reply | undefined;
  constructor(reason: ExitReason, reply: Reply | undefined) {
    this.reason = reason;
    this.reply = reply;
  }
}

declare const NO_REPLY: unique symbol;
/** `handleCall` does not answer now: see {@link noReply}. */
export interface NoReply {
  readonly [NO_REPLY]: true;
}
declare const IGNORE: unique symbol;
/** `init` declines to start: see {@link ignore}. */
export interface Ignore {
  readonly [IGNORE]: true;
}

/**
 * Answers `request`; the value's type is the one that its {@link Call} names. `next` says what follows the reply:
 * {@link continueWith}, {@link timeout} or {@link hibernate} (OTP's `{reply, Reply, State, Next}`).
 */
export function reply<Request extends object>(request: Request, value: ReplyOf<Request>, next?: Next): Reply {
  void request;
  return new Reply(value, next);
}

/** The reply comes later, by `this.reply(from, value)`, or never. */
export const noReply: NoReply = Object.freeze({ toString: () => "noReply" }) as unknown as NoReply;

/** `init` declines: the process ends normally and its starter is told so; no failure. */
export const ignore: Ignore = Object.freeze({ toString: () => "ignore" }) as unknown as Ignore;

/** Stops the process after `terminate(reason)`; with `answer` (made by {@link reply}) the caller is answered first. */
export function stop(reason: ExitReason = "normal", answer?: Reply): Stop {
  return new Stop(reason, answer);
}

/** `handleContinue(term)` runs before the next message, e.g. to finish an `init` that must not block its supervisor. */
export function continueWith(term: unknown): Continue {
  return new Continue(term);
}

/**
 * If no message comes within `ms` milliseconds, `handleInfo` gets `{ type: "timeout" }` (OTP's `{noreply, State, Ms}`).
 * Any message that comes before takes the timeout back; whoever wants it again returns it again. With 0 it comes
 * when the mailbox is empty. Not for work that must happen regularly: use `sendAfter` for that.
 * @throws ProcessError `badarg` when `ms` is neither a number from 0 up nor `"infinity"`.
 */
export function timeout(ms: number | "infinity"): Timeout {
  if (ms === "infinity") return new Timeout(Number.POSITIVE_INFINITY);
  if (typeof ms === "number" && ms >= 0) return new Timeout(ms);
  throw new ProcessError(
    "badarg",
    `timeout takes milliseconds from 0 up or "infinity", not ${describeTerm(ms)}`,
  );
}

/**
 * OTP's `hibernate`: nothing is to be done for some time. Accepted everywhere where OTP accepts it, and without effect:
 * an idle process holds no stack here, and memory is the JavaScript engine's business.
 */
export const hibernate: Hibernate = Object.freeze({ toString: () => "hibernate" }) as unknown as Hibernate;

/** `from` with the reply type of `request`, so that a later `this.reply(from, value)` is checked. */
export function replyTo<Request extends object>(request: Request, from: From): From<ReplyOf<Request>> {
  void request;
  return from as From<ReplyOf<Request>>;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a callback without a return statement is typed void
export type Nothing = void;

/** `init` went well, and the starter gets `extra` besides the pid (OTP's `{ok, Pid, Extra}`). Made by {@link ok}. */
export class Ok {
  /** Given to the starter besides the pid. */
  readonly extra: unknown;
  /** What follows. */
  readonly next: Next | undefined;
  constructor(extra: unknown, next?: Next) {
    this.extra = extra;
    this.next = next;
  }
}

/**
 * For `init`: started, and the starter gets `extra` besides the pid. Returning nothing does as well without extra, and
 * returning {@link continueWith}, {@link timeout} or {@link hibernate} alone without extra but with something to follow.
 */
export function ok(extra: unknown, next?: Next): Ok {
  return new Ok(extra, next);
}

/** What `init` may return, at once or by a promise. */
export type InitResult = Nothing | Ignore | Stop | Next | Ok;
/**
 * What `handleCall` may return, at once or by a promise. A {@link Next} alone is {@link noReply} with something to
 * follow.
 */
export type CallResult = Reply | NoReply | Stop | Next;
/** What `handleCast`, `handleInfo` and `handleContinue` may return, at once or by a promise. */
export type HandlerResult = Nothing | Stop | Next;
