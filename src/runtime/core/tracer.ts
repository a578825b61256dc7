/** Builds trace events. A system without an observer has no tracer, so nothing here runs. */
import { describeTerm, type ExitReason, formatReason, isNormalReason } from "../reason.ts";
import type { ExitOrigin, MessageKind, Observer, TraceEvent } from "../trace.ts";
import type { PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import type { Monitor } from "./monitors.ts";
import type { Proc } from "./proc.ts";

type BodyOf<E> = E extends unknown ? Omit<E, "seq" | "at"> : never;
/** A trace event before it has its number and time. */
export type TraceBody = BodyOf<TraceEvent>;

/** How many events may share one look at the clock. */
const SHARING = 16;

export type SignalVia = "link" | "exit_signal" | "parent";

/** The number of a callee; null when nobody answers to what was called. */
function numberOf(callee: Proc | null): number | null {
  return callee === null || callee.id === 0 ? null : callee.id;
}

export class Tracer {
  readonly #core: Core;
  readonly #observer: Observer;
  #seq = 0;
  #at = 0;
  #sharing = 0;
  /** What was described last, and how: a message is described when it is sent, and often received right after. */
  #term: unknown = undefined;
  #text = "undefined";
  /** The same for reasons: one exit has several events. */
  #reason: ExitReason = "normal";
  #reasonText = "normal";

  constructor(core: Core, observer: Observer) {
    this.#core = core;
    this.#observer = observer;
  }

  /** Gives the event its number and tells the observer. Returns the number. */
  emit(body: TraceBody, term?: unknown): number {
    const seq = ++this.#seq;
    this.#observer({ seq, at: this.#time(), ...body } as TraceEvent, term);
    return seq;
  }

  /** The text of a message that is sent now. */
  #sent(term: unknown): string {
    this.#term = term;
    this.#text = describeTerm(term);
    return this.#text;
  }

  #received(term: unknown): string {
    return Object.is(term, this.#term) ? this.#text : describeTerm(term);
  }

  #reasonOf(reason: ExitReason): string {
    if (reason !== this.#reason) {
      this.#reason = reason;
      this.#reasonText = formatReason(reason);
    }
    return this.#reasonText;
  }

  /** The time of an event. In real time the clock is read once for some events that follow each other closely. */
  #time(): number {
    if (this.#core.clock.virtual) return this.#core.now();
    if (this.#sharing-- <= 0) {
      this.#sharing = SHARING;
      this.#at = this.#core.now();
    }
    return this.#at;
  }

  /** Time has passed: the next event reads the clock. */
  refresh(): void {
    this.#sharing = 0;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  spawn(proc: Proc, label: string, linked: boolean): void {
    const parent = proc.parent;
    this.emit({
      type: "spawn",
      pid: proc.id,
      parent: parent === null || parent.id === 0 ? null : parent.id,
      kind: proc.behaviour.kind,
      label,
      linked,
    });
  }

  exit(proc: Proc, reason: ExitReason, origin: ExitOrigin): number {
    return this.emit(
      { type: "exit", pid: proc.id, reason: this.#reasonOf(reason), normal: isNormalReason(reason), origin },
      reason,
    );
  }

  exitSignal(
    from: Proc,
    to: Proc,
    reason: ExitReason,
    via: SignalVia,
    effect: "exits" | "message" | "ignored",
  ): void {
    // The hidden parent of all roots is nobody's business.
    if (to.id === 0) return;
    this.emit({ type: "exit_signal", from: from.id, to: to.id, reason: this.#reasonOf(reason), via, effect });
  }

  monitor(monitor: Monitor, type: "monitor" | "demonitor"): void {
    if (monitor.watcher === null) return;
    this.emit({ type, watcher: monitor.watcher.id, target: monitor.target.id, ref: monitor.ref });
  }

  down(watcher: Proc, target: Proc, ref: number, reason: ExitReason): void {
    this.emit({ type: "down", watcher: watcher.id, target: target.id, ref, reason: this.#reasonOf(reason) });
  }

  // Messages are by far the most frequent events: their records are written out in one piece.

  send(
    from: Proc | null,
    to: Proc | undefined,
    name: string | null,
    kind: MessageKind,
    message: unknown,
  ): void {
    const seq = ++this.#seq;
    const at = this.#time();
    const source = from === null ? 0 : from.id;
    const target = to === undefined ? null : to.id;
    const text = this.#sent(message);
    if (name === null)
      this.#observer({ seq, at, type: "send", from: source, to: target, kind, message: text }, message);
    else
      this.#observer({ seq, at, type: "send", from: source, to: target, name, kind, message: text }, message);
  }

  callSent(call: PendingCall, name: string | null): void {
    const ref = this.#core.newRef();
    const message = describeTerm(call.request);
    call.traced = { ref, text: message };
    this.#monitorOfCall(call, "monitor");
    const seq = ++this.#seq;
    const at = this.#time();
    const from = call.caller === null ? 0 : call.caller.id;
    const to = numberOf(call.callee);
    if (name === null)
      this.#observer({ seq, at, type: "send", from, to, kind: "call", ref, message }, call.request);
    else this.#observer({ seq, at, type: "send", from, to, name, kind: "call", ref, message }, call.request);
  }

  callReceived(proc: Proc, call: PendingCall): void {
    const { request } = call;
    const { ref, text } = call.traced as { ref: number; text: string };
    this.#observer(
      {
        seq: ++this.#seq,
        at: this.#time(),
        type: "receive",
        pid: proc.id,
        kind: "call",
        ref,
        message: text,
      },
      request,
    );
  }

  /** The reply is sent and arrives: two events of one moment. */
  replied(by: Proc, call: PendingCall, value: unknown): void {
    const at = this.#time();
    const pid = call.caller === null ? 0 : call.caller.id;
    const to = numberOf(call.callee);
    const { ref } = call;
    const text = describeTerm(value);
    this.#observer(
      { seq: ++this.#seq, at, type: "send", from: by.id, to: pid, kind: "reply", ref, message: text },
      value,
    );
    this.#monitorOfCall(call, "demonitor");
    this.#observer(
      { seq: ++this.#seq, at, type: "call_end", pid, to, ref, outcome: "reply", detail: text },
      value,
    );
  }

  /** The monitor that every call of a process sets on its callee, tagged as the request is. */
  #monitorOfCall(call: PendingCall, type: "monitor" | "demonitor"): void {
    const { caller, callee, ref } = call;
    const target = numberOf(callee);
    if (caller === null || caller === callee || target === null) return;
    this.#observer({ seq: ++this.#seq, at: this.#time(), type, watcher: caller.id, target, ref });
  }

  /** A call fails: the callee is down, or the time is over. */
  callEnd(call: PendingCall, outcome: "down" | "timeout", detail: string): void {
    const { caller, callee, ref } = call;
    const to = numberOf(callee);
    if (outcome === "timeout") this.#monitorOfCall(call, "demonitor");
    else if (caller !== null && caller !== callee && to !== null) {
      this.emit({ type: "down", watcher: caller.id, target: to, ref, reason: detail });
    }
    this.emit({ type: "call_end", pid: caller?.id ?? 0, to, ref, outcome, detail });
  }

  receive(proc: Proc, kind: MessageKind, message: unknown): void {
    this.#observer(
      {
        seq: ++this.#seq,
        at: this.#time(),
        type: "receive",
        pid: proc.id,
        kind,
        message: this.#received(message),
      },
      message,
    );
  }

  timer(owner: Proc | null, ref: number, action: "set" | "fired" | "cancelled", ms?: number): void {
    const event: TraceBody = { type: "timer", pid: owner?.id ?? 0, ref, action };
    if (ms !== undefined) event.ms = ms;
    this.emit(event);
  }
}
