/** Random trees and faults, run in the simulation. */
import fc from "fast-check";
import type { Child, Supervisor, TreeModel } from "../../src/model/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { child, model, supervisor } from "../protocol/samples.ts";
import { edge } from "../simulation/models.ts";

const STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"] as const;

interface Shape {
  strategy: (typeof STRATEGIES)[number];
  intensity: number;
  workers: { restart: Child["restart"]; uses: number }[];
  below: Shape[];
}

const none: Shape[] = [];
export const shape = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.record({
    strategy: fc.constantFrom(...STRATEGIES),
    intensity: fc.integer({ min: 0, max: 3 }),
    workers: fc.array(
      fc.record({
        restart: fc.constantFrom("permanent" as const, "transient" as const, "temporary" as const),
        uses: fc.nat({ max: 6 }),
      }),
      { maxLength: 4 },
    ),
    below: fc.oneof({ depthSize: "small" }, fc.constant(none), fc.array(tie("shape"), { maxLength: 2 })),
  }),
})).shape;

/** The tree of a shape; workers also call, link to or monitor one another. */
function treeOf(root: Shape): { tree: TreeModel; workers: string[] } {
  const supervisors: Supervisor[] = [];
  const keys: string[] = [];
  const names: string[] = [];
  const uses: [string, number][] = [];
  const visit = (name: string, path: string, { strategy, intensity, workers, below }: Shape): void => {
    const key = `src/app.ts#${name}`;
    const children: Child[] = [];
    supervisors.push(supervisor(name, children, { strategy, intensity }));
    for (const [i, worker] of workers.entries()) {
      children.push(child(key, `w${i}`, { restart: worker.restart }));
      keys.push(`${key}/w${i}`);
      names.push(`${path}/w${i}`);
      uses.push([`${key}/w${i}`, worker.uses]);
    }
    for (const [i, inner] of below.entries()) {
      const id = `${name}${i}`;
      children.push(
        child(key, id, { supervisor: `src/app.ts#${id}`, type: "supervisor", shutdown: "infinity" }),
      );
      visit(id, `${path}/${id}`, inner);
    }
  };
  visit("S", "S", root);
  const kinds = ["link", "monitor", "call"] as const;
  const edges = uses.flatMap(([from, n]) => {
    const to = keys[(n * 7) % Math.max(1, keys.length)];
    return n > 2 && to !== undefined && to !== from ? [edge(from, to, kinds[n % 3]!)] : [];
  });
  return { tree: { ...model(supervisors, { edges }), roots: ["src/app.ts#S"] }, workers: names };
}

export const fault = fc.record({
  kind: fc.constantFrom("crash" as const, "kill" as const, "exit" as const, "stop" as const),
  target: fc.nat({ max: 30 }),
  ms: fc.constantFrom(0, 0, 10, 1500, 6000),
});

export async function play(
  root: Shape,
  faults: readonly (typeof fault extends fc.Arbitrary<infer F> ? F : never)[],
) {
  const { tree, workers } = treeOf(root);
  const events: TraceEvent[] = [];
  const simulation = new Simulation(tree, "src/app.ts#S", {
    seed: 7,
    observer: (event) => void events.push(event),
  });
  await simulation.start();
  await simulation.runInstant();
  for (const { kind, target, ms } of faults) {
    const path = workers[target % Math.max(1, workers.length)];
    if (path === undefined) break;
    const on = { path, incarnation: null } as never;
    const action =
      kind === "kill"
        ? { kind, target: on }
        : { kind, target: on, reason: kind === "stop" ? "normal" : "boom" };
    await simulation.input(action as never).catch(() => {});
    await simulation.advance(ms);
  }
  await simulation.advance(20_000);
  return { tree, events, simulation };
}
