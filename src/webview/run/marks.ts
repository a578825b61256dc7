/** The marks of a timeline: what happened when, gathered where marks would lie over each other. */
import type { TraceEvent, TraceEventOf } from "../../runtime/trace.ts";
import type { Axis } from "./axis.ts";

/** Of several in one mark the latest of these is shown: a crash that was injected is the fault that it was. */
const KINDS = ["start", "restart", "crash", "fault", "give-up"] as const;
export type MarkKind = (typeof KINDS)[number];

/** A mark, or several in one. */
export interface Mark {
  /** Part of the axis that is shown, 0 to 1. */
  x: number;
  /** The first event of the most serious kind. */
  seq: number;
  kind: MarkKind;
  count: number;
}

/** Starts that stand closer than this many marks' widths are not counted one by one. */
const CLOSE = 4;

/** Milliseconds that a series may take: on a real clock a boot is not over at once. */
const AT_ONCE = 200;

/** Moments of one kind at about one time with none of another kind between them, by position; it begins `at`. */
interface Series {
  kind: MarkKind;
  at: number;
  first: number;
  last: number;
}

/** Grows with the run; asking costs as much as there are marks to draw, however long the run is. */
export class Marks {
  /** Numbers and places of all moments, where each one's series ends, and each kind's positions among them. */
  readonly #seqs: number[] = [];
  readonly #places: number[] = [];
  readonly #series: Series[] = [];
  readonly #ofKind: Record<MarkKind, number[]> = {
    start: [],
    restart: [],
    fault: [],
    crash: [],
    "give-up": [],
  };

  /** All of them. */
  get count(): number {
    return this.#seqs.length;
  }

  /** Events that the axis has taken in already. @param again whether this start is not the first one at its place */
  push(
    events: readonly TraceEvent[],
    axis: Axis,
    again: (event: TraceEventOf<"child_started">) => boolean,
  ): void {
    for (const event of events) {
      const kind = kindOf(event, again);
      if (kind === null) continue;
      const before = this.#series.at(-1);
      const goesOn = before !== undefined && before.kind === kind && event.at - before.at <= AT_ONCE;
      const series = goesOn ? before : { kind, at: event.at, first: this.#seqs.length, last: 0 };
      series.last = this.#seqs.length;
      this.#series.push(series);
      this.#ofKind[kind].push(this.#seqs.length);
      this.#seqs.push(event.seq);
      this.#places.push(axis.placeOf(event.seq));
    }
  }

  /**
   * What lies between two places of the axis.
   * @param near moments closer than this part of it are one mark, and a series of starts that stand closely; a fault that
   *   was injected keeps its own, if it can be seen
   */
  between(from: number, to: number, near = 0.014): Mark[] {
    const found: Mark[] = [];
    const faults = this.#ofKind.fault;
    const end = firstAtLeast(this.#places, to + 1e-9);
    let at = firstAtLeast(this.#places, from);
    while (at < end) {
      const place = this.#places[at]!;
      let next = Math.min(end, Math.max(at + 1, firstAtLeast(this.#places, place + near * (to - from))));
      next = Math.max(next, Math.min(end, this.#closeSeries(at, near * (to - from))));
      const fault = faults[firstAtLeast(faults, at + 1)] ?? next;
      if (fault < next && this.#places[fault]! - place >= (near * (to - from)) / 2) next = fault;
      found.push({ x: (place - from) / (to - from), ...this.#worst(at, next), count: next - at });
      at = next;
    }
    return found;
  }

  /** Behind the starts of one instant that this moment is among, if they stand so closely that they are one thing. */
  #closeSeries(at: number, near: number): number {
    const { kind, first, last } = this.#series[at]!;
    if (kind !== "start" && kind !== "restart") return at;
    const apart = (this.#places[last]! - this.#places[first]!) / Math.max(1, last - first);
    return apart < CLOSE * near ? last + 1 : at;
  }

  #worst(from: number, to: number): { kind: MarkKind; seq: number } {
    for (let i = KINDS.length - 1; i >= 0; i--) {
      const positions = this.#ofKind[KINDS[i]!];
      const position = positions[firstAtLeast(positions, from)];
      if (position !== undefined && position < to) return { kind: KINDS[i]!, seq: this.#seqs[position]! };
    }
    return { kind: "start", seq: this.#seqs[from]! };
  }
}

/** The position of the first of these numbers, which never decrease, that is at least `least`. */
function firstAtLeast(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function kindOf(
  event: TraceEvent,
  again: (event: TraceEventOf<"child_started">) => boolean,
): MarkKind | null {
  switch (event.type) {
    case "child_started":
      return event.result === "ok" ? (again(event) ? "restart" : "start") : "crash";
    case "exit":
      return event.normal || event.origin.type === "signal" ? null : "crash";
    case "decision":
      return event.decision === "give_up" ? "give-up" : null;
    case "note":
      return event.fault === undefined ? null : "fault";
    default:
      return null;
  }
}
