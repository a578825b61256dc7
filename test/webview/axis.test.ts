import fc from "fast-check";
import { expect, it } from "vitest";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { Axis, idle } from "../../src/webview/run/axis.ts";

const exit = (seq: number, at: number): TraceEvent => ({
  seq,
  at,
  type: "exit",
  pid: seq,
  reason: "boom",
  normal: false,
  origin: { type: "error", message: "boom" },
});

/** Gaps between events in milliseconds; 0 is the same instant. */
const gaps = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ max: 3_600_000, min: 1 })),
  {
    minLength: 1,
    maxLength: 200,
  },
);

function axisOf(waits: readonly number[]): { axis: Axis; events: TraceEvent[] } {
  let at = 0;
  const events = waits.map((wait, i) => {
    at += wait;
    return exit(i + 1, at);
  });
  const axis = new Axis();
  axis.push(events);
  return { axis, events };
}

it("never goes back, and every event has a place of its own that leads back to it", () => {
  fc.assert(
    fc.property(gaps, (waits) => {
      const { axis, events } = axisOf(waits);
      let before = -1;
      for (const event of events) {
        const place = axis.placeOf(event.seq);
        expect(place).toBeGreaterThan(before);
        expect(axis.seqAt(place)).toBe(event.seq);
        before = place;
      }
      expect(axis.end(events.at(-1)!.at)).toBeCloseTo(before, 6);
    }),
  );
});

it("finds times again, between events as well", () => {
  fc.assert(
    fc.property(gaps, fc.double({ min: 0, max: 1, noNaN: true }), (waits, part) => {
      const { axis, events } = axisOf(waits);
      const at = events.at(-1)!.at * part;
      const place = axis.placeOfTime(at);
      expect(axis.timeAt(place)).toBeCloseTo(at, 3);
      expect(place).toBeLessThanOrEqual(axis.end(events.at(-1)!.at) + 1e-6);
    }),
  );
});

it("folds idle time and gives an incident room", () => {
  const { axis } = axisOf([1000, 0, 0, 0, 0, 0, 0, 0, 600_000, 0]);
  const incident = axis.placeOf(8) - axis.placeOf(1);
  const tenMinutes = axis.placeOfTime(600_999) - axis.placeOf(8);
  expect(incident).toBeGreaterThan(8);
  expect(tenMinutes).toBeLessThan(50);
  expect(idle(2_000)).toBeLessThan(idle(4_000));
});

it("labels times in order, never more than asked for", () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 2, max: 12 }), (waits, most) => {
      const { axis, events } = axisOf(waits);
      const end = axis.end(events.at(-1)!.at);
      const ticks = axis.ticks(0, end, most);
      expect(ticks.length).toBeLessThanOrEqual(most);
      for (const [i, tick] of ticks.entries()) {
        if (i > 0) expect(tick.at).toBeGreaterThan(ticks[i - 1]!.at);
        // Where its time begins: what happened at it comes after, what happened before it comes before.
        const before = events.findLast((event) => event.at < tick.at);
        expect(tick.place).toBeLessThanOrEqual(axis.placeOfTime(tick.at) + 1e-6);
        expect(tick.place).toBeGreaterThanOrEqual(before === undefined ? 0 : axis.placeOf(before.seq));
        const first = events.find((event) => event.at === tick.at);
        if (first !== undefined) expect(tick.place).toBeLessThan(axis.placeOf(first.seq));
      }
    }),
  );
});

it("labels no more than asked for where steps do not add up", () => {
  const { axis, events } = axisOf([0, 0, 2_441_552, 2_051_463, 0, 2_960_534]);
  expect(axis.ticks(0, axis.end(events.at(-1)!.at), 3).length).toBeLessThanOrEqual(3);
});

it("begins with the beginning, however much happened at once there", () => {
  const { axis } = axisOf(Array.from({ length: 40 }, () => 0));
  expect(axis.ticks(0, axis.placeOfTime(1_000), 8)[0]).toEqual({ at: 0, place: 0 });
});
