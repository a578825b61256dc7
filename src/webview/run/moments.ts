/** Where the trace is: what has been received, what is shown, and which past moment is looked at. */
import { batch, computed, signal } from "@preact/signals";
import type { TreeModel } from "../../model/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import type { LiveState } from "../../trace/live.ts";
import { Narrator, type Sentence } from "../../trace/narrate.ts";
import { type Follower, Timeline } from "../../trace/timeline.ts";
import { skipEffects } from "../effects/effects.ts";
import { live, now } from "../state/view.ts";
import { Axis } from "./axis.ts";
import { Lives } from "./lives.ts";
import { Marks } from "./marks.ts";

/** The number of the event that is looked at in the past; null follows the run. */
export const viewing = signal<number | null>(null);
/** The last event that is shown when nobody looks at the past. */
export const shownSeq = signal(0);
/** Virtual milliseconds that the run has come to. */
export const reached = signal(0);
/** What was told so far. A new object whenever there is more; the lists in it only grow. */
export interface Told {
  sentences: readonly Sentence[];
  /** Places of those that are more than talk between processes. */
  weighty: readonly number[];
}

export const told = signal<Told>({ sentences: [], weighty: [] });
/** Where incidents began that still go on at the moment that is shown. */
export const origins = computed((): ReadonlySet<string> => {
  const seq = viewing.value;
  const found = new Set<string>();
  for (const sentence of lastWeighty(told.value, ORIGINS)) {
    if (sentence.kind !== "incident" || sentence.node === null) continue;
    const goesOn = seq === null ? !sentence.over : sentence.seq <= seq && seq < sentence.last;
    if (goesOn) found.add(sentence.node);
  }
  return found;
});
/** How many of the latest sentences may tell of something that goes on. */
const ORIGINS = 300;

/** The last sentences that are more than talk, in order. */
export function lastWeighty(
  { sentences, weighty }: Told,
  count: number,
  before = weighty.length,
): Sentence[] {
  return weighty.slice(Math.max(0, before - count), before).map((place) => sentences[place]!);
}

/** How many sentences that are more than talk begin at or before an event. */
export function weightyUpTo({ sentences, weighty }: Told, seq: number): number {
  let low = 0;
  let high = weighty.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sentences[weighty[middle]!]!.seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a program that runs for days the page keeps so many events; when there are more, the older half is forgotten. */
const MOST_KEPT = 100_000;

let narrator = new Narrator();
export let lives = new Lives();
let timeline = new Timeline(null, bothOf(narrator, lives));
/** The ruler of this run. */
export let axis = new Axis();
export let marks = new Marks();

function bothOf(one: Follower, other: Follower): Follower {
  return {
    before(draft, event) {
      one.before(draft, event);
      other.before(draft, event);
    },
    after(draft, event) {
      one.after(draft, event);
      other.after(draft, event);
    },
    batched() {
      one.batched();
      other.batched();
    },
  };
}

let made: TreeModel | null = null;
/** What is looked at goes on for ever. */
let bounded = false;
/** The ruler begins with the first event, whatever the clock says. */
let origin = false;

/** Forgets the run. @param elsewhere a program of which the page sees a part */
export function resetMoments(model: TreeModel | null, elsewhere = false): void {
  made = model;
  bounded = origin = elsewhere;
  forgotten.value = 0;
  narrator = new Narrator();
  lives = new Lives();
  timeline = new Timeline(model, bothOf(narrator, lives));
  axis = new Axis();
  marks = new Marks();
  viewing.value = null;
  shownSeq.value = 0;
  reached.value = 0;
  now.value = 0;
  told.value = { sentences: [], weighty: [] };
  live.value = null;
}

/** The number of the first event that is kept. */
export function keptFrom(): number {
  return timeline.before + 1;
}

/** Events that were forgotten, since there were too many. */
export const forgotten = signal(0);

/** Begins with the state after an event: what was before it is forgotten. */
function forgetBefore(seq: number): void {
  const base = timeline.stateAt(seq);
  const rest = timeline.events.slice(seq - timeline.before);
  narrator = new Narrator(base);
  lives = new Lives(base);
  timeline = new Timeline(made, bothOf(narrator, lives), base);
  axis = new Axis(base.at);
  marks = new Marks();
  forgotten.value = seq;
  readIn(rest);
}

function readIn(events: readonly TraceEvent[]): void {
  timeline.push(events);
  axis.push(events);
  // A supervisor that was replaced counts the lives of its children from one; their places do not.
  marks.push(
    events,
    axis,
    ({ incarnation, pid }) => ((pid === null ? null : lives.ofProcess(pid)?.incarnation) ?? incarnation) > 1,
  );
}

/** Shows these events, which follow the ones before. Returns the state after them. */
export function showEvents(events: readonly TraceEvent[]): LiveState {
  readEvents(events);
  publish();
  return timeline.now;
}

/** Takes these events in, which follow the ones before, and leaves the picture as it is until `publish`. */
export function readEvents(events: readonly TraceEvent[]): void {
  const last = events[events.length - 1];
  if (last === undefined) return;
  if (timeline.events.length === 0 && origin) axis = new Axis(events[0]?.at ?? 0);
  readIn(events);
  if (bounded && viewing.value === null && timeline.events.length > MOST_KEPT)
    forgetBefore(last.seq - MOST_KEPT / 2);
}

/** Shows what was read. */
export function publish(): void {
  const state = timeline.now;
  if (state.seq === shownSeq.value) return;
  // Whoever follows several of these is told once.
  batch(() => {
    shownSeq.value = state.seq;
    reached.value = Math.max(reached.value, state.at);
    told.value = { sentences: narrator.sentences, weighty: narrator.weighty };
    if (viewing.value === null) {
      live.value = state;
      now.value = state.at;
    }
  });
}

/** Time passed in which nothing happened. */
export function passTime(at: number): void {
  reached.value = Math.max(reached.value, at);
  if (viewing.value === null && live.value !== null) {
    now.value = reached.value;
  }
}

/** Looks at the moment right after event `seq`, or back at the run. */
export function lookAt(seq: number | null): void {
  publish();
  if (live.value === null) {
    return;
  }
  skipEffects();
  if (seq === null || seq >= shownSeq.value) {
    viewing.value = null;
    live.value = timeline.now;
    now.value = reached.value;
    return;
  }
  const past = timeline.stateAt(Math.max(keptFrom(), seq));
  viewing.value = past.seq;
  live.value = past;
  now.value = past.at;
}

export function shownEvents(): readonly TraceEvent[] {
  return timeline.events;
}
