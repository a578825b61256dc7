import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child, TreeModel } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { facts, model } from "./model.ts";

const found = (tree: TreeModel) => lint(tree).filter(({ rule }) => rule === "shutdown");

test("a supervisor with less time than its children", () => {
  const { findings } = check(
    "shutdown",
    `
import { GenServer, Supervisor } from "suptree";
class Room extends GenServer {}
class RoomsSup extends Supervisor {
  init() {
    return { children: [{ id: "a", start: [Room] }, { id: "b", start: [Room], shutdown: 2_500 }] };
  }
}
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "rooms", start: [RoomsSup], shutdown: 7_499 },
        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ shutdown supervisorCutOff
        { id: "enough", start: [RoomsSup], shutdown: 7_500 },
        { id: "default", start: [RoomsSup] },
      ],
    };
  }
}
`,
  );
  expect(findings[0]!.message).toContain("with 7.5 s to shut down, but its children may take up to 7.5 s");
});

const tree = (given: Child["shutdown"], children: (Partial<Child> & { id: string })[], dynamic = false) =>
  model({ App: { children: [{ id: "inner", shutdown: given }] }, Inner: { dynamic, children } });

test("the time is what the children's limits allow together", () => {
  const kill = { id: "a", shutdown: "brutal_kill" as const };
  expect(found(tree(100, [kill]))).toEqual([]);
  expect(found(tree("brutal_kill", [{ id: "a" }])).map(({ messageId }) => messageId)).toEqual([
    "supervisorCutOff",
  ]);
  expect(found(tree(100, [{ id: "a", shutdown: "infinity" }]))[0]!.message).toContain("as long as they like");
  expect(found(tree(100, [{ id: "a", shutdown: null }]))).toEqual([]);
  expect(found(tree(100, []))).toEqual([]);
  // A pool of three takes three times as long, dynamic children stop all at once.
  expect(found(tree(14_999, [{ id: "a", cardinality: "many", count: 3 }]))).toHaveLength(1);
  expect(found(tree(15_000, [{ id: "a", cardinality: "many", count: 3 }]))).toEqual([]);
  expect(found(tree(5000, [{ id: "a" }, { id: "b" }], true))).toEqual([]);
});

test("brutal_kill skips terminate; children from one expression are one finding", () => {
  const killed = {
    shutdown: "brutal_kill" as const,
    process: facts({ hasTerminate: true }),
    location: { file: "app.ts", line: 3, column: 1, endLine: 3, endColumn: 9 },
  };
  const [finding, ...others] = found(
    model({
      App: {
        children: [
          { id: "a", ...killed },
          { id: "b", ...killed },
        ],
      },
    }),
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    messageId: "terminateSkipped",
    children: ["app.ts#App/a", "app.ts#App/b"],
  });
  expect(found(model({ App: { children: [{ id: "a", ...killed, process: facts() }] } }))).toEqual([]);
});
