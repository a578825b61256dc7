import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child, Supervisor, TreeModel } from "../../src/model/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";
import { check } from "./check.ts";
import { type ChildSketch, facts, model } from "./model.ts";

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
          ~~~~~~~~~~~~~ restart-budget oneCrashIsTooMuch
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
  // Whoever traps survives the other one, and takes it along all the same.
  const trapping = facts({ trapsExit: true });
  expect(found(linked({}, { process: trapping })).map(({ children }) => children[0])).toEqual([
    "app.ts#App/a",
  ]);
  expect(found(linked({ intensity: 2 }, { process: trapping }))).toEqual([]);
  expect(found(linked({}, { process: null }))).toEqual([]);
  expect(found(linked({ intensity: 4 }, { cardinality: "many", count: 4 }))).toHaveLength(1);
});

test("a period in milliseconds", () => {
  const app = (period: number, dialect = "suptree") =>
    found(model({ App: { period, dialect, children: [] } }));
  expect(app(5000)[0]).toMatchObject({ messageId: "periodInMilliseconds" });
  // A minute and half an hour of milliseconds; an hour, half of one and a day of seconds.
  for (const period of [60_000, 1_800_000, 2_500]) expect(app(period)).toHaveLength(1);
  for (const period of [3_600, 1_800, 86_400]) expect(app(period)).toEqual([]);
  expect(app(5000)[0]!.message).toContain("5000 seconds (83 minutes)");
  expect(app(999)).toEqual([]);
  expect(app(5000, "noex")).toEqual([]);
});

test("a limit that hides an error which comes back every time", async () => {
  const app = (own: Partial<Supervisor>, children: ChildSketch[] = [{ id: "a" }, { id: "b" }]) =>
    found(model({ App: { ...own, children } }));
  const [finding] = app({ intensity: 1000, period: 5 });
  expect(finding!.message).toBe(
    "`App` allows 1000 restarts in 5 s to its 2 children, which is 200 a second for ever. A child that fails 5 ms or more after each of its starts is started again and again, and nobody ever hears of it. Allow a few restarts: an error that comes back every time is not cured by more.",
  );
  expect(finding).toMatchObject({ messageId: "hidesPersistentError", certainty: "exact" });
  const run = (intensity: number) =>
    demonstrate(model({ App: { intensity, children: [{ id: "a" }, { id: "b" }] } }), finding!.demonstration!);
  expect(await run(1000)).toMatchObject({
    verdict: "shown",
    because: "App/a failed 10 times at once and was started again each time: nobody above heard of it.",
  });
  expect(await run(9)).toMatchObject({
    verdict: "not shown",
    because: "The whole tree ended: App gave up.",
  });
  const nested = found(
    model({
      Top: { children: [{ id: "app" }] },
      App: { intensity: 1_000_000, period: 1, children: [{ id: "a" }] },
    }),
  );
  expect(nested[0]!.message).toContain(
    "`App` allows 1000000 restarts in 1 s, which is 1000000 a second for ever. A child that fails after each of its starts",
  );
  expect(nested[0]!.message).toContain("and `Top` never hears of it");
  // Ten a second for each child, and more than a burst may need.
  expect(app({ intensity: 20, period: 1 })).toHaveLength(1);
  expect(app({ intensity: 19, period: 1 })).toEqual([]);
  expect(app({ intensity: 10, period: 1 }, [{ id: "a" }])).toEqual([]);
  expect(app({ intensity: 11, period: 1 }, [{ id: "a" }])).toHaveLength(1);
  expect(app({ intensity: 3, period: 5 })).toEqual([]);
  expect(app({ intensity: null, period: 1 })).toEqual([]);
  // Many children may need many restarts; temporary ones need none.
  expect(app({ intensity: 1000, period: 1 }, [{ id: "w", cardinality: "many", count: 200 }])).toEqual([]);
  expect(app({ intensity: 1000, period: 1 }, [{ id: "w", cardinality: "many" }])).toEqual([]);
  expect(app({ intensity: 1000, period: 1 }, [{ id: "a" }, { id: "b", dynamic: true }])).toEqual([]);
  expect(app({ intensity: 1000, period: 1, dynamic: true })).toEqual([]);
  expect(app({ intensity: 1000, period: 1 }, [{ id: "a", restart: "temporary" }])).toEqual([]);
  expect(
    lint(model({ App: { intensity: 1000, period: 5, children: [{ id: "a" }] } }), {
      options: { "restart-budget": { maxPerSecond: 201 } },
    }),
  ).toEqual([]);
});

const traps = { process: facts({ trapsExit: true, handlesExit: true }) };

test("a shutdown that outlasts the window", () => {
  const app = (
    child: Partial<ChildSketch>,
    strategy: Supervisor["strategy"] = "one_for_all",
    own: Partial<Supervisor> = {},
  ) =>
    found(
      model({
        App: {
          strategy,
          ...own,
          children: [
            { id: "a", uses: ["call slow"] },
            { id: "slow", ...traps, ...child },
          ],
        },
      }),
    );
  const [finding] = app({ shutdown: 10_000 });
  expect(finding!.messageId).toBe("shutdownOutlastsPeriod");
  expect(finding!.message).toBe(
    "`slow` may take up to 10 s to stop, longer than the 5 s over which `App` counts restarts. Under one_for_all a crash of `a` waits for it: when it takes its time, no two restarts fall into 5 s, so the limit of 1 restart in 5 s is never reached, and `a`, should it crash after every start, is started again for ever. Make the period longer than the shutdown.",
  );
  expect(app({ shutdown: "infinity" })[0]!.message).toContain("`slow` may take as long as it likes to stop");
  expect(app({ shutdown: 5_000 })).toEqual([]);
  expect(app({ shutdown: 5_001 })).toHaveLength(1);
  expect(app({ shutdown: 10_000 }, "one_for_one")).toEqual([]);
  expect(app({ shutdown: 10_000 }, "rest_for_one")).toHaveLength(1);
  expect(app({ shutdown: "brutal_kill" })).toEqual([]);
  // With no restart allowed the first crash ends it all.
  expect(app({ shutdown: 10_000 }, "one_for_all", { intensity: 0 })).toEqual([]);
  // Who does not trap exits ends at once, and of whom nothing is known may take its time.
  expect(app({ shutdown: 10_000, process: facts() })).toEqual([]);
  expect(app({ shutdown: 10_000, process: null })[0]!.certainty).toBe("best effort");
  expect(app({ shutdown: 10_000, process: null, defaults: ["shutdown"] })).toEqual([]);
  // Nobody who starts before it pulls it down.
  expect(
    found(
      model({
        App: {
          strategy: "rest_for_one",
          children: [
            { id: "slow", shutdown: 10_000, ...traps },
            { id: "a", uses: ["call slow"] },
          ],
        },
      }),
    ),
  ).toEqual([]);
});
