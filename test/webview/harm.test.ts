import { expect, it } from "vitest";
import type { CrashRow, Effect } from "../../src/model/index.ts";
import { groupRows } from "../../src/webview/scene/harm.ts";

const row = (path: string, effects: Record<string, Effect> = {}, more: Partial<CrashRow> = {}): CrashRow => ({
  path,
  key: path,
  fault: "crash",
  recovered: true,
  effects: Object.entries(effects).map(([other, effect]) => ({ path: other, effect })),
  escalated: [],
  budget: [{ path: "S", used: 1, intensity: 3, period: 5 }],
  blast: [path, ...Object.keys(effects)],
  settled: 0,
  treeEnded: false,
  ...more,
});

it("folds siblings that fail alone, and siblings that are all restarted together", () => {
  const alone = [row("S/a"), row("S/b"), row("T/a")];
  expect(groupRows(alone, false).map(({ rows }) => rows.map(({ path }) => path))).toEqual([
    ["S/a", "S/b"],
    ["T/a"],
  ]);
  const together = [
    row("S/a", { "S/b": "restarted", "S/c": "restarted" }),
    row("S/b", { "S/a": "restarted", "S/c": "restarted" }),
    row("S/c", { "S/a": "restarted", "S/b": "restarted" }),
  ];
  expect(groupRows(together, false)).toHaveLength(1);
});

it("keeps apart what differs in anything that is told", () => {
  const rows = [
    row("S/a"),
    row("S/b", { "S/c": "blocked" }),
    row("S/c", {}, { recovered: false }),
    row("S/d", {}, { budget: [{ path: "S", used: 2, intensity: 3, period: 5 }] }),
    row("S/e", {}, { fault: "kill" }),
  ];
  expect(groupRows(rows, false)).toHaveLength(rows.length);
});

it("puts the worst first, and keeps start order among equals", () => {
  const rows = [
    row("S/a"),
    row("S/b", { "S/c": "restarted" }),
    row("S/c", { "S/d": "blocked" }),
    row("S/d", {}, { recovered: false }),
    row("S/e", {}, { treeEnded: true, recovered: false }),
    row("T/a"),
  ];
  expect(groupRows(rows, true).map((group) => group.row.path)).toEqual([
    "S/e",
    "S/d",
    "S/c",
    "S/b",
    "S/a",
    "T/a",
  ]);
});
