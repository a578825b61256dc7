/** Where the trace is: what has been received, what is shown, and which past moment is looked at. */
import { computed, signal } from "@preact/signals";
import type { TreeModel } from "../../model/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import type { LiveState } from "../../trace/live.ts";
import { Narrator, type Sentence } from "../../trace/narrate.ts";
import { Timeline } from "../../trace/timeline.ts";
import { skipEffects } from "../effects/effects.ts";
import { live, now } from "../state/view.ts";
import { Axis } from "./axis.ts";

/** A mark on the timeline. */
export interface Moment {
  seq: number;
  at: number;
  kind: "start" | "crash" | "restart" | "give-up" | "fault";
}

/** The number of the event that is looked at in the past; null follows the run. */
export const viewing = signal<number | null>(null);
/** The last event that is shown when nobody looks at the past. */
export const shownSeq = signal(0);
/** Virtual milliseconds that the run has come to. */
export const reached = signal(0);
export const sentences = signal<readonly Sentence[]>([]);
export const moments = signal<readonly Moment[]>([]);
/** Where incidents began that still go on at the moment that is shown. */
export const origins = computed((): ReadonlySet<string> => {
  const seq = viewing.value;
  const found = new Set<string>();
  for (const sentence of sentences.value.slice(-ORIGINS)) {
    if (sentence.kind !== "incident" || sentence.node === null) continue;
    const goesOn = seq === null ? !sentence.over : sentence.seq <= seq && seq < sentence.last;
    if (goesOn) found.add(sentence.node);
  }
  return found;
});
/** How many of the latest sentences may tell of something that goes on. */
const ORIGINS = 300;

let narrator = new Narrator();
let timeline = new Timeline(null, narrator);
let found: Moment[] = [];
/** The ruler of this run. */
export let axis = new Axis();

/** Forgets the run. */
export function resetMoments(model: TreeModel | null): void {
  narrator = new Narrator();
  timeline = new Timeline(model, narrator);
  found = [];
  axis = new Axis();
  viewing.value = null;
  shownSeq.value = 0;
  reached.value = 0;
  now.value = 0;
  sentences.value = [];
  moments.value = [];
  live.value = null;
}

/** Shows these events, which follow the ones before. Returns the state after them. */
export function showEvents(events: readonly TraceEvent[]): LiveState {
  const last = events[events.length - 1];
  if (last === undefined) {
    return timeline.now;
  }
  const state = timeline.push(events);
  axis.push(events);
  for (const event of events) {
    const kind = momentKind(event);
    if (kind !== null) {
      found.push({ seq: event.seq, at: event.at, kind });
    }
  }
  shownSeq.value = last.seq;
  reached.value = Math.max(reached.value, last.at);
  sentences.value = [...narrator.sentences];
  if (found.length !== moments.value.length) {
    moments.value = [...found];
  }
  if (viewing.value === null) {
    live.value = state;
    now.value = last.at;
  }
  return state;
}

function momentKind(event: TraceEvent): Moment["kind"] | null {
  switch (event.type) {
    case "child_started":
      return event.result === "ok" && event.incarnation > 1
        ? "restart"
        : event.result === "ok"
          ? "start"
          : "crash";
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

/** Time passed in which nothing happened. */
export function passTime(at: number): void {
  reached.value = Math.max(reached.value, at);
  if (viewing.value === null && live.value !== null) {
    now.value = reached.value;
  }
}

/** Looks at the moment right after event `seq`, or back at the run. */
export function lookAt(seq: number | null): void {
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
  const past = timeline.stateAt(Math.max(1, seq));
  viewing.value = past.seq;
  live.value = past;
  now.value = past.at;
}

export function shownEvents(): readonly TraceEvent[] {
  return timeline.events;
}
