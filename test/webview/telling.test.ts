import { beforeEach, expect, it } from "vitest";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { resetMoments, shownEvents, shownSeq } from "../../src/webview/run/moments.ts";
import {
  forgetUntold,
  showing,
  showUpTo,
  tell,
  tellStep,
  toTell,
  untold,
} from "../../src/webview/run/telling.ts";

const notes = (from: number, count: number, fault = false): TraceEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    seq: from + i,
    at: from + i,
    type: "note",
    pid: null,
    text: `note ${from + i}`,
    ...(fault ? { fault: "crash" as const } : {}),
  }));

beforeEach(() => {
  forgetUntold();
  resetMoments(null);
});

it("shows in the end everything that came, in order, however much comes meanwhile and however frames fall", () => {
  let came = 0;
  for (const [size, frames] of [
    [1, 1],
    [90, 2],
    [4_000, 3],
    [101, 1],
    [20_000, 0],
  ] as const) {
    toTell(notes(came + 1, size));
    came += size;
    for (let i = 0; i < frames; i++) tell(16, 1);
    expect(shownSeq.value).toBeLessThanOrEqual(came);
  }
  while (showing.value) tell(16, 1);
  expect(untold()).toBe(0);
  expect(shownSeq.value).toBe(came);
  expect(shownEvents().map(({ seq }) => seq)).toEqual(Array.from({ length: came }, (_, i) => i + 1));
});

it("steps from one that changes the picture to the next, and goes at once where it is asked to", () => {
  toTell(notes(1, 10, true));
  tellStep();
  tellStep();
  expect(shownSeq.value).toBe(2);
  showUpTo(7);
  expect(shownSeq.value).toBe(7);
  expect(untold()).toBe(3);
  expect(showing.value).toBe(true);
  showUpTo(Number.POSITIVE_INFINITY);
  expect(showing.value).toBe(false);
  expect(shownEvents()).toHaveLength(10);
});
