/** Builds trace events for whoever observes. While nobody does, nothing here runs; see `Core.wanting`. */
import { type ExitReason, formatReason, isNormalReason } from "../reason.ts";
import type { ExitOrigin, MessageKind, Observer, PidNumber, TraceEvent } from "../trace.ts";
import type { PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import { BIT } from "./kinds.ts";
import { LazyCallEnd, type LazyEvent, LazyReceive, LazySend, type Moment } from "./message-events.ts";
import type { Monitor } from "./monitors.ts";
import type { Proc } from "./proc.ts";

type BodyOf<E> = E extends unknown ? Omit<E, "seq" | "at"> : never;
/** A trace event before it has its number and time. */
export type TraceBody = BodyOf<TraceEvent>;

/** How many events may share one look at the clock. */
const SHARING = 64;
/** Milliseconds that these events may take together. */
const CLOSE = 0.05;

export type SignalVia = "link" | "exit_signal" | "parent";

/** The number of a callee; null when nobody answers to what was called. */
function numberOf(callee: Proc | null): number | null {
  return callee === null || callee.id === 0 ? null : callee.id;
}

const ignored = (): void => {};

export class Tracer {
  readonly #core: Core;
  /** What each observer wants; replaced as a whole, since an observer may come or go while one is told. */
  #watchers: readonly { readonly bits: number; readonly observer: Observer }[] = [];
  /** Tells them all. */
  #observer: Observer = ignored;
  /** What anybody wants. */
  #bits = 0;
  #seq = 0;
  #last: Moment = { at: 0 };
  /** Events until the clock is read again, and how many were granted last. */
  #sharing = 0;
  #share = 1;
  /** Messages are described when somebody asks: see message-events. */
  readonly #lazy: boolean;
  /** The reason that was described last, and how: one exit has several events. */
  #reason: ExitReason = "normal";
  #reasonText = "normal";

  constructor(core: Core) {
    this.#core = core;
    this.#lazy = !core.clock.virtual;
  }

  /** The kinds of events that anybody wants. */
  get bits(): number {
    return this.#bits;
  }

  /** `observer` gets the events of these kinds from now on. Returns what takes that back. */
  add(bits: number, observer: Observer): () => void {
    const watcher = { bits, observer };
    this.#setWatchers([...this.#watchers, watcher]);
    return () => this.#setWatchers(this.#watchers.filter((other) => other !== watcher));
  }

  #setWatchers(watchers: readonly { readonly bits: number; readonly observer: Observer }[]): void {
    this.#watchers = watchers;
    this.#bits = watchers.reduce((bits, watcher) => bits | watcher.bits, 0);
    const [first, second] = watchers;
    this.#observer = first !== undefined && second === undefined ? first.observer : this.#tellAll;
  }

  readonly #tellAll: Observer = (event, term) => {
    const bit = BIT[event.type];
    for (const { bits, observer } of this.#watchers) if ((bits & bit) !== 0) observer(event, term);
  };

  /** Gives the event its number and tells the observer. Returns the number. */
  emit(body: TraceBody, term?: unknown): number {
    const seq = ++this.#seq;
    this.#observer({ seq, at: this.#time(), ...body } as TraceEvent, term);
    return seq;
  }

  #reasonOf(reason: ExitReason): string {
    if (reason !== this.#reason) {
      this.#reason = reason;
      this.#reasonText = formatReason(reason);
    }
    return this.#reasonText;
  }

  /**
   * The time of an event. In real time the clock is read once for some events that follow each other closely: for the
   * more of them, the closer they were of late.
   */
  #moment(): Moment {
    // The engine inlines this only as long as it is short.
    return --this.#sharing < 0 ? this.#look() : this.#last;
  }

  #look(): Moment {
    const at = this.#core.now();
    if (this.#lazy) {
      this.#share = at - this.#last.at < CLOSE ? Math.min(2 * this.#share + 1, SHARING) : this.#share >> 2;
      this.#sharing = this.#share;
    }
    this.#last = { at };
    return this.#last;
  }

  #time(): number {
    return this.#moment().at;
  }

  /** Time has passed: the next event reads the clock. */
  refresh(): void {
    this.#sharing = 0;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  // Written out, not by `emit`: putting records together by spreading is the costliest part of short events.

  spawn(proc: Proc, label: string, linked: boolean): void {
    const { id, parent, behaviour } = proc;
    this.#observer({
      seq: ++this.#seq,
      at: this.#time(),
      type: "spawn",
      pid: id,
      parent: parent === null || parent.id === 0 ? null : parent.id,
      kind: behaviour.kind,
      label,
      linked,
    });
  }

  /** The process is ready. */
  running(proc: Proc): void {
    this.#observer({ seq: ++this.#seq, at: this.#time(), type: "running", pid: proc.id });
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

  // Messages are by far the most frequent events.

  send(
    from: PidNumber,
    to: PidNumber | null,
    name: string | undefined,
    kind: MessageKind,
    message: unknown,
  ): void {
    if ((this.#bits & BIT.send) === 0) return;
    this.#tell(new LazySend(++this.#seq, this.#moment(), from, to, name, kind, undefined, message), message);
  }

  receive(proc: Proc, kind: MessageKind, message: unknown): void {
    if ((this.#bits & BIT.receive) === 0) return;
    this.#tell(new LazyReceive(++this.#seq, this.#moment(), proc.id, kind, undefined, message), message);
  }

  callSent(call: PendingCall, name: string | null): void {
    const ref = this.#core.newRef();
    call.ref = ref;
    this.#monitorOfCall(call, "monitor");
    if ((this.#bits & BIT.send) === 0) return;
    const { request } = call;
    const from = call.caller === null ? 0 : call.caller.id;
    const to = numberOf(call.callee);
    this.#tell(
      new LazySend(++this.#seq, this.#moment(), from, to, name ?? undefined, "call", ref, request),
      request,
    );
  }

  callReceived(proc: Proc, call: PendingCall): void {
    if ((this.#bits & BIT.receive) === 0) return;
    const { ref, request } = call;
    this.#tell(new LazyReceive(++this.#seq, this.#moment(), proc.id, "call", ref, request), request);
  }

  /** The reply is sent and arrives: two events of one moment. */
  replied(by: Proc, call: PendingCall, value: unknown): void {
    const at = this.#moment();
    const pid = call.caller === null ? 0 : call.caller.id;
    const to = numberOf(call.callee);
    const { ref } = call;
    const bits = this.#bits;
    if ((bits & BIT.send) !== 0) {
      this.#tell(new LazySend(++this.#seq, at, by.id, pid, undefined, "reply", ref, value), value);
    }
    this.#monitorOfCall(call, "demonitor");
    if ((bits & BIT.call_end) !== 0) this.#tell(new LazyCallEnd(++this.#seq, at, pid, to, ref, value), value);
  }

  #tell(event: LazyEvent, term: unknown): void {
    this.#observer(this.#lazy ? (event as TraceEvent & LazyEvent) : event.toJSON(), term);
  }

  /** The monitor that every call of a process sets on its callee, tagged as the request is. */
  #monitorOfCall(call: PendingCall, type: "monitor" | "demonitor"): void {
    if ((this.#bits & BIT[type]) === 0) return;
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
    else if (caller !== null && caller !== callee && to !== null && (this.#bits & BIT.down) !== 0) {
      this.emit({ type: "down", watcher: caller.id, target: to, ref, reason: detail });
    }
    if ((this.#bits & BIT.call_end) === 0) return;
    this.emit({ type: "call_end", pid: caller?.id ?? 0, to, ref, outcome, detail });
  }

  timer(owner: Proc | null, ref: number, action: "set" | "fired" | "cancelled", ms?: number): void {
    const event: TraceBody = { type: "timer", pid: owner?.id ?? 0, ref, action };
    if (ms !== undefined) event.ms = ms;
    this.emit(event);
  }
}
