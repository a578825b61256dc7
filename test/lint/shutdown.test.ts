import { describe, expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child, Supervisor, TreeModel } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { type ChildSketch, facts, model } from "./model.ts";

const found = (tree: TreeModel) => lint(tree).filter(({ rule }) => rule === "shutdown");

test("a supervisor with less time than its children", () => {
  const { findings } = check(
    "shutdown",
    `
import { GenServer, Supervisor } from "suptree";
class Room extends GenServer { init() { this.trapExit(true); } handleInfo() { this.exit("shutdown"); } }
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
          ~~~~~~~~~~~ shutdown supervisorCutOff
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

/** A child that can use its time. */
const traps = { process: facts({ trapsExit: true }) };

const tree = (given: Child["shutdown"], children: (Partial<Child> & { id: string })[], dynamic = false) =>
  model({
    App: { children: [{ id: "inner", shutdown: given }] },
    Inner: { dynamic, children: children.map((child) => ({ ...traps, ...child })) },
  });

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

test("a tree whose limits add up to more than anybody waits: the arithmetic", () => {
  const { findings } = check(
    "shutdown",
    `
import { GenServer, Supervisor } from "suptree";
class Journal extends GenServer {
  init() { this.trapExit(true); }
  handleInfo(m) { if (m.type === "EXIT") this.exit("partner"); }
  terminate() {}
}
class Quick extends GenServer {}
class Store extends Supervisor {
  init() {
    return { children: [0, 1, 2, 3].map((n) => ({ id: \`shard-\${n}\`, start: [Journal], shutdown: 5_500 })) };
  }
}
export class AppSup extends Supervisor {
             ~~~~~~ shutdown treeTakesLong
  init() {
    return {
      children: [
        { id: "quick", start: [Quick] },
        { id: "journal", start: [Journal] },
        { id: "store", start: [Store] },
        { id: "given", start: [Quick], shutdown: 9_000 },
        { id: "last", start: [Journal], shutdown: 4_000 },
      ],
    };
  }
}
`,
  );
  expect(findings[0]!.message).toBe(
    "The shutdown limits under `AppSup` allow its stop to take up to 31 s, one child after the other: 4 × 5.5 s for `shard-0`, `shard-1` and 2 more, 5 s for `journal` and 4 s for `last`. Whoever waits no longer than 30 s for the program (shutdown.maxTotal) kills it then, and those that are left end without an orderly stop. Shorten the limits.",
  );
});

describe("the time of a whole tree", () => {
  const total = (children: ChildSketch[], own: Partial<Supervisor> = {}, options = {}) =>
    lint(model({ App: { ...own, children } }), { options }).filter(
      ({ messageId }) => messageId === "treeTakesLong",
    );
  const worker = (ms: Child["shutdown"], more: Partial<ChildSketch> = {}): ChildSketch => ({
    id: "a",
    shutdown: ms,
    ...traps,
    ...more,
  });

  test("the limit, and what counts", () => {
    expect(total([worker(30_000)])).toEqual([]);
    expect(total([worker(30_001)])).toHaveLength(1);
    expect(total([worker(30_001)], {}, { shutdown: { maxTotal: 40_000 } })).toEqual([]);
    expect(total([worker(1_000)], {}, { shutdown: { maxTotal: 999 } })).toHaveLength(1);
    expect(total([worker(10_000, { cardinality: "many", count: 4 })])).toHaveLength(1);
    expect(total([worker(10_000, { cardinality: "many", count: 3 })])).toEqual([]);
    expect(total([worker("infinity")])[0]!.message).toContain(
      "allow its stop to take as long as it likes, one child after the other: no limit for `a`",
    );
    // Whoever is not known to trap exits, or not read to the end, may need what it was given; the others end at once.
    expect(total([worker(30_001, { process: null })])).toHaveLength(1);
    expect(total([worker(30_001, { process: facts({ mayTrapExit: true }) })])).toHaveLength(1);
    expect(total([worker(30_001, { process: facts() })])).toEqual([]);
    expect(total([worker(30_001, { process: facts() })], { dialect: "noex" })).toHaveLength(1);
    for (const none of ["brutal_kill", null] as const) expect(total([worker(none)])).toEqual([]);
    expect(total([worker(60_000, { cardinality: "maybe" })])).toEqual([]);
    expect(total([worker(60_000, { dynamic: true })])).toEqual([]);
  });

  test("a default counts for whoever can use it", () => {
    const six = (process: Child["process"]) =>
      Array.from({ length: 7 }, (_, n) => ({ id: `w${n}`, defaults: ["shutdown"], process }));
    expect(total(six(facts()))).toEqual([]);
    expect(total(six(null))).toEqual([]);
    expect(total(six(facts({ trapsExit: true })))).toHaveLength(1);
    expect(total(six(facts({ hasTerminate: true })))).toEqual([]);
    expect(total(six(facts({ hasTerminate: true })), { dialect: "noex" })).toHaveLength(1);
  });

  test("a supervisor's own limit bounds what is below, and dynamic children stop at once", () => {
    const nested = (shutdown: Child["shutdown"], dynamic: boolean) =>
      lint(
        model({
          App: { children: [{ id: "inner", shutdown }] },
          Inner: {
            dynamic,
            children: [
              { id: "a", shutdown: 20_000, ...traps },
              { id: "b", shutdown: 20_000, ...traps },
            ],
          },
        }),
      ).filter(({ messageId }) => messageId === "treeTakesLong");
    expect(nested("infinity", false)).toHaveLength(1);
    expect(nested(30_000, false)).toEqual([]);
    expect(nested("infinity", true)).toEqual([]);
  });
});

test("what helps depends on what a supervisor's default is", () => {
  const noex = model({
    App: { dialect: "noex", children: [{ id: "inner", shutdown: 5_000 }] },
    Inner: { dialect: "noex", children: [{ id: "a" }, { id: "b" }] },
  });
  expect(found(noex)[0]!.message).toContain("Give it more than 10 s, or its children less.");
  expect(found(tree(5_000, [{ id: "a" }, { id: "b" }]))[0]!.message).toContain("Leave out shutdown");
});

test("a terminate that waits longer than its child has to shut down", () => {
  const { findings } = check(
    "shutdown",
    `
import { GenServer, Supervisor } from "suptree";
const GRACE = 2 * 1000;
abstract class Slow extends GenServer {
  init() { this.trapExit(true); }
  handleInfo(m) { if (m.type === "EXIT") this.exit(m.reason); }
  async terminate() { this.cast("log", "bye"); await this.sleep(GRACE); await this.sleep(GRACE); }
}
class Flusher extends Slow {}
class Deaf extends GenServer { async terminate() { await this.sleep(9_000); } }
class Perhaps extends Slow { async terminate() { if (process.env.SLOW) await this.sleep(9_000); } }
class Asks extends Slow { async terminate() { await this.call("log", "bye"); await this.sleep(9_000); } }
class Log extends GenServer { handleCast() {} handleCall() { return { reply: 1 }; } }
export class S extends Supervisor {
  init() {
    return {
      children: [
        { id: "log", start: [Log], name: "log" },
        { id: "short", start: [Flusher], shutdown: GRACE },
          ~~~~~~~~~~~ shutdown terminateCutOff
        ...["a", "b"].map((id) => ({ id, start: [Flusher], shutdown: 500 })),
                                     ~~ shutdown terminateCutOff
        { id: "enough", start: [Flusher], shutdown: 2 * GRACE },
        { id: "usual", start: [Flusher] },
        { id: "deaf", start: [Deaf] },
        { id: "perhaps", start: [Perhaps] },
        { id: "asks", start: [Asks] },
      ],
    };
  }
}
`,
  );
  expect(findings[0]!.message).toContain("`short` has 2 s to shut down, but its terminate waits 4 s.");
  expect(findings[1]!.children).toHaveLength(2);
});
