/** What if, of a program as it is at this moment: real program, real snapshot, stand-ins. */
import { expect, it, onTestFinished } from "vitest";
import { openProgram, urlAt, whatIfModel } from "../../src/live/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { crashMatrix, Simulation } from "../../src/simulation/index.ts";
import { endpoint, start } from "./program.ts";

/** `main` has used two of its three restarts; `watcher` is linked to `worker`, `guard` traps exits and is linked to it too. */
const PROGRAM = `
  import { GenServer, Supervisor, DynamicSupervisor, System } from "suptree";
  class Worker extends GenServer {}
  class Other extends GenServer {}
  class Linked extends GenServer {
    init() { this.link(this.whereis("worker")); }
  }
  class Guard extends GenServer {
    init() { this.trapExit(true); this.link(this.whereis("worker")); this.monitor(this.whereis("worker")); }
    handleInfo() {}
  }
  class Pool extends DynamicSupervisor { init() { return {}; } }
  class Main extends Supervisor {
    init() {
      return { intensity: 3, period: 600, children: [
        { id: "other", start: [Other], name: "other" },
        { id: "worker", start: [Worker], name: "worker" },
        { id: "linked", start: [Linked], restart: "temporary" },
        { id: "guard", start: [Guard], restart: "temporary" },
        { id: "pool", start: [Pool], name: "pool" },
      ] };
    }
  }
  class Top extends Supervisor {
    init() { return { intensity: 0, children: [{ id: "main", start: [Main], name: "main" }] }; }
  }
  const system = new System({ name: "shop", logger: null });
  await system.start(Top);
  for (let n = 1; n <= 2; n++) {
    const was = system.whereis("other");
    system.crash(was, "once more");
    while (system.whereis("other") === undefined || system.whereis("other") === was)
      await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const id of ["a", "b"]) await system.startChild(system.whereis("pool"), { id, start: [Worker] });
  setInterval(() => {}, 1000);
  console.log("all up");
`;

async function snapshot() {
  const program = await start(PROGRAM);
  await program.says("all up");
  const session = await openProgram(await urlAt(endpoint(program.address)), { heard() {}, ended() {} });
  onTestFinished(() => session.close());
  const [system] = await session.systems();
  const [before, again] = [
    await session.watch(system?.system ?? 0, "none"),
    await session.watch(system?.system ?? 0, "none"),
  ];
  // Looking has changed nothing.
  expect(again.list).toEqual(before.list);
  return before;
}

it("begins with the budget that is left: a supervisor with one restart left gives up at the second crash", async () => {
  const model = whatIfModel(await snapshot());
  const main = model.supervisors.find(({ name }) => name === "Main");
  expect(main?.restartsAgo).toHaveLength(2);
  const events: TraceEvent[] = [];
  const simulation = new Simulation(model, null, { observer: (event) => void events.push(event) });
  await simulation.start();
  await simulation.settle(1_000);
  const crash = async () => {
    await simulation.input({ kind: "crash", target: { path: "Top/main/other" }, reason: "boom" } as never);
    await simulation.settle(1_000);
  };
  const decisions = () =>
    events.flatMap((event) => (event.type === "decision" ? [[event.child.id, event.decision]] : []));
  await crash();
  expect(decisions()).toEqual([["other", "restart"]]);
  await crash();
  expect(decisions().slice(1)).toEqual([
    ["other", "give_up"],
    ["main", "give_up"],
  ]);
  // The source's budget would have carried three.
  const fresh = { ...model, supervisors: model.supervisors.map(({ restartsAgo: _, ...each }) => each) };
  const other = new Simulation(fresh, null, {});
  await other.start();
  await other.settle(1_000);
  for (const _ of [1, 2, 3]) {
    await other.input({ kind: "crash", target: { path: "Top/main/other" }, reason: "boom" } as never);
    await other.settle(1_000);
  }
  expect(other.ended).toBe(false);
});

it("follows links as they are, stops at who traps exits, and knows who came at run time", async () => {
  const taken = await snapshot();
  const model = whatIfModel(taken);
  expect(model.edges.map(({ from, to, kind }) => [from, kind, to].join(" ")).sort()).toEqual([
    "live#Top/main/guard monitor live#Top/main/worker",
    "live#Top/main/worker link live#Top/main/guard",
    "live#Top/main/worker link live#Top/main/linked",
  ]);
  const matrix = await crashMatrix(model, null);
  const row = matrix.rows.find(({ path }) => path === "Top/main/worker");
  const effects = Object.fromEntries(row?.effects.map(({ path, effect }) => [path, effect]) ?? []);
  expect(effects).toMatchObject({ "Top/main/worker": "fails", "Top/main/linked": "stopped" });
  expect(effects["Top/main/guard"] ?? "none").toBe("none");
  expect(matrix.processes.filter(({ path }) => path.startsWith("Top/main/pool/"))).toHaveLength(2);
  // Every row begins with what is left, not with what the row before has used up.
  expect(matrix.rows.filter(({ escalated }) => escalated.length > 0).map(({ path }) => path)).toEqual([
    "Top/main",
  ]);
});
