/**
 * Whatever is said of a program is what JavaScript makes of it: the model of a supervisor whose children are computed, as far
 * as it says something, and what the interpreter of simulations gives. SUPTREE_FUZZ_SEED and SUPTREE_FUZZ_PROGRAMS go on with
 * others.
 */
import { runInThisContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { Child, TreeModel } from "../../src/model/index.ts";
import { outsideOf } from "../../src/simulation/interpret/globals.ts";
import { Machine } from "../../src/simulation/interpret/machine.ts";
import { isLost } from "../../src/simulation/interpret/not-interpreted.ts";
import { GIVEN, randomBody } from "./random-code.ts";

const SEED = Number(process.env.SUPTREE_FUZZ_SEED ?? 1);
const PROGRAMS = Number(process.env.SUPTREE_FUZZ_PROGRAMS ?? 400);

interface Spec {
  intensity: number;
  children: { id: unknown; restart?: string }[];
}

type Outcome = { is: Spec } | { thrown: string };

const fileOf = (body: string): string => `import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
class P extends GenServer { compute(o) { ${body} } }
export class S extends Supervisor { init(o) { ${body} } }
export class Q extends Supervisor { init() { return { children: [{ id: "p", start: [P] }] }; } }`;

function outcomeOf(run: () => unknown): Outcome {
  try {
    return { is: run() as Spec };
  } catch (thrown) {
    if (isLost(thrown)) throw thrown;
    return { thrown: String(thrown) };
  }
}

function real(body: string, given: unknown): Outcome {
  const code = runInThisContext(`(function (W, o) { "use strict"; ${body} })`) as (
    w: unknown,
    o: unknown,
  ) => unknown;
  return outcomeOf(() => code(class W {}, structuredClone(given)));
}

/** Null where it is not followed. */
function interpreted({ code }: TreeModel, given: unknown): Outcome | null {
  const machine = new Machine(
    code,
    outsideOf(Date.now, Math.random, () => () => {}),
  );
  machine.begin();
  try {
    return outcomeOf(() => {
      const made = machine.make(machine.classNamed("app.ts", "P")!, []);
      return (made.get("compute") as (this: unknown, o: unknown) => unknown).call(
        made,
        structuredClone(given),
      );
    });
  } catch {
    return null;
  }
}

const plain = (outcome: Outcome): unknown =>
  "is" in outcome
    ? {
        intensity: outcome.is.intensity,
        children: outcome.is.children.map(({ id, restart }) => ({ id, restart })),
      }
    : outcome;

const isKnown = (of: { unknown: readonly { field: string }[] }, field: string): boolean =>
  !of.unknown.some((each) => each.field === field);

/** What a model says of a child that is not so. */
function isWrong(child: Child, { id, restart = "permanent" }: Spec["children"][number]): boolean {
  return (
    (child.id !== null && isKnown(child, "id") && child.id !== String(id)) ||
    (child.restart !== null && child.restart !== restart)
  );
}

/** What a model says that is not so. */
function wrongIn(model: TreeModel, { intensity, children }: Spec): string | null {
  const said = model.supervisors.find(({ name }) => name === "S")!;
  if (said.intensity !== null && isKnown(said, "intensity") && said.intensity !== intensity)
    return `intensity ${said.intensity}`;
  // What has the id of another is another matter.
  if (new Set(children.map(({ id }) => id)).size < children.length) return null;
  if (isKnown(said, "children") && said.children.every(({ cardinality }) => cardinality === "one")) {
    if (said.children.length !== children.length) return `${said.children.length} children`;
    const wrong = said.children.find((child, n) => isWrong(child, children[n]!));
    return wrong === undefined ? null : `${wrong.id} ${wrong.restart}`;
  }
  const certain = said.children.filter((each) => each.cardinality === "one" && each.unknown.length === 0);
  const missing = certain.find((child) => children.every((each) => isWrong(child, each)));
  return missing === undefined ? null : `${missing.id} is not there`;
}

it("says of programs what they compute, or that it is not known", { timeout: 600_000 }, () => {
  let [known, followed, all] = [0, 0, 0];
  const check = (body: string): void => {
    let outcomes: Outcome[];
    try {
      outcomes = GIVEN.map((given) => real(body, given));
    } catch {
      return; // no program
    }
    const model = analyzeSources(new Map([["app.ts", fileOf(body)]]));
    for (const [n, outcome] of outcomes.entries()) {
      all += 1;
      const own = interpreted(model, GIVEN[n]);
      if (own !== null) {
        followed += 1;
        expect(plain(own)).toEqual(plain(outcome));
      }
      if (!("is" in outcome)) continue;
      expect(wrongIn(model, outcome.is)).toBeNull();
      if (model.supervisors.every(({ unknown }) => unknown.length === 0)) known += 1;
    }
  };
  fc.assert(fc.property(randomBody, check), { seed: SEED, numRuns: PROGRAMS });
  // It is no use to know nothing.
  expect(followed).toBeGreaterThan(all * 0.95);
  expect(known).toBeGreaterThan(all * 0.5);
});
