/**
 * A trace with its states. Any moment can be asked for; states are kept at intervals and the rest is computed
 * from the nearest one before, so that scrubbing through a long run is quick and costs little memory.
 */
import type { TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { createReducer, EMPTY_LIVE, type LiveState, type Reducer } from "./live.ts";
import { LiveDraft } from "./live-draft.ts";
import { applyEvent } from "./live-events.ts";
import { indexModel, type ModelIndex } from "./model-index.ts";

/** Events between two kept states at the start; doubled whenever `KEPT` states have been kept. */
const INTERVAL = 500;
const KEPT = 200;

/** Follows the trace while it is read into states, so that nobody reads it twice. */
export interface Follower {
  /** The draft is as it was before the event. */
  before(draft: LiveDraft, event: TraceEvent): void;
  after(draft: LiveDraft, event: TraceEvent): void;
  /** A batch is over. */
  batched(): void;
}

export class Timeline {
  readonly #reduce: Reducer;
  readonly #index: ModelIndex;
  readonly #follower: Follower | null;
  readonly #events: TraceEvent[] = [];
  #kept: LiveState[] = [EMPTY_LIVE];
  #interval = INTERVAL;
  #now: LiveState = EMPTY_LIVE;

  constructor(model: TreeModel | null, follower: Follower | null = null) {
    this.#reduce = createReducer(model);
    this.#index = indexModel(model);
    this.#follower = follower;
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
    if (events.length === 0) return this.#now;
    const follower = this.#follower;
    const draft = new LiveDraft(this.#now);
    for (const event of events) {
      if (event.seq !== this.#events.length + 1) {
        throw new RangeError(`Event ${event.seq} cannot follow event ${this.#events.length}.`);
      }
      this.#events.push(event);
      follower?.before(draft, event);
      applyEvent(draft, this.#index, event);
      follower?.after(draft, event);
    }
    this.#now = draft.finish();
    follower?.batched();
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

  #keep(state: LiveState): void {
    this.#kept.push({ ...state, signals: [] });
    if (this.#kept.length <= KEPT) return;
    this.#interval *= 2;
    this.#kept = this.#kept.filter((_, position) => position % 2 === 0);
  }
}
