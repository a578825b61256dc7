/**
 * What is different between two runs of a program that was changed in between. Processes are told apart by their places and
 * lives, not by their numbers, and moments by what happens in them: what only comes at another time is counted apart.
 */

import diffSequences from "@jest/diff-sequences";
import { addUnder, placeUnder, rootPlace } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";

/** Something that is there in one of the two runs only, or that happens otherwise in the other. */
export interface Difference {
  before: TraceEvent | null;
  now: TraceEvent | null;
  /** When, in the present run where it is there. */
  at: number;
  /** The event of the present run at which to look. */
  seq: number;
  /** Paths of the processes that it is about, before and now. */
  nodes: readonly string[];
}

export interface Comparison {
  differences: readonly Difference[];
  /** Events that are the same and come at another time. */
  moved: number;
  /** When the first of all of them comes; null when there are none. */
  from: number | null;
}

/** Cells of the table that a careful comparison may look at, in the worst case. */
const MOST_CELLS = 20_000_000;

export function compareRuns(before: readonly TraceEvent[], now: readonly TraceEvent[]): Comparison {
  const [old, fresh] = [new Reading(before), new Reading(now)];
  const differences: Difference[] = [];
  let moved = 0;
  let from: number | null = null;
  const since = (at: number): void => {
    from = Math.min(from ?? at, at);
  };
  /** Both up to here are dealt with. */
  let [i, j] = [0, 0];
  const apart = (toOld: number, toNow: number): void => {
    const gone = before.slice(i, toOld);
    const added = now.slice(j, toNow);
    const look = now[j]?.seq ?? now.at(-1)?.seq ?? 0;
    for (const [event, then] of paired(gone, added, old, fresh)) {
      const { at } = (then ?? event) as TraceEvent;
      const nodes = new Set([
        ...(event === null ? [] : old.nodesOf(event)),
        ...(then === null ? [] : fresh.nodesOf(then)),
      ]);
      differences.push({ before: event, now: then, at, seq: then?.seq ?? look, nodes: [...nodes] });
      since(Math.min(event?.at ?? at, at));
    }
    [i, j] = [toOld, toNow];
  };
  const same = (count: number, a: number, b: number): void => {
    apart(a, b);
    for (let n = 0; n < count; n++) {
      const [event, then] = [before[a + n] as TraceEvent, now[b + n] as TraceEvent];
      if (event.at === then.at) continue;
      moved += 1;
      since(Math.min(event.at, then.at));
    }
    [i, j] = [a + count, b + count];
  };
  const least = Math.min(before.length, now.length);
  let start = 0;
  while (start < least && old.keys[start] === fresh.keys[start]) start++;
  let end = 0;
  while (end < least - start && old.keys[before.length - 1 - end] === fresh.keys[now.length - 1 - end]) end++;
  same(start, 0, 0);
  const [middle, other] = [before.length - start - end, now.length - start - end];
  if (middle * other <= MOST_CELLS)
    diffSequences(
      middle,
      other,
      (a, b) => old.keys[start + a] === fresh.keys[start + b],
      (count, a, b) => same(count, start + a, start + b),
    );
  same(end, before.length - end, now.length - end);
  return { differences, moved, from };
}

/** What is gone and what has come instead: told together where it is the same kind of thing about the same process. */
function* paired(
  gone: readonly TraceEvent[],
  added: readonly TraceEvent[],
  old: Reading,
  fresh: Reading,
): Generator<[TraceEvent | null, TraceEvent | null]> {
  const waiting = new Map<string, TraceEvent[]>();
  const about = (event: TraceEvent, reading: Reading): string =>
    `${event.type} ${reading.nodesOf(event)[0] ?? ""}`;
  for (const event of gone) {
    const key = about(event, old);
    addUnder(waiting, key, event);
  }
  const instead = new Map<TraceEvent, TraceEvent>();
  const alone = new Set(added);
  for (const event of added) {
    const match = waiting.get(about(event, fresh))?.shift();
    if (match === undefined) continue;
    instead.set(match, event);
    alone.delete(event);
  }
  for (const event of gone) yield [event, instead.get(event) ?? null];
  for (const event of alone) yield [null, event];
}

/** Fields that hold numbers of processes. */
const PIDS: ReadonlySet<string> = new Set(["pid", "parent", "from", "to", "a", "b", "watcher", "target"]);
/** Numbers of their own run. */
const LEFT_OUT: ReadonlySet<string> = new Set(["seq", "at", "ref", "cause"]);

/** A run with its processes by their places. */
class Reading {
  /** What each event says, without numbers of its run and without its time. */
  readonly keys: readonly string[];
  /** By number: the place, and which life at it. */
  readonly #names = new Map<number, string>();
  readonly #paths = new Map<number, string>();
  readonly #lives = new Map<string, number>();
  readonly #starting = new Map<number, string>();
  readonly #living = new Set<string>();

  constructor(events: readonly TraceEvent[]) {
    this.keys = events.map((event) => {
      this.#see(event);
      return this.#key(event);
    });
  }

  #see(event: TraceEvent): void {
    if (event.type === "child_starting") this.#starting.set(event.child.supervisor, event.child.id);
    else if (event.type === "exit") this.#living.delete(this.#paths.get(event.pid) ?? "");
    else if (event.type === "spawn") {
      const { pid, parent, label, kind, linked } = event;
      const child = parent === null || !linked ? undefined : this.#starting.get(parent);
      if (child !== undefined) this.#starting.delete(parent as number);
      const rooted = kind === "supervisor" && !this.#living.has(rootPlace(label));
      const place =
        child === undefined ? rootPlace(label) : placeUnder(`${this.#paths.get(parent as number)}`, child);
      const life = (this.#lives.get(place) ?? 0) + 1;
      this.#lives.set(place, life);
      // As the page names them: outside any tree by their numbers.
      const path = child === undefined && !rooted ? rootPlace(`${label}~${pid}`) : place;
      this.#names.set(pid, `${place}#${life}`);
      this.#paths.set(pid, path);
      this.#living.add(path);
    }
  }

  #name(pid: number): string {
    return this.#names.get(pid) ?? `<${pid}>`;
  }

  #key(event: TraceEvent): string {
    return JSON.stringify(event, (field, value: unknown) => {
      if (LEFT_OUT.has(field)) return undefined;
      if (typeof value === "number" && (PIDS.has(field) || field === "supervisor")) return this.#name(value);
      return typeof value === "string"
        ? value.replaceAll(/<(\d+)>/g, (_all, pid: string) => this.#name(Number(pid)))
        : value;
    });
  }

  /** The processes that an event is about, the first of them first. */
  nodesOf(event: TraceEvent): readonly string[] {
    if ("child" in event) {
      const above = this.#paths.get(event.child.supervisor);
      return above === undefined ? [] : [placeUnder(above, event.child.id)];
    }
    const numbers = Object.entries(event).flatMap(([field, value]) =>
      PIDS.has(field) && field !== "parent" && typeof value === "number" ? [value] : [],
    );
    return numbers.flatMap((pid) => this.#paths.get(pid) ?? []);
  }
}
