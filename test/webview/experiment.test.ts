import { expect, test } from "vitest";
import type { CrashMatrix, CrashRow, Effect } from "../../src/model/index.ts";
import { crashMatrix } from "../../src/simulation/index.ts";
import {
  baseline,
  compare,
  type Experiment,
  groups,
  moved,
  stillPossible,
  verdictOf,
  withExperiment,
  withExperiments,
} from "../../src/webview/scene/experiment.ts";
import { child, five, keyOf, model, supervisor } from "../browser/models.ts";

const TOP = keyOf("AppSup");

function tried(change: (base: Experiment) => Experiment) {
  const tree = five();
  const top = tree.supervisors[0]!;
  return { tree, top, experiments: withExperiment(new Map(), top, change(baseline(top)!)) };
}

const names = (keys: readonly string[]) => keys.map((key) => key.split("/").pop());

test("children take the places of the experiment; the source is left as it is", () => {
  const { tree, experiments } = tried((base) => ({ ...base, order: moved(base.order, 3, 0) }));
  const changed = withExperiments(tree, experiments);
  const ids = (of: typeof tree) => of.supervisors[0]!.children.map(({ id }) => id);
  expect(ids(changed)).toEqual(["stats", "conn_sup", "registry", "http"]);
  expect(ids(tree)).toEqual(["conn_sup", "registry", "http", "stats"]);
  expect(changed.supervisors[1]).toBe(tree.supervisors[1]);
});

test("children that are started at run time stay behind the others", () => {
  const top = supervisor("S", "one_for_one", [
    child("S", "late", { dynamic: true }),
    child("S", "a"),
    child("S", "b"),
  ]);
  const tree = model([top], ["S"]);
  expect(names(baseline(top)!.order)).toEqual(["a", "b"]);
  const experiments = withExperiment(new Map(), top, {
    ...baseline(top)!,
    order: moved(baseline(top)!.order, 0, 1),
  });
  const { children } = withExperiments(tree, experiments).supervisors[0]!;
  expect(children.map(({ id }) => id)).toEqual(["b", "a", "late"]);
});

test("nothing to try: dynamic supervisors and those without children", () => {
  expect(baseline(supervisor("D", "simple_one_for_one", [child("D", "x")], { dynamic: true }))).toBeNull();
  expect(baseline(supervisor("E", "one_for_one", []))).toBeNull();
});

test("what changes nothing is no experiment", () => {
  expect(tried((base) => base).experiments.size).toBe(0);
  const { top, experiments } = tried((base) => ({ ...base, strategy: "one_for_all" }));
  expect(experiments.size).toBe(1);
  expect(withExperiment(experiments, top, baseline(top)!).size).toBe(0);
});

test("an experiment ends when it has been written, and when its children are others", () => {
  const { tree, experiments } = tried((base) => ({
    order: moved(base.order, 0, 2),
    strategy: "one_for_one",
  }));
  expect(stillPossible(five(), experiments).size).toBe(1);
  expect(stillPossible(withExperiments(tree, experiments), experiments).size).toBe(0);
  const [top, ...others] = tree.supervisors;
  const fewer = { ...tree, supervisors: [{ ...top!, children: top!.children.slice(1) }, ...others] };
  expect(stillPossible(fewer, experiments).size).toBe(0);
  expect(withExperiments(fewer, experiments).supervisors[0]!.children).toHaveLength(3);
  expect(stillPossible({ ...tree, supervisors: [] }, experiments).size).toBe(0);
});

test("the crashes of both are compared, process by process", async () => {
  const { tree, experiments } = tried((base) => ({ ...base, strategy: "one_for_one" }));
  const before = await crashMatrix(tree, TOP);
  const after = await crashMatrix(withExperiments(tree, experiments), TOP);
  const { differences, same, stops } = compare(before, after);
  // Under rest_for_one the crash of the registry took http and stats along.
  const registry = differences.find(({ path }) => path === "AppSup/registry")!;
  expect(registry.effects).toEqual([
    { path: "AppSup/http", before: "restarted", after: "none" },
    { path: "AppSup/stats", before: "stopped", after: "none" },
  ]);
  expect(stops.after).toBeLessThan(stops.before);
  // stats, which is temporary, stays where it is: fewer crashes take somebody for good.
  const better = verdictOf(compare(before, after));
  expect(better).toEqual({ is: "better", of: "stops", by: stops.before - stops.after });
  expect(verdictOf(compare(after, before))).toEqual({ ...better, is: "worse" });
  expect(verdictOf(compare(before, before))).toEqual({ is: "same", of: null, by: 0 });
  expect(same).toBe(before.rows.length - differences.length);
  expect(same).toBeGreaterThan(0);
});

test("crashes that change alike are told once", async () => {
  const row = (path: string, effects: Record<string, Effect>): CrashRow => ({
    path,
    key: path,
    fault: "crash",
    recovered: true,
    effects: [[path, "fails"] as const, ...Object.entries(effects)].map(([of, effect]) => ({
      path: of,
      effect,
    })),
    escalated: [],
    budget: [],
    blast: [path],
    settled: 0,
    treeEnded: false,
  });
  const matrix = (rows: CrashRow[]): CrashMatrix => ({
    root: "S",
    seed: 1,
    processes: [],
    rows,
    failedBoots: [],
    alike: 0,
    omitted: 0,
    assumptions: [],
  });
  const before = matrix([row("S/a", {}), row("S/b", {}), row("S/c", {}), row("S/d", {})]);
  const after = matrix([
    row("S/a", { "S/x": "restarted" }),
    row("S/b", { "S/x": "blocked" }),
    row("S/c", { "S/x": "restarted" }),
    row("S/d", {}),
  ]);
  expect(groups(compare(before, after).differences).map(({ paths }) => paths)).toEqual([
    ["S/a", "S/c"],
    ["S/b"],
  ]);
});

test("a tree compared with itself has no difference", async () => {
  const matrix = await crashMatrix(five(), TOP);
  expect(compare(matrix, matrix)).toMatchObject({ differences: [], same: matrix.rows.length });
});

test("an order in which the tree does not come up says so", async () => {
  const top = supervisor("S", "one_for_one", [child("S", "db", { name: "db" }), child("S", "api")]);
  const [db, api] = top.children;
  const tree = model([top], ["S"], {
    edges: [
      {
        from: api!.key,
        to: db!.key,
        kind: "call",
        phase: "init",
        via: 'the name "db"',
        location: top.location,
      },
    ],
  });
  const experiments = withExperiment(new Map(), top, { order: [api!.key, db!.key], strategy: null });
  const before = await crashMatrix(tree, keyOf("S"));
  const after = await crashMatrix(withExperiments(tree, experiments), keyOf("S"));
  const { failedBoots } = compare(before, after);
  expect(failedBoots.before).toEqual([]);
  expect(failedBoots.after).toEqual([{ label: "S", reason: expect.stringContaining("noproc") }]);
});
