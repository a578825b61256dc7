/** Laws of the story, over random trees and faults in the simulation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TreeModel } from "../../src/model/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { Causes } from "../../src/trace/causes.ts";
import { narrate, type Sentence } from "../../src/trace/narrate.ts";
import { Timeline } from "../../src/trace/timeline.ts";
import { child, model, supervisor } from "../protocol/samples.ts";
import { edge } from "../simulation/models.ts";
import { fault, play, shape } from "./random-run.ts";

const incidentsIn = (told: readonly Sentence[]) => told.filter(({ kind }) => kind === "incident");

describe("the story of any run", () => {
  it("gives every event one cause, which came before it, and every incident one entry", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.array(fault, { minLength: 1, maxLength: 6 }), async (root, faults) => {
        const { tree, events } = await play(root, faults);
        const causes = new Causes();
        const kinds = new Map<number, string>();
        for (const event of events) {
          const cause = causes.read(event);
          expect(cause.seq).toBeLessThanOrEqual(event.seq);
          // A cause is known by its first event, and its kind never changes.
          expect(kinds.get(cause.seq) ?? cause.kind).toBe(cause.kind);
          kinds.set(cause.seq, cause.kind);
          // What a decision leads to has the decision's cause.
          const decided = "cause" in event && event.cause !== undefined ? events[event.cause - 1] : undefined;
          if (decided !== undefined) expect(causeOf.get(decided)).toBe(cause.seq);
          causeOf.set(event, cause.seq);
        }
        const told = narrate(events, tree);
        const incidents = incidentsIn(told);
        expect(new Set(incidents.map(({ cause }) => cause)).size).toBe(incidents.length);
        // Steps are those of its own cause, in the order in which they happened.
        for (const incident of incidents) {
          const steps = incident.steps.map(({ seq }) => seq);
          expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
          for (const seq of steps) expect(causeOf.get(events[seq - 1]!)).toBe(incident.cause);
        }
        // No event is a step of two incidents.
        const all = incidents.flatMap(({ steps }) => steps.map(({ seq }) => seq));
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 150 },
    );
  });

  let seen = 0;
  it("tells every abnormal end and every decision in an incident, and each incident is over when all is quiet", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.array(fault, { minLength: 1, maxLength: 6 }), async (root, faults) => {
        const { tree, events } = await play(root, faults);
        const told = narrate(events, tree);
        seen += incidentsIn(told).length;
        const steps = new Set(told.flatMap((sentence) => sentence.steps.map(({ seq }) => seq)));
        for (const event of events) {
          if (event.type === "decision" || (event.type === "exit" && event.origin.type === "error")) {
            expect(steps.has(event.seq), JSON.stringify(event)).toBe(true);
          }
        }
        for (const sentence of incidentsIn(told)) expect(sentence.over, sentence.text).toBe(true);
      }),
      { numRuns: 150 },
    );
    // The faults were given: these laws are about something.
    expect(seen).toBeGreaterThan(150);
  });

  it("ends in the picture of those who live: nobody who is dead seems to stop or to start", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.array(fault, { minLength: 1, maxLength: 8 }), async (root, faults) => {
        const { tree, events, simulation } = await play(root, faults);
        const live = new Timeline(tree).push(events);
        const drawn = [...live.nodes.values()].filter((node) => node.pid !== null).map((node) => node.key);
        expect(drawn.sort()).toEqual(
          simulation.targets
            .all()
            .map((placed) => placed.path)
            .sort(),
        );
        const busy = [...live.nodes.values()].filter(
          ({ pid, state }) =>
            pid === null && ["stopping", "starting", "restarting", "running"].includes(state),
        );
        expect(busy.map(({ key, state }) => `${key} ${state}`)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("one fault is one incident", () => {
  const incidentsOf = async (tree: TreeModel, act: (simulation: Simulation) => Promise<unknown>) => {
    const events: TraceEvent[] = [];
    const simulation = new Simulation(tree, tree.roots[0]!, { observer: (event) => void events.push(event) });
    await simulation.start();
    await simulation.runInstant();
    await act(simulation);
    await simulation.advance(10_000);
    return incidentsIn(narrate(events, tree));
  };
  const key = "src/app.ts#S";
  const two = (more: Parameters<typeof model>[1] = {}) => ({
    ...model([supervisor("S", [child(key, "a"), child(key, "b"), child(key, "c")], { intensity: 5 })], more),
    roots: [key],
  });

  it("also when both happen at one instant", async () => {
    const found = await incidentsOf(two(), async (simulation) => {
      await simulation.input({ kind: "crash", target: { path: "S/a" }, reason: "boom" });
      await simulation.input({ kind: "crash", target: { path: "S/b" }, reason: "bang" });
    });
    expect(found.map(({ text }) => text)).toEqual([
      "a crashed (boom). one_for_one: started a #2. 1 of 5 restarts in 5 s.",
      "b crashed (bang). one_for_one: started b #2. 2 of 5 restarts in 5 s.",
    ]);
  });

  it("and the callers that fall over it belong to it", async () => {
    const tree = two({ edges: [edge(`${key}/b`, `${key}/a`, "call"), edge(`${key}/c`, `${key}/b`, "link")] });
    const found = await incidentsOf(tree, async (simulation) => {
      await simulation.input({ kind: "hang", target: { path: "S/a" } });
      await simulation.input({ kind: "use", target: { path: "S/b" }, to: { path: "S/a" }, how: "call" });
    });
    expect(found.length).toBeLessThanOrEqual(1);
    for (const { text } of found) expect(text).toMatch(/^Made a hang/);
  });

  it("a process that was restarted and fails again later begins another", async () => {
    const found = await incidentsOf(two(), async (simulation) => {
      await simulation.input({ kind: "crash", target: { path: "S/a" }, reason: "boom" });
      await simulation.advance(100);
      await simulation.input({ kind: "kill", target: { path: "S/a" } });
    });
    expect(found.map(({ text }) => text)).toEqual([
      "a crashed (boom). one_for_one: started a #2. 1 of 5 restarts in 5 s.",
      "a #2 was killed. one_for_one: started a #3. 2 of 5 restarts in 5 s.",
    ]);
  });
});

const causeOf = new WeakMap<TraceEvent, number>();
