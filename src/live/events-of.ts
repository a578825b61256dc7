/**
 * A snapshot as the trace that leads to it, so that whoever reads traces reads it too; and the events after it, numbered on from
 * there.
 */
import type { LiveProcess, LiveSnapshot } from "../runtime/live-protocol.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { heldIn } from "./model-of.ts";

type Body = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, "seq" | "at"> : never) : never;

/** Numbers the events of one system: a snapshot's, then what comes after it. */
export class LiveTrace {
  #seq = 0;
  #at = 0;
  /** What events are numbered here, by their number in the program: later ones name their cause by it. */
  readonly #numbers = new Map<number, number>();

  /** The trace of what lives. To be called once, first of all. */
  begin(snapshot: LiveSnapshot): TraceEvent[] {
    if (snapshot.backlog !== undefined && tellsAll(snapshot.backlog, snapshot.list)) {
      const told = this.next(snapshot.backlog);
      this.#at = Math.max(this.#at, snapshot.at);
      // What it does not tell: every call makes monitors.
      for (const body of monitorsOf(snapshot.list))
        told.push({ seq: ++this.#seq, at: this.#at, ...body } as TraceEvent);
      return told;
    }
    this.#at = snapshot.at;
    const events: TraceEvent[] = [];
    for (const body of bodiesOf(snapshot))
      events.push({ seq: ++this.#seq, at: this.#at, ...body } as TraceEvent);
    return events;
  }

  /** What happened since. */
  next(events: readonly TraceEvent[]): TraceEvent[] {
    return events.map((event) => {
      const seq = ++this.#seq;
      this.#numbers.set(event.seq, seq);
      // The last ones are enough: an effect follows soon.
      if (this.#numbers.size > 10_000)
        for (const old of this.#numbers.keys()) {
          if (this.#numbers.size <= 5_000) break;
          this.#numbers.delete(old);
        }
      this.#at = Math.max(this.#at, event.at);
      const renumbered: TraceEvent & { cause?: number } = { ...event, seq, at: this.#at };
      if (renumbered.cause !== undefined) {
        const cause = this.#numbers.get(renumbered.cause);
        if (cause === undefined) delete renumbered.cause;
        else renumbered.cause = cause;
      }
      return renumbered;
    });
  }
}

/** A debugger stops a program anywhere, also between a process and the event that tells of it. */
function tellsAll(backlog: readonly TraceEvent[], list: readonly LiveProcess[]): boolean {
  const told = new Set<number>();
  for (const event of backlog) if (event.type === "spawn") told.add(event.pid);
  return list.every(({ id }) => told.has(id));
}

function* bodiesOf({ list, applications }: LiveSnapshot): Generator<Body> {
  const byId = new Map(list.map((process) => [process.id, process]));
  const told = new Set<number>();
  const held = heldIn(list);
  for (const process of list) if (!held.has(process.id)) yield* tell(process, byId, told);
  for (const process of list) yield* relations(process, byId);
  yield* monitorsOf(list);
  for (const name of applications) yield { type: "application", name, state: "started" };
}

function* tell(
  process: LiveProcess,
  byId: ReadonlyMap<number, LiveProcess>,
  told: Set<number>,
): Generator<Body> {
  if (told.has(process.id)) return;
  told.add(process.id);
  const { id: pid, parent, kind, label, links, supervision } = process;
  yield { type: "spawn", pid, parent, kind, label, linked: parent === null || links.includes(parent) };
  for (const child of supervision?.children ?? []) {
    const ref = { supervisor: pid, id: child.id };
    const incarnation = Math.max(1, child.incarnation);
    yield { type: "child_starting", child: ref, incarnation };
    const started = child.pid === null ? undefined : byId.get(child.pid);
    if (started !== undefined) yield* tell(started, byId, told);
    if (started?.status === "starting") continue;
    yield {
      type: "child_started",
      child: ref,
      incarnation,
      pid: started === undefined ? null : started.id,
      result: started === undefined ? "ignore" : "ok",
    };
  }
  if (process.status !== "starting") yield { type: "running", pid };
}

function* relations(process: LiveProcess, byId: ReadonlyMap<number, LiveProcess>): Generator<Body> {
  const { id, parent } = process;
  if (process.trapsExit && process.kind !== "supervisor") yield { type: "trap_exit", pid: id, value: true };
  for (const name of process.registeredNames) yield { type: "register", pid: id, name };
  for (const other of process.links)
    if (other < id && other !== parent && byId.has(other)) yield { type: "link", a: other, b: id };
}

function* monitorsOf(list: readonly LiveProcess[]): Generator<Body> {
  const living = new Set(list.map(({ id }) => id));
  for (const { id, monitors } of list)
    for (const { ref, target } of monitors)
      if (living.has(target)) yield { type: "monitor", watcher: id, target, ref };
}
