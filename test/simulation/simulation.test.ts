import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunAction, TreeModel } from "../../src/model/index.ts";
import type { TraceEvent } from "../../src/runtime/index.ts";
import { PlanError, Simulation, SimulationError } from "../../src/simulation/index.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";
import { narrate, transcript } from "../../src/trace/narrate.ts";
import { child, location, model, supervisor } from "../protocol/samples.ts";
import { APP, CONN, edge, facts, flat, registryApp } from "./models.ts";

async function run(tree: TreeModel, root: string | null = null, seed = 1) {
  const events: TraceEvent[] = [];
  const simulation = new Simulation(tree, root, { seed, observer: (event) => void events.push(event) });
  await simulation.start();
  await simulation.settle();
  const story = () => transcript(narrate(events, tree));
  const paths = () => simulation.targets.all().map((placed) => placed.path);
  return { simulation, events, story, paths };
}

describe("a simulated run", () => {
  it("starts every place of the tree, pools with some children", async () => {
    const { paths, story } = await run(registryApp());
    expect(paths()).toEqual([
      "AppSup",
      "AppSup/conn_sup",
      "AppSup/conn_sup/connection-1",
      "AppSup/conn_sup/connection-2",
      "AppSup/conn_sup/connection-3",
      "AppSup/registry",
      "AppSup/http",
    ]);
    expect(story()).toBe(
      "00:00.000  AppSup started conn_sup, registry, http.\n" +
        "00:00.000  conn_sup started connection-1, connection-2, connection-3.\n",
    );
  });

  it("tells the talk's sentence about a crash, and climbs when the budget is spent", async () => {
    const { simulation, story } = await run(registryApp());
    await simulation.advance(3_200);
    await simulation.input({ kind: "crash", target: { path: "AppSup/registry" }, reason: "boom" });
    await simulation.settle();
    expect(story()).toContain(
      "00:03.200  registry crashed (boom). rest_for_one: stopped http; started registry #2, http #2. 1 of 3 restarts in 5 s.\n",
    );
    for (let n = 0; n < 3; n++) {
      await simulation.input({ kind: "kill", target: { path: "AppSup/http" } });
      await simulation.settle();
    }
    expect(story()).toContain(
      "http #4 was killed. AppSup allows 3 restarts in 5 s and this would be one more, so it gave up: stopped registry #2, conn_sup with 3 processes below it, then itself. The tree ended (shutdown).\n",
    );
    expect(simulation.ended).toBe(true);
  });

  it("tells of a supervisor that fails by itself, and of a tree that does", async () => {
    const { simulation, story } = await run(registryApp("one_for_one"));
    await simulation.input({ kind: "crash", target: { path: "AppSup/conn_sup" }, reason: "boom" });
    await simulation.settle();
    expect(story()).toContain(
      "conn_sup crashed (boom). It stopped connection-1, connection-2, connection-3 first. one_for_one: started conn_sup #2. 1 of 3 restarts in 5 s.\n",
    );
    await simulation.input({ kind: "crash", target: { path: "AppSup" }, reason: "boom" });
    await simulation.settle();
    expect(story()).toContain(
      "AppSup crashed (boom). It stopped http, registry, conn_sup #2 first. The tree ended (boom).\n",
    );
  });

  it("forgets restarts that are older than the period", async () => {
    const { simulation } = await run(flat(["a"], { intensity: 1, period: 5 }));
    for (let n = 0; n < 4; n++) {
      await simulation.input({ kind: "kill", target: { path: "AppSup/a" } });
      await simulation.advance(7_000);
    }
    expect(simulation.ended).toBe(false);
  });

  it("fails to boot where a child calls in init what starts after it", async () => {
    const edges = [edge(`${APP}/report`, `${APP}/backup`, "call", { phase: "init" })];
    const wrong = await run(flat(["report", "backup"], {}, edges));
    expect(wrong.simulation.boots).toMatchObject([
      { state: "failed", reason: expect.stringContaining("noproc") },
    ]);
    const right = await run(flat(["backup", "report"], {}, edges));
    expect(right.simulation.boots).toMatchObject([{ state: "running" }]);
    const guarded = await run(
      flat(
        ["report", "backup"],
        {},
        edges.map((each) => ({ ...each, guarded: true })),
      ),
    );
    expect(guarded.simulation.boots).toMatchObject([{ state: "running" }]);
  });

  it("never boots where a child waits in init for its own supervisor", async () => {
    const { simulation } = await run(flat(["a"], {}, [edge(`${APP}/a`, APP, "call", { phase: "init" })]));
    expect(simulation.boots).toMatchObject([{ state: "waiting" }]);
    expect(simulation.system.runnable).toBe(false);
    expect(simulation.system.nextDeadline()).toBeNull();
  });

  it("makes links and monitors, again for every incarnation", async () => {
    const tree = flat(["db", "cache", "audit"], { intensity: 10 }, [
      edge(`${APP}/cache`, `${APP}/db`, "link"),
      edge(`${APP}/audit`, `${APP}/db`, "monitor"),
    ]);
    const audit = tree.supervisors[0]?.children[2];
    if (audit !== undefined) audit.process = facts({ monitors: true, handlesDown: true });
    const { simulation, story } = await run(tree);
    for (let n = 1; n <= 2; n++) {
      const incarnation = n === 1 ? "" : ` #${n}`;
      await simulation.input({ kind: "crash", target: { path: "AppSup/db" }, reason: "boom" });
      await simulation.settle();
      expect(story()).toContain(
        `db${incarnation} crashed (boom). Along links it took cache${incarnation} with it. DOWN told audit.`,
      );
    }
  });

  it("watches every dynamic child, the later ones too", async () => {
    const tree = registryApp("one_for_one");
    tree.edges.push(edge(`${APP}/registry`, `${CONN}/?1`, "monitor"));
    const registry = tree.supervisors[0]?.children[1];
    if (registry !== undefined) registry.process = facts({ monitors: true, handlesDown: true });
    const { simulation, events } = await run(tree);
    await simulation.input({ kind: "start_child", target: { path: "AppSup/conn_sup" } });
    await simulation.settle();
    await simulation.input({ kind: "kill", target: { path: "AppSup/conn_sup/connection-2" } });
    await simulation.settle();
    const number = simulation.targets.resolve({ path: "AppSup/registry" })?.id;
    const connections = new Set(
      events.flatMap((event) => (event.type === "spawn" && event.label === "Connection" ? [event.pid] : [])),
    );
    const monitors = events.filter(
      (event) => event.type === "monitor" && event.watcher === number && connections.has(event.target),
    );
    expect(monitors).toHaveLength(4);
    expect(events.filter((event) => event.type === "down" && event.watcher === number)).toHaveLength(1);
  });

  it("shows what a kept pid does when its process is replaced", async () => {
    const failures = async (keeps: boolean) => {
      const keptPid = { by: "field" as const, name: "db", location };
      const tree = flat(["db", "web"], { intensity: 5 }, [
        edge(`${APP}/web`, `${APP}/db`, "call", { via: "field db", ...(keeps ? { keptPid } : {}) }),
      ]);
      const { simulation } = await run(tree);
      await simulation.probe();
      await simulation.settle();
      await simulation.input({ kind: "kill", target: { path: "AppSup/db" } });
      await simulation.settle();
      await simulation.probe();
      await simulation.settle();
      return simulation.world.failedUses.map((use) => use.reason);
    };
    expect(await failures(false)).toEqual([]);
    expect(await failures(true)).toEqual([expect.stringContaining("noproc")]);
  });

  it("lets callers of a hanging process time out, and it goes on when told", async () => {
    const { simulation, events } = await run(flat(["a", "b"]));
    await simulation.input({ kind: "hang", target: { path: "AppSup/b" } });
    await simulation.input({
      kind: "use",
      target: { path: "AppSup/a" },
      to: { path: "AppSup/b" },
      how: "call",
    });
    await simulation.advance(4_999);
    expect(events.some((event) => event.type === "call_end")).toBe(false);
    // Whoever hangs returns nothing, stop neither.
    await expect(
      simulation.input({ kind: "stop", target: { path: "AppSup/b" }, reason: "normal" }),
    ).rejects.toThrow("b hangs");
    await simulation.advance(1);
    expect(events.find((event) => event.type === "call_end")).toMatchObject({
      outcome: "timeout",
      at: 5_000,
    });
    await simulation.input({ kind: "resume", target: { path: "AppSup/b" } });
    await simulation.settle();
    await simulation.input({
      kind: "use",
      target: { path: "AppSup/a" },
      to: { path: "AppSup/b" },
      how: "call",
    });
    await simulation.settle();
    expect(events.filter((event) => event.type === "call_end").at(-1)).toMatchObject({ outcome: "reply" });
    await expect(simulation.input({ kind: "resume", target: { path: "AppSup/a" } })).rejects.toThrow(
      SimulationError,
    );
  });

  it("starts applications after the ones they need, and leaves out whom a failure deprives", async () => {
    const store = supervisor("StoreSup", [child("src/app.ts#StoreSup", "journal")]);
    const app = (name: string, dependencies: string[], top: string) => ({
      key: `src/app.ts#${name}`,
      name,
      dependencies,
      supervisor: top,
      location,
      unknown: [],
    });
    const tree = model([supervisor("AppSup", [child(APP, "a")]), store], {
      applications: [app("gateway", ["store", "crypto"], APP), app("store", [], store.key)],
    });
    const { story, simulation } = await run(tree, "gateway");
    expect(story()).toBe(
      "00:00.000  StoreSup started journal.\n00:00.000  Application store started.\n" +
        "00:00.000  AppSup started a.\n00:00.000  Application gateway started.\n",
    );
    expect(simulation.plan.assumptions.filter(({ field }) => field !== "start")).toMatchObject([
      { field: "dependency crypto" },
    ]);

    tree.edges.push(edge(`${store.key}/journal`, `${APP}/a`, "call", { phase: "init" }));
    const failed = await run(tree, "gateway");
    expect(failed.story()).toContain("Application gateway was not started: it needs store.");
    expect(failed.paths()).toEqual([]);
  });

  it("shows that nobody brings an orphan back", async () => {
    const orphan = (name: string) => ({
      key: `src/app.ts#${name}`,
      name,
      start: { symbol: name, file: null, line: null },
      location,
      linked: false,
      process: null,
      reason: "started at the top level",
    });
    const tree = model([], {
      orphans: [orphan("Twitter"), orphan("Handler"), orphan("Mnesia")],
      edges: [edge("src/app.ts#Handler", "src/app.ts#Mnesia", "link")],
    });
    const { simulation, paths, story } = await run(tree);
    expect(paths()).toEqual(["Twitter", "Handler", "Mnesia"]);
    await simulation.input({ kind: "crash", target: { child: "src/app.ts#Mnesia" }, reason: "weird" });
    await simulation.settle();
    expect(paths()).toEqual(["Twitter"]);
    expect(story()).toContain(
      "Mnesia crashed (weird). Along links it took Handler with it. It runs outside any tree: nobody starts it again.",
    );
  });

  it("supposes what the model does not know, and says so", async () => {
    const tree = model([
      supervisor(
        "AppSup",
        [
          child(APP, "a", {
            restart: null,
            unknown: [{ field: "restart", reason: "computed at run time: restartOf(x)" }],
          }),
          child(APP, "shard-*", { cardinality: "many" }),
        ],
        { strategy: null, intensity: null },
      ),
    ]);
    const { simulation, paths } = await run(tree);
    expect(paths()).toEqual(["AppSup", "AppSup/a", "AppSup/shard-1", "AppSup/shard-2", "AppSup/shard-3"]);
    expect(simulation.assumptions.map(({ field, assumed, why }) => `${field}: ${assumed} (${why})`)).toEqual([
      "start: it does nothing by itself (its code was not read)",
      "restart: permanent (computed at run time: restartOf(x))",
      "count: 3 of them (how many there are is known at run time only)",
      "start: it does nothing by itself (its code was not read)",
      "strategy: one_for_one (it could not be established)",
      "intensity: 1 (it could not be established)",
    ]);
  });

  it("stops at a definition that starts itself, and refuses a root that is not there", async () => {
    const tree = model([
      supervisor("AppSup", [child(APP, "again", { supervisor: APP, type: "supervisor" })]),
    ]);
    tree.roots = [APP];
    const { paths, simulation } = await run(tree);
    expect(paths()).toEqual(["AppSup", "AppSup/again"]);
    expect(simulation.plan.notes).toHaveLength(1);
    expect(() => new Simulation(tree, "nowhere")).toThrow(PlanError);
  });

  it("gives pools more children, and takes them away one by one", async () => {
    const { simulation, paths } = await run(registryApp(), APP);
    await simulation.input({ kind: "start_child", target: { child: CONN }, count: 2 });
    await simulation.settle();
    await simulation.input({ kind: "terminate_child", target: { child: CONN }, id: "connection-4" });
    await simulation.settle();
    expect(paths().filter((path) => path.includes("connection-"))).toEqual(
      [1, 2, 3, 5].map((n) => `AppSup/conn_sup/connection-${n}`),
    );
    await expect(
      simulation.input({ kind: "terminate_child", target: { path: "AppSup/http" }, id: "x" }),
    ).rejects.toThrow("http is no supervisor.");
  });
});

describe("replay", () => {
  const targets = [
    "AppSup",
    "AppSup/conn_sup",
    "AppSup/registry",
    "AppSup/http",
    "AppSup/conn_sup/connection-1",
  ];
  const action: fc.Arbitrary<RunAction> = fc
    .record({ path: fc.constantFrom(...targets) })
    .chain((target) =>
      fc.oneof(
        fc.constant<RunAction>({ kind: "crash", target, reason: "boom" }),
        fc.constant<RunAction>({ kind: "kill", target }),
        fc.constant<RunAction>({ kind: "exit", target, reason: "shutdown" }),
        fc.constant<RunAction>({ kind: "stop", target }),
        fc.constant<RunAction>({ kind: "hang", target, ms: 700 }),
        fc.constant<RunAction>({ kind: "start_child", target: { path: "AppSup/conn_sup" } }),
        fc.constant<RunAction>({ kind: "use", target: { path: "AppSup/http" }, to: target, how: "call" }),
      ),
    );
  const move = fc.oneof(
    action.map((action) => ({ action })),
    fc.nat({ max: 3_000 }).map((ms) => ({ ms })),
    fc.nat({ max: 5 }).map((steps) => ({ steps })),
  );

  it("makes the same trace byte for byte, and the live state agrees with the runtime", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { maxLength: 12 }),
        fc.constantFrom("one_for_one" as const, "rest_for_one" as const, "one_for_all" as const),
        fc.nat({ max: 1000 }),
        async (moves, strategy, seed) => {
          const tree = registryApp(strategy);
          const events: TraceEvent[] = [];
          const simulation = new Simulation(tree, APP, {
            seed,
            observer: (event) => void events.push(event),
          });
          await simulation.start();
          for (const each of moves) {
            if ("ms" in each) await simulation.advance(each.ms);
            else if ("steps" in each) for (let n = 0; n < each.steps; n++) await simulation.step();
            else await simulation.input(each.action).catch(() => {});
          }
          const again: TraceEvent[] = [];
          const second = new Simulation(tree, APP, { seed, observer: (event) => void again.push(event) });
          await second.start();
          await second.replay(simulation.inputs(), simulation.position);
          expect(second.position).toEqual(simulation.position);
          expect(JSON.stringify(again)).toBe(JSON.stringify(events));

          const live = createReducer(tree)(EMPTY_LIVE, events);
          const drawn = [...live.nodes.values()].filter((node) => node.pid !== null).map((node) => node.key);
          const all = simulation.targets.all();
          expect(drawn.sort()).toEqual(all.map((placed) => placed.path).sort());
          for (const placed of all) expect(live.nodes.get(placed.path)?.pid).toBe(placed.pid.id);
        },
      ),
      { numRuns: 60 },
    );
  });
});
