/**
 * The ruler of a run. Two scales make one axis: what happens at one instant gets room, event by event, and idle time is
 * folded. Places on it are numbers without a unit, which never decrease with an event's number or with time.
 */
import type { TraceEvent } from "../../runtime/trace.ts";
import { isStructural } from "./player.ts";

/** An event that changes the picture. */
interface Anchor {
  seq: number;
  at: number;
  place: number;
}

/** Places for the n-th event of one instant: many take more room than few, and not without end. */
const burst = (n: number): number => 6 * (Math.sqrt(n) - Math.sqrt(n - 1));

/** Places for idle time: a second is ten, and from there every doubling is four more. */
export function idle(ms: number): number {
  return ms <= 1000 ? ms / 100 : 10 + 4 * Math.log2(ms / 1000);
}

export class Axis {
  readonly #anchors: Anchor[] = [];
  /** The time at its beginning, in milliseconds. */
  readonly start: number;
  /** Events of the instant that came last. */
  #inBurst = 0;

  constructor(start = 0) {
    this.start = start;
  }

  push(events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (!isStructural(event)) continue;
      const last = this.#anchors.at(-1);
      const same = last !== undefined && last.at === event.at;
      this.#inBurst = same ? this.#inBurst + 1 : 1;
      const before = last?.place ?? 0;
      const waited = same ? 0 : idle(event.at - (last?.at ?? this.start));
      this.#anchors.push({ seq: event.seq, at: event.at, place: before + waited + burst(this.#inBurst) });
    }
  }

  /** The end of the axis when the run has come to `at`. */
  end(at: number): number {
    return this.placeOfTime(at);
  }

  /** Where the moment right after event `seq` is. */
  placeOf(seq: number): number {
    return this.#before((anchor) => anchor.seq <= seq)?.place ?? 0;
  }

  /** Where a time is: behind everything that happened at it or before. */
  placeOfTime(at: number): number {
    const last = this.#before((anchor) => anchor.at <= at);
    return last === undefined ? idle(Math.max(0, at - this.start)) : last.place + idle(at - last.at);
  }

  /** Where a time begins: before what happened at it. */
  #beginOf(at: number): number {
    const last = this.#before((anchor) => anchor.at < at);
    return last === undefined ? idle(Math.max(0, at - this.start)) : last.place + idle(at - last.at);
  }

  /** The structural event that a place shows, 0 before the first. */
  seqAt(place: number): number {
    return this.#before((anchor) => anchor.place <= place + 1e-9)?.seq ?? 0;
  }

  /** The time at a place, in milliseconds. */
  timeAt(place: number): number {
    const passed = this.#count((anchor) => anchor.place <= place + 1e-9);
    const last = this.#anchors[passed - 1];
    const rest = place - (last?.place ?? 0);
    const waited = rest <= 10 ? rest * 100 : 1000 * 2 ** ((rest - 10) / 4);
    const next = this.#anchors[passed];
    return Math.min((last?.at ?? this.start) + Math.max(0, waited), next?.at ?? Number.POSITIVE_INFINITY);
  }

  /** Times with their places, where idle time is long enough for a label: at most `most` of them between two places. */
  ticks(from: number, to: number, most: number): { at: number; place: number }[] {
    const found: { at: number; place: number }[] = [];
    const step = (to - from) / most;
    for (let n = 0; n < most; n++) {
      const place = from + n * step;
      const at = roundTime(this.timeAt(place), this.timeAt(place + step) - this.timeAt(place));
      const exact = this.#beginOf(at);
      const last = found.at(-1);
      if (
        exact >= from &&
        exact < to &&
        (last === undefined || (at > last.at && exact - last.place > step * 0.6))
      ) {
        found.push({ at, place: exact });
      }
    }
    return found;
  }

  /** The last anchor for which `is` holds; it holds for a beginning of the list. */
  #before(is: (anchor: Anchor) => boolean): Anchor | undefined {
    return this.#anchors[this.#count(is) - 1];
  }

  /** For how many anchors `is` holds. */
  #count(is: (anchor: Anchor) => boolean): number {
    let low = 0;
    let high = this.#anchors.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (is(this.#anchors[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const STEPS = [10, 50, 100, 500, 1000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];

/** A time that people write, close to `at`. */
function roundTime(at: number, room: number): number {
  const step = STEPS.findLast((candidate) => candidate <= Math.max(10, room)) ?? 10;
  return Math.round(at / step) * step;
}
