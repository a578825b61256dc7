/**
 * A trace with its states. Any moment can be asked for; states are kept at intervals and the rest is computed
 * from the nearest one before. Where the person looks, more are kept: moving about there is quick.
 */
import type { TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { EMPTY_LIVE, type LiveState } from "./live.ts";
import { LiveDraft } from "./live-draft.ts";
import { applyEvent } from "./live-events.ts";
import { indexModel, type ModelIndex } from "./model-index.ts";

/** Events between two kept states at the start; doubled whenever `KEPT` states have been kept. */
const INTERVAL = 500;
/** A state holds every process that the events since the one before have touched. */
const KEPT = 40;
/** States that are kept between two of those, where somebody looks. */
const NEARBY = 32;

/** Follows the trace while it is read into states, so that nobody reads it twice. */
export interface Follower {
  /** The draft is as it was before the event. */
  before(draft: LiveDraft, event: TraceEvent): void;
  after(draft: LiveDraft, event: TraceEvent): void;
  /** A batch is over. */
  batched(): void;
}

export class Timeline {
  readonly #index: ModelIndex;
  readonly #follower: Follower | null;
  readonly #events: TraceEvent[] = [];
  /** What was before the first event that is kept. */
  #base: LiveState;
  #kept: LiveState[];
  /** In order, all behind the same kept state. */
  #nearby: LiveState[] = [];
  #interval = INTERVAL;
  #now: LiveState;

  /** @param base the state after the events that are not kept; those to come follow it */
  constructor(model: TreeModel | null, follower: Follower | null = null, base: LiveState = EMPTY_LIVE) {
    this.#index = indexModel(model);
    this.#follower = follower;
    this.#base = base;
    this.#kept = [base];
    this.#now = base;
  }

  /** The number of the last event that is not kept; 0 where all are. */
  get before(): number {
    return this.#base.seq;
  }

  /** All events that are kept. */
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
      const last = this.before + this.#events.length;
      if (event.seq !== last + 1) throw new RangeError(`Event ${event.seq} cannot follow event ${last}.`);
      this.#events.push(event);
      follower?.before(draft, event);
      applyEvent(draft, this.#index, event);
      follower?.after(draft, event);
    }
    this.#now = draft.finish();
    follower?.batched();
    const last = this.#kept.at(-1) ?? this.#base;
    if (this.#now.seq - last.seq >= this.#interval) this.#keep(this.#now);
    return this.#now;
  }

  /** Forgets everything. */
  clear(): void {
    this.#events.length = 0;
    this.#base = EMPTY_LIVE;
    this.#kept = [EMPTY_LIVE];
    this.#nearby = [];
    this.#interval = INTERVAL;
    this.#now = EMPTY_LIVE;
  }

  /** The state right after event `seq`; 0 is before the first. What is not kept is the moment before what is. */
  stateAt(seq: number): LiveState {
    if (seq >= this.#now.seq) return this.#now;
    const kept = this.#kept.findLastIndex((state) => state.seq <= seq);
    const base = this.#kept[kept] ?? this.#base;
    const next = this.#kept[kept + 1]?.seq ?? this.#now.seq;
    const first = this.#nearby[0];
    if (first !== undefined && (first.seq < base.seq || first.seq > next)) this.#nearby = [];
    const near = this.#nearby.findLast((state) => state.seq <= seq);
    const step = Math.max(INTERVAL, Math.ceil((next - base.seq) / NEARBY));
    let state = near ?? base;
    while (state.seq < seq) {
      const end = Math.min(Math.max(0, seq), (Math.floor(state.seq / step) + 1) * step);
      state = this.#advance(state, end);
      if (end % step === 0 && end > base.seq && end < next) this.#remember(state);
    }
    return state;
  }

  #advance(from: LiveState, to: number): LiveState {
    const draft = new LiveDraft(from);
    for (let i = from.seq; i < to; i++) applyEvent(draft, this.#index, this.#events[i - this.before]!);
    return draft.finish();
  }

  #remember(state: LiveState): void {
    const at = this.#nearby.findIndex(({ seq }) => seq >= state.seq);
    if (this.#nearby[at]?.seq === state.seq) return;
    this.#nearby.splice(at < 0 ? this.#nearby.length : at, 0, state);
  }

  #keep(state: LiveState): void {
    this.#kept.push({ ...state, signals: [] });
    if (this.#kept.length <= KEPT) return;
    this.#interval *= 2;
    this.#kept = this.#kept.filter((_, position) => position % 2 === 0);
  }
}
