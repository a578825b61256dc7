/**
 * A trace with its states. Any moment can be asked for; states are kept at intervals and the rest is computed
 * from the nearest one before, so that scrubbing through a long run is quick and costs little memory.
 */
import type { TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { createReducer, EMPTY_LIVE, type LiveState, type Reducer } from "./live.ts";

/** Events between two kept states at the start; doubled whenever `KEPT` states have been kept. */
const INTERVAL = 500;
const KEPT = 200;

export class Timeline {
  readonly #reduce: Reducer;
  readonly #events: TraceEvent[] = [];
  #kept: LiveState[] = [EMPTY_LIVE];
  #interval = INTERVAL;
  #now: LiveState = EMPTY_LIVE;

  constructor(model: TreeModel | null) {
    this.#reduce = createReducer(model);
  }

  /** All events so far. */
  get events(): readonly TraceEvent[] {
    return this.#events;
  }

  /** The state after the last event. */
  get now(): LiveState {
    return this.#now;
  }

  /** Appends a batch. @throws RangeError when an event does not follow the one before. */
  push(events: readonly TraceEvent[]): LiveState {
    for (const event of events) {
      if (event.seq !== this.#events.length + 1) {
        throw new RangeError(`Event ${event.seq} cannot follow event ${this.#events.length}.`);
      }
      this.#events.push(event);
    }
    this.#now = this.#reduce(this.#now, events);
    const last = this.#kept.at(-1) ?? EMPTY_LIVE;
    if (this.#now.seq - last.seq >= this.#interval) this.#keep(this.#now);
    return this.#now;
  }

  /** Forgets everything. */
  clear(): void {
    this.#events.length = 0;
    this.#kept = [EMPTY_LIVE];
    this.#interval = INTERVAL;
    this.#now = EMPTY_LIVE;
  }

  /** The state right after event `seq`; 0 is before the first. */
  stateAt(seq: number): LiveState {
    if (seq >= this.#now.seq) return this.#now;
    const before = this.#kept.findLast((state) => state.seq <= seq) ?? EMPTY_LIVE;
    return this.#reduce(before, this.#events.slice(before.seq, Math.max(0, seq)));
  }

  /** The number of the last event at or before a moment in milliseconds; 0 when there is none. */
  seqAt(at: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #keep(state: LiveState): void {
    this.#kept.push({ ...state, signals: [] });
    if (this.#kept.length <= KEPT) return;
    this.#interval *= 2;
    this.#kept = this.#kept.filter((_, position) => position % 2 === 0);
  }
}
