/**
 * The trace events of messages. They are by far the most frequent ones, and describing a message costs more than
 * sending it: in real time its text is made when somebody reads it. (With the virtual clock, where traces are compared
 * and replayed, these events are plain records like all others.)
 *
 * The classes stand side by side without a common base: a private field of a base class makes an object ten times
 * as costly.
 */
import { describeTerm } from "../reason.ts";
import type { MessageKind, PidNumber, TermText, TraceEvent, TraceEventOf } from "../trace.ts";

/** A reading of the clock, which some events share: a number of its own would make each of them a fifth larger. */
export interface Moment {
  readonly at: number;
}

/** An event that describes its message when asked. */
export interface LazyEvent {
  readonly seq: number;
  /** The plain record, which `JSON.stringify` writes. */
  toJSON(): TraceEvent;
}

export class LazySend implements Omit<TraceEventOf<"send">, "name" | "ref"> {
  readonly seq: number;
  readonly from: PidNumber;
  readonly to: PidNumber | null;
  readonly name: string | undefined;
  readonly kind: MessageKind;
  readonly ref: number | undefined;
  readonly #time: Moment;
  readonly #term: unknown;
  #text: TermText | null = null;

  constructor(
    seq: number,
    time: Moment,
    from: PidNumber,
    to: PidNumber | null,
    name: string | undefined,
    kind: MessageKind,
    ref: number | undefined,
    message: unknown,
  ) {
    this.seq = seq;
    this.#time = time;
    this.from = from;
    this.to = to;
    this.name = name;
    this.kind = kind;
    this.ref = ref;
    this.#term = message;
  }

  get at(): number {
    return this.#time.at;
  }

  get type(): "send" {
    return "send";
  }

  get message(): TermText {
    this.#text ??= describeTerm(this.#term);
    return this.#text;
  }

  toJSON(): TraceEventOf<"send"> {
    const { seq, at, type, from, to, name, kind, ref, message } = this;
    return {
      seq,
      at,
      type,
      from,
      to,
      ...(name === undefined ? {} : { name }),
      kind,
      ...(ref === undefined ? {} : { ref }),
      message,
    };
  }
}

export class LazyReceive implements Omit<TraceEventOf<"receive">, "ref"> {
  readonly seq: number;
  readonly pid: PidNumber;
  readonly kind: MessageKind;
  readonly ref: number | undefined;
  readonly #time: Moment;
  readonly #term: unknown;
  #text: TermText | null = null;

  constructor(
    seq: number,
    time: Moment,
    pid: PidNumber,
    kind: MessageKind,
    ref: number | undefined,
    message: unknown,
  ) {
    this.seq = seq;
    this.#time = time;
    this.pid = pid;
    this.kind = kind;
    this.ref = ref;
    this.#term = message;
  }

  get at(): number {
    return this.#time.at;
  }

  get type(): "receive" {
    return "receive";
  }

  get message(): TermText {
    this.#text ??= describeTerm(this.#term);
    return this.#text;
  }

  toJSON(): TraceEventOf<"receive"> {
    const { seq, at, type, pid, kind, ref, message } = this;
    return { seq, at, type, pid, kind, ...(ref === undefined ? {} : { ref }), message };
  }
}

/** The end of a call that was answered. */
export class LazyCallEnd implements TraceEventOf<"call_end"> {
  readonly seq: number;
  readonly pid: PidNumber;
  readonly to: PidNumber | null;
  readonly ref: number;
  readonly #time: Moment;
  readonly #term: unknown;
  #text: TermText | null = null;

  constructor(seq: number, time: Moment, pid: PidNumber, to: PidNumber | null, ref: number, value: unknown) {
    this.seq = seq;
    this.#time = time;
    this.pid = pid;
    this.to = to;
    this.ref = ref;
    this.#term = value;
  }

  get at(): number {
    return this.#time.at;
  }

  get type(): "call_end" {
    return "call_end";
  }

  get outcome(): "reply" {
    return "reply";
  }

  get detail(): TermText {
    this.#text ??= describeTerm(this.#term);
    return this.#text;
  }

  toJSON(): TraceEventOf<"call_end"> {
    const { seq, at, type, pid, to, ref, outcome, detail } = this;
    return { seq, at, type, pid, to, ref, outcome, detail };
  }
}
