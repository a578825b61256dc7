import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pulse } from "../../src/extension/run/pulse.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function pulse() {
  const asked: number[] = [];
  const state = { shown: true, lost: 0, answers: true };
  const made: Pulse = new Pulse({
    ask: (id) => {
      asked.push(id);
      if (state.answers) made.heard();
    },
    listens: () => state.shown,
    lost: () => {
      state.lost += 1;
    },
    every: 1_000,
  });
  return { asked, state, made };
}

describe("the pulse of a page", () => {
  it("goes on as long as the page answers", () => {
    const { asked, state, made } = pulse();
    vi.advanceTimersByTime(20_000);
    expect(state.lost).toBe(0);
    expect(new Set(asked).size).toBe(20);
    made.dispose();
    vi.advanceTimersByTime(20_000);
    expect(asked).toHaveLength(20);
  });

  it("tells once that a page is lost, after three questions", () => {
    const { asked, state } = pulse();
    vi.advanceTimersByTime(5_000);
    state.answers = false;
    vi.advanceTimersByTime(3_000);
    expect(state.lost).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(state.lost).toBe(1);
    expect(asked).toHaveLength(8);
  });

  it("asks no page that is hidden, and begins anew when it is shown", () => {
    const { state } = pulse();
    state.answers = false;
    vi.advanceTimersByTime(2_000);
    state.shown = false;
    vi.advanceTimersByTime(60_000);
    state.shown = true;
    vi.advanceTimersByTime(3_000);
    expect(state.lost).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(state.lost).toBe(1);
  });
});
