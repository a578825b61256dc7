/** Many workers of one key: how often each is looked at does not grow with their number. */
import { expect, test } from "vitest";
import type { PlannedWorker, Use } from "../../src/simulation/plan-types.ts";
import { concerned } from "../../src/simulation/planning/concerned.ts";
import { type Placing, scriptedAfterAll } from "../../src/simulation/planning/whose-code-runs.ts";

const use = (kind: Use["kind"], to: string): Use => ({
  kind,
  phase: "later",
  to,
  guarded: false,
  unawaited: false,
  ifThere: false,
  keepsPid: null,
});

const worker = (key: string, uses: Use[], runsCode = true): PlannedWorker => ({
  kind: "worker",
  key,
  label: key,
  facts: null,
  uses,
  script: {
    init: [],
    continue: null,
    messages: new Map(),
    timeout: [],
    terminate: [],
    reactions: [],
    state: [],
    relations: [],
  },
  task: false,
  registry: false,
  once: false,
  cls: null,
  code: runsCode ? { file: "a.ts", name: key } : null,
});

const placing = (each: PlannedWorker): Placing => ({ process: each, given: "known" });

/** As many workers that all write to one another, and one whose script begins it. */
function asked(many: number): number {
  let times = 0;
  const all = Array.from({ length: many }, () => {
    const each = worker("many", [use("cast", "many")]);
    const { code } = each;
    const get = () => {
      times++;
      return code;
    };
    return Object.defineProperty(each, "code", { get });
  });
  const found = scriptedAfterAll(
    [placing(worker("first", [use("call", "many"), use("call", "many")], false)), ...all.map(placing)],
    () => false,
  );
  expect(found).toEqual(new Set(all));
  return times;
}

test("whoever shares a key is looked at as often among a thousand as among ten", () => {
  expect(asked(1_000) / 1_000).toBe(asked(10) / 10);
});

test("whom a supposition concerns is the same, however many share a key", () => {
  const chain = (many: number) => [
    ...Array.from({ length: many }, () => worker("a", [use("call", "b")])),
    ...Array.from({ length: many }, () => worker("b", [use("cast", "c"), use("lookup", "d")])),
    worker("c", []),
    worker("d", []),
  ];
  const expected = new Map([
    ["b", ["a"]],
    ["c", ["a"]],
  ]);
  expect(concerned(chain(1), [], [], new Set(["a"])).workers).toEqual(expected);
  expect(concerned(chain(1_000), [], [], new Set(["a"])).workers).toEqual(expected);
});
