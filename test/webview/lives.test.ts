/** The ruler, the list of lives and the card say the same about how often a process was started. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { Timeline } from "../../src/trace/timeline.ts";
import { axis, lives, marks, resetMoments, showEvents } from "../../src/webview/run/moments.ts";
import { fault, play, shape } from "../trace/random-run.ts";

it("has one number for a life in every view, whoever replaced its supervisor", async () => {
  let replaced = 0;
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.array(fault, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      async (root, faults, together) => {
        const { tree, events } = await play(root, faults);
        resetMoments(tree);
        for (let i = 0; i < events.length; i += together) showEvents(events.slice(i, i + together));
        const kinds = new Map(
          // So near that every moment has its own.
          events.flatMap((event) =>
            marks
              .between(axis.placeOf(event.seq) - 1e-7, axis.placeOf(event.seq), 1e-9)
              .map(({ seq, kind }) => [seq, kind] as const),
          ),
        );
        const timeline = new Timeline(tree, null);
        for (const event of events) {
          const state = timeline.push([event]);
          if (!began(event)) continue;
          const place = state.byPid.get(event.pid)!;
          const { incarnation } = state.nodes.get(place)!;
          if (incarnation > event.incarnation) replaced += 1;
          const life = lives.of(place).find(({ pid }) => pid === event.pid);
          expect(life?.incarnation, `${place} <${event.pid}>`).toBe(incarnation);
          expect(kinds.get(event.seq), `${place} <${event.pid}>`).toBe(incarnation > 1 ? "restart" : "start");
        }
      },
    ),
    { numRuns: 160 },
  );
  expect(replaced).toBeGreaterThan(0);
});

function began(event: TraceEvent): event is Extract<TraceEvent, { type: "child_started" }> & { pid: number } {
  return event.type === "child_started" && event.result === "ok" && event.pid !== null;
}
