import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { isStructural, Player } from "../../src/webview/run/player.ts";

const BODIES = [
  { type: "running", pid: 1 },
  { type: "link", a: 1, b: 2 },
  { type: "exit", pid: 2, reason: "boom", normal: false, origin: { type: "error", message: "boom" } },
  { type: "child_started", child: { supervisor: 1, id: "a" }, incarnation: 2, pid: 3, result: "ok" },
  { type: "child_stopping", child: { supervisor: 1, id: "a" }, pid: 3, how: "shutdown", timeout: 5000 },
] as const;

const trace = (kinds: readonly number[]): TraceEvent[] =>
  kinds.map((kind, i) => ({ seq: i + 1, at: 0, ...BODIES[kind]! }));

const traces = fc.array(fc.nat({ max: BODIES.length - 1 }), { maxLength: 400 }).map(trace);

describe("Player", () => {
  it("shows every event once, in order, however time passes", () => {
    fc.assert(
      fc.property(traces, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (events, frames) => {
        const player = new Player();
        player.push(events);
        const shown: number[] = [];
        for (let i = 0; player.pending > 0; i++) {
          shown.push(...player.tick(frames[i % frames.length]!, 1).map((event) => event.seq));
          expect(i).toBeLessThan(100_000);
        }
        expect(shown).toEqual(events.map((event) => event.seq));
      }),
    );
  });

  it("shows one structural event after another", () => {
    const player = new Player();
    player.push(trace([0, 2, 1, 4, 3]));
    expect(player.tick(16, 1).map((event) => event.seq)).toEqual([1, 2]);
    expect(player.tick(16, 1)).toEqual([]);
    expect(player.tick(300, 1).map((event) => event.seq)).toEqual([3, 4]);
  });

  it("takes half the time at twice the speed", () => {
    const frames = (speed: number) => {
      const player = new Player();
      player.push(trace([2, 4, 3, 4, 3]));
      let count = 0;
      while (player.pending > 0) {
        player.tick(5, speed);
        count += 1;
      }
      return count;
    };
    expect(frames(0.5) / frames(1)).toBeCloseTo(2, 0);
    expect(frames(1) / frames(2)).toBeCloseTo(2, 0);
  });

  it("tells a large incident in bounded time", () => {
    const player = new Player();
    player.push(trace(Array.from({ length: 1500 }, () => 4)));
    let time = 0;
    while (player.pending > 0) {
      player.tick(16, 1);
      time += 16;
    }
    expect(time).toBeLessThan(8000);
  });

  it("needs few frames for a crowd", () => {
    const player = new Player();
    player.push(trace(Array.from({ length: 60_000 }, (_, i) => i % 2)));
    let frames = 0;
    while (player.pending > 0) {
      player.tick(16, 1);
      frames += 1;
    }
    expect(frames).toBeLessThan(60);
  });

  it("steps to the next structural event", () => {
    fc.assert(
      fc.property(traces, (events) => {
        const player = new Player();
        player.push(events);
        while (player.pending > 0) {
          const step = player.step();
          expect(step.length).toBeGreaterThan(0);
          expect(step.slice(0, -1).some(isStructural)).toBe(false);
          expect(isStructural(step.at(-1)!) || player.pending === 0).toBe(true);
        }
      }),
    );
  });
});
