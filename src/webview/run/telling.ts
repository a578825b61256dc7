/** Telling a trace: events wait, are read frame by frame, and become pictures as often as eyes and processors can follow. */
import { signal } from "@preact/signals";
import type { TraceEvent } from "../../runtime/trace.ts";
import { animate } from "../effects/from-events.ts";
import { live } from "../state/view.ts";
import { publish, readEvents, showEvents, viewing } from "./moments.ts";
import { Player } from "./player.ts";

/** Something is still to be read or drawn. */
export const showing = signal(false);

const player = new Player();

export function toTell(events: readonly TraceEvent[]): void {
  player.push(events);
  showing.value ||= player.pending > 0;
}

/** How many events wait. */
export const untold = (): number => player.pending;

/** Those events: nobody is told of them here. */
export const takeUntold = (): TraceEvent[] => player.flush();

/** Another run begins. */
export function forgetUntold(): void {
  player.clear();
  unpublished = [];
  passed = 0;
  showing.value = false;
}

/** Shows at once what waits, up to an event. */
export function showUpTo(seq: number): void {
  const events = player.flush();
  const later = events.findIndex((event) => event.seq > seq);
  showEvents(later < 0 ? events : events.slice(0, later));
  if (later >= 0) {
    player.push(events.slice(later));
  }
  unpublished = [];
  showing.value = player.pending > 0;
}

/** Shows the next structural event of those that wait. */
export function tellStep(): void {
  present(player.step());
  presentNow();
}

/** With more than this to come, nobody could follow what moves. */
const STORY = 2000;
/** With more than this in one frame, nobody could tell one picture from the next. */
const RUSH = 100;
/** With more than this to come, several are told in each frame. */
const CROWDED = 150;
/** Milliseconds that a picture stays at least, in a rush and in a crowd: reading goes on meanwhile. */
const STAYS = { rush: 50, crowd: 30 };
let published = 0;
/** Read since then. */
let unpublished: TraceEvent[] = [];

function present(events: readonly TraceEvent[]): void {
  readEvents(events);
  unpublished.push(...events);
  // In a rush a frame reads or draws.
  if (unpublished.length > RUSH) return;
  if (player.pending > CROWDED && performance.now() - published < STAYS.crowd) return;
  presentNow();
}

/** Shows what was read. */
export function presentNow(): void {
  publish();
  published = performance.now();
  const state = live.peek();
  if (unpublished.length > 0 && state !== null && viewing.value === null && player.pending < STORY) {
    animate(unpublished, state);
  }
  unpublished = [];
  showing.value = player.pending > 0;
}

/** Milliseconds of one frame that reading events may take; what is left waits for the next one. */
const READING = 6;
const EVENTS = { least: 500, most: 4000 };
/** Events of the next frame at most: more as long as reading them is quick. */
let share = EVENTS.least;
/** Time that passed in a frame that only drew. */
let passed = 0;

/** One frame's part of what waits. @param elapsed real milliseconds since the last one; without end for what really happens */
export function tell(elapsed: number, speed: number): void {
  const begun = performance.now();
  if (unpublished.length > RUSH && begun - published >= STAYS.rush) {
    passed += elapsed;
    presentNow();
    return;
  }
  const events = player.tick(passed + elapsed, speed, share);
  passed = 0;
  present(events);
  if (events.length === share) {
    const factor = performance.now() - begun > READING ? 0.7 : 1.3;
    share = Math.round(Math.max(EVENTS.least, Math.min(EVENTS.most, share * factor)));
  }
}
