import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child, Supervisor, TreeModel } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { facts, model } from "./model.ts";

const found = (tree: TreeModel) => lint(tree).filter(({ rule }) => rule === "restart-budget");

test("a pool linked to one process: the sum is shown", () => {
  const { findings } = check(
    "restart-budget",
    `
import { GenServer, Supervisor } from "suptree";
class History extends GenServer {}
class Room extends GenServer {
  init() {
    this.link("history");
  }
}
export class RoomsSup extends Supervisor {
  init() {
    return {
      intensity: 3,
      period: 5,
      children: [
        { id: "history", start: [History], name: "history" },
        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ restart-budget oneCrashIsTooMuch
        ...["a", "b", "c"].map((name) => ({ id: name, start: [Room] })),
      ],
    };
  }
}
`,
  );
  expect(findings[0]!.message).toBe(
    "`a`, `b` and `c` are linked to `history`. When `history` crashes, they exit with it, and `RoomsSup` counts 4 restarts. It allows 3 restarts in 5 s, so one crash of `history` stops `RoomsSup` and everything under it. Raise the intensity to at least 4, or put `history` and what is linked to it under a one_for_all supervisor, where that is one restart.",
  );
  expect(findings[0]!.demonstration!.faults).toEqual([{ child: "app.ts#RoomsSup/history", kind: "crash" }]);
});

const linked = (own: Partial<Supervisor> = {}, user: Omit<Partial<Child>, "id"> = {}) =>
  model({
    App: {
      intensity: 1,
      ...own,
      children: [{ id: "db" }, { id: "a", uses: ["link db"], ...user }],
    },
  });

test("what counts and what does not", () => {
  expect(found(linked()).map(({ messageId }) => messageId)).toEqual(["oneCrashIsTooMuch"]);
  expect(found(linked({ intensity: 2 }))).toEqual([]);
  expect(found(linked({ intensity: null }))).toEqual([]);
  expect(found(linked({ strategy: "one_for_all" }))).toEqual([]);
  expect(found(linked({ strategy: "rest_for_one" }))).toEqual([]);
  expect(found(linked({}, { restart: "temporary" }))).toEqual([]);
  expect(found(linked({}, { cardinality: "maybe" }))).toEqual([]);
  expect(found(linked({}, { process: facts({ trapsExit: true }) }))).toEqual([]);
  expect(found(linked({}, { process: null }))).toEqual([]);
  expect(found(linked({ intensity: 4 }, { cardinality: "many", count: 4 }))).toHaveLength(1);
});

test("a period in milliseconds", () => {
  const app = (period: number, dialect = "suptree") =>
    found(model({ App: { period, dialect, children: [] } }));
  expect(app(5000)[0]).toMatchObject({ messageId: "periodInMilliseconds" });
  expect(app(5000)[0]!.message).toContain("5000 seconds (83 minutes)");
  expect(app(999)).toEqual([]);
  expect(app(5000, "noex")).toEqual([]);
});
