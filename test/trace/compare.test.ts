/** Two runs of a program that was changed in between: what is told is what is different, and nothing else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GenServer, Supervisor, System } from "../../src/runtime/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { compareRuns } from "../../src/trace/compare.ts";

interface Change {
  /** A name that the second worker takes. */
  name?: string;
  /** When the first worker's timer fires. */
  delay?: number;
  /** A third worker, before the others. */
  third?: boolean;
  /** What ends the first worker. */
  reason?: string;
}

/** A tree of two workers; the first one crashes once, at 100 ms. */
async function ran({ name, delay = 50, third = false, reason = "boom" }: Change = {}): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  class Third extends GenServer {}
  class First extends GenServer {
    override init() {
      this.sendAfter(delay, this.self, "tick" as never);
    }
  }
  class Second extends GenServer {
    override init() {
      if (name !== undefined) this.register(name);
      this.sendAfter(200, this.self, "tick" as never);
    }
  }
  class Top extends Supervisor {
    override init() {
      return {
        children: [
          ...(third ? [{ id: "third", start: [Third] as [typeof Third] }] : []),
          { id: "first", start: [First] as [typeof First] },
          { id: "second", start: [Second] as [typeof Second] },
        ],
      };
    }
  }
  const system = new System({ clock: "virtual", logger: null, observer: (event) => void events.push(event) });
  await system.start(Top);
  await system.advance(100);
  const first = system.listProcesses().find(({ label }) => label === "First");
  system.crash(first?.pid as never, reason);
  await system.advance(1000);
  return events;
}

describe("two runs", () => {
  test("that are the same differ in nothing", async () => {
    expect(compareRuns(await ran(), await ran())).toEqual({ differences: [], moved: 0, from: null });
  });

  test("one event more is one difference, however much follows it", async () => {
    const { differences, moved } = compareRuns(await ran(), await ran({ name: "both" }));
    expect(differences.map(({ before, now, nodes }) => [before?.type ?? null, now?.type, nodes])).toEqual([
      [null, "register", ["Top/second"]],
    ]);
    expect(moved).toBe(0);
  });

  test("one process more gives others other numbers, and is all that differs", async () => {
    const { differences } = compareRuns(await ran(), await ran({ third: true }));
    expect(new Set(differences.flatMap(({ nodes }) => nodes.slice(0, 1)))).toEqual(new Set(["Top/third"]));
    const { differences: back } = compareRuns(await ran({ third: true }), await ran());
    expect(back).toHaveLength(differences.length);
    expect(back.every(({ now }) => now === null)).toBe(true);
  });

  test("what comes at another time is counted apart, from where it begins", async () => {
    const { differences, moved, from } = compareRuns(await ran({ delay: 50 }), await ran({ delay: 40 }));
    // The timer is set otherwise, before the crash and after it.
    expect(differences.map(({ before, now }) => [before?.type, now?.type])).toEqual([
      ["timer", "timer"],
      ["timer", "timer"],
    ]);
    expect(moved).toBeGreaterThan(0);
    expect(from).toBe(0);
  });

  test("the same event with another reason is one difference, before and now", async () => {
    const { differences, from } = compareRuns(await ran(), await ran({ reason: "bang" }));
    expect(differences.every(({ before, now }) => before !== null && now?.type === before.type)).toBe(true);
    expect(differences.map(({ now }) => now?.type)).toContain("exit");
    expect(from).toBe(100);
  });

  test("what was taken out at random places is what differs, and the other way round", async () => {
    const whole = await ran({ third: true, name: "both" });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(whole.length - 1), { maxLength: 5 }), (places) => {
        // Spawns carry the places of everything after them.
        const out = places.filter(
          (place) => !["spawn", "child_starting", "exit"].includes(whole[place]!.type),
        );
        const part = whole.filter((_, place) => !out.includes(place));
        const taken = compareRuns(whole, part);
        const put = compareRuns(part, whole);
        expect(taken.differences).toHaveLength(out.length);
        expect(put.differences).toHaveLength(out.length);
        expect(taken.differences.every(({ now }) => now === null)).toBe(true);
        expect(taken.moved).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test("beyond what can be compared with care, all between the first and the last difference counts", () => {
    const note = (text: string, seq: number): TraceEvent => ({ type: "note", seq, at: seq, pid: null, text });
    const a = Array.from({ length: 6000 }, (_, n) => note(`a${n}`, n + 1));
    const b = Array.from({ length: 6000 }, (_, n) => note(`b${n}`, n + 1));
    const { differences } = compareRuns([note("begin", 0), ...a], [note("begin", 0), ...b]);
    expect(differences).toHaveLength(6000);
  });
});
