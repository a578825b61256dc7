/** Which part of a recording the page has, and which moment it has asked for. */
import { computed, signal } from "@preact/signals";
import type { LiveHostMessage } from "../../protocol/index.ts";
import { viewing } from "./moments.ts";

type Part = Omit<Extract<LiveHostMessage, { type: "liveWindow" }>, "type">;

/** The part that the page has; null before it has come, and where nothing was recorded. */
export const part = signal<Part | null>(null);
/** The event to ask for next; null: the end. */
let wanted: number | null = null;

/** Asks for the moment right after an event, when the recording is read next. */
export function want(seq: number): void {
  wanted = seq;
}

export function takeWanted(): number | null {
  const seq = wanted;
  wanted = null;
  return seq;
}

/** The page's number of the moment that was asked for; null: the last one that it has. */
export function askedFor(): number | null {
  const now = part.peek();
  return now === null || now.at >= now.events ? null : now.begun + now.at;
}

/** The number in the recording of what is shown. */
export const shownInRecording = computed((): number => {
  const now = part.value;
  if (now === null) return 0;
  return now.after + (viewing.value === null ? now.events : Math.max(0, viewing.value - now.begun));
});
