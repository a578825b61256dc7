import fc from "fast-check";
import { expect, it } from "vitest";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { Axis } from "../../src/webview/run/axis.ts";
import { Marks } from "../../src/webview/run/marks.ts";

const KINDS = ["start", "restart", "crash", "fault", "give-up", null] as const;

function eventOf(kind: (typeof KINDS)[number], seq: number, at: number): TraceEvent {
  const child = { supervisor: 1, id: "a" };
  const head = { seq, at };
  switch (kind) {
    case "start":
      return { ...head, type: "child_started", child, incarnation: 1, pid: 2, result: "ok" };
    case "restart":
      return { ...head, type: "child_started", child, incarnation: 2, pid: 2, result: "ok" };
    case "fault":
      return { ...head, type: "note", pid: 2, text: "crash a", fault: "crash" };
    case "crash":
      return {
        ...head,
        type: "exit",
        pid: 2,
        reason: "boom",
        normal: false,
        origin: { type: "error", message: "" },
      };
    case "give-up":
      return {
        ...head,
        type: "decision",
        child,
        pid: 2,
        reason: "boom",
        strategy: "one_for_one",
        decision: "give_up",
        affected: [],
        budget: { used: 4, intensity: 3, period: 5 },
      };
    default:
      return { ...head, type: "running", pid: 2 };
  }
}

const again = ({ incarnation }: { incarnation: number }) => incarnation > 1;

it("counts every moment of a range once, in order, and shows the worst of each mark", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ kind: fc.constantFrom(...KINDS), wait: fc.constantFrom(0, 0, 5, 900, 60_000) }), {
        maxLength: 120,
      }),
      fc.nat({ max: 90 }),
      fc.integer({ min: 1, max: 100 }),
      (steps, start, length) => {
        const axis = new Axis();
        const marks = new Marks();
        let at = 0;
        const events = steps.map(({ kind, wait }, i) => {
          at += wait;
          return eventOf(kind, i + 1, at);
        });
        for (const event of events) {
          axis.push([event]);
          marks.push([event], axis, again);
        }
        const end = Math.max(1, axis.end(at));
        const [from, to] = [(end * start) / 100, (end * Math.min(100, start + length)) / 100];
        const told = steps
          .map(({ kind }, i) => ({ kind, seq: i + 1, place: axis.placeOf(i + 1) }))
          .filter(({ kind, place }) => kind !== null && place >= from && place < to + 1e-9);
        const found = marks.between(from, to);
        expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(told.length);
        let next = 0;
        const begins: (string | null)[] = [];
        for (const mark of found) {
          const own = told.slice(next, next + mark.count);
          begins.push(own[0]!.kind);
          next += mark.count;
          const worst = Math.max(...own.map(({ kind }) => KINDS.indexOf(kind)));
          expect(KINDS.indexOf(mark.kind)).toBe(worst);
          expect(mark.seq).toBe(own.find(({ kind }) => KINDS.indexOf(kind) === worst)!.seq);
          expect(mark.x).toBeCloseTo((own[0]!.place - from) / (to - from), 9);
        }
        for (const [i, mark] of found.entries()) {
          // A fault that can be seen has a mark of its own.
          const apart = begins[i] === "fault" ? 0.0069 : 0.0139;
          if (i > 0) expect(mark.x - found[i - 1]!.x).toBeGreaterThan(apart);
        }
      },
    ),
  );
});

it("shows a boot as one mark where its starts stand closely, and one by one where they do not", () => {
  const axis = new Axis();
  const marks = new Marks();
  const events = [
    ...Array.from({ length: 20 }, (_, i) => eventOf("start", i + 1, 0)),
    eventOf("fault", 21, 1_000),
    eventOf("crash", 22, 1_000),
    eventOf("restart", 23, 1_000),
    eventOf("restart", 24, 1_000),
  ];
  axis.push(events);
  marks.push(events, axis, again);
  const end = axis.end(1_000);
  const kinds = (from: number, to: number) =>
    marks.between(from, to).map(({ kind, count }) => `${kind} ${count}`);
  expect(kinds(0, end)).toEqual(["start 20", "fault 1", "crash 1", "restart 2"]);
  expect(kinds(0, axis.placeOf(5))).toEqual(Array.from({ length: 5 }, () => "start 1"));
});
