/** actor-ts and nact: past its limit a supervisor goes on, and the children concerned stop. */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { TraceEvent, TraceEventOf } from "../../src/runtime/index.ts";
import { crashMatrix, Simulation } from "../../src/simulation/index.ts";
import { narrate } from "../../src/trace/narrate.ts";

const program = (strategy: string, limit: string) =>
  analyzeSources(
    new Map([
      [
        "app.ts",
        `import { Actor, ActorSystem, AllForOneStrategy, Directive, OneForOneStrategy } from "actor-ts";
class W extends Actor { onReceive() {} }
class P extends Actor {
  supervisorStrategy() { return new ${strategy}(() => Directive.Restart, { ${limit} }); }
  preStart() { this.context.spawn(W, "a"); this.context.spawn(W, "b"); }
  onReceive() {}
}
ActorSystem.create("app").spawn(P, "p");`,
      ],
    ]),
  );

/** Crashes `a` so often, and says who runs then, and what was decided. */
async function crash(model: ReturnType<typeof program>, times: number, apart = 0) {
  const events: TraceEvent[] = [];
  const simulation = new Simulation(model, null, { observer: (event) => void events.push(event) });
  await simulation.start();
  await simulation.settle();
  for (let n = 0; n < times; n++) {
    await simulation.input({ kind: "crash", target: { path: "app/p/a" }, reason: "boom" });
    await simulation.runInstant();
    if (apart > 0) await simulation.advance(apart);
  }
  const decisions = events.filter((event): event is TraceEventOf<"decision"> => event.type === "decision");
  const told = narrate(events, model).filter(({ kind }) => kind === "incident");
  return { paths: simulation.targets.all().map(({ path }) => path), decisions, told };
}

describe("past the limit", () => {
  it("is told as what it is: the child is left, its parent goes on", async () => {
    const { told } = await crash(program("OneForOneStrategy", "maxRetries: 0"), 2);
    expect(told.at(-1)?.text).toBe(
      "a #2 crashed (boom). one_for_one: a is not started again. More than 1 restart.",
    );
    const steps = told
      .at(-1)
      ?.steps.map(({ text }) => text)
      .join("; ");
    expect(steps).toContain("p stops a #2 and goes on: more than 1 restart");
    expect(steps).toMatch(/p leaves a #\d stopped/);
  });

  it("the child stops, one restart later than maxRetries says, and its parent and sibling live", async () => {
    const model = program("OneForOneStrategy", "maxRetries: 2, withinTimeRangeMs: 10_000");
    expect((await crash(model, 3)).paths).toEqual(["app", "app/p", "app/p/a", "app/p/b"]);
    const { paths, decisions } = await crash(model, 4);
    expect(paths).toEqual(["app", "app/p", "app/p/b"]);
    expect(decisions.at(-1)!.budget).toEqual({ used: 4, intensity: 3, period: 10 });
    // What is out of the window does not count.
    expect((await crash(model, 6, 4_000)).paths).toHaveLength(4);
  });

  it("a child with a limit of its own is counted alone, in the run and in the matrix", async () => {
    const model = analyzeSources(
      new Map([
        [
          "app.ts",
          `import { Actor, ActorSystem, Directive, OneForOneStrategy } from "actor-ts";
class W extends Actor { onReceive() {} }
class P extends Actor {
  supervisorStrategy() { return new OneForOneStrategy(() => Directive.Restart, { maxRetries: 9, withinTimeRangeMs: 10_000 }); }
  preStart() {
    this.context.spawn(W, "a", { supervisorStrategy: new OneForOneStrategy(() => Directive.Restart, { maxRetries: 0, withinTimeRangeMs: 20_000 }) });
    this.context.spawn(W, "b");
  }
  onReceive() {}
}
ActorSystem.create("app").spawn(P, "p");`,
        ],
      ]),
    );
    expect((await crash(model, 1)).paths).toEqual(["app", "app/p", "app/p/a", "app/p/b"]);
    const { paths, decisions } = await crash(model, 2);
    expect(paths).toEqual(["app", "app/p", "app/p/b"]);
    expect(decisions.at(-1)!.budget).toEqual({ used: 2, intensity: 1, period: 20 });
    const { rows } = await crashMatrix(model, null);
    const budgets = rows.map(({ path, budget }) => [
      path,
      budget.map(({ intensity, period }) => [intensity, period]),
    ]);
    expect(budgets).toContainEqual(["app/p/a", [[1, 20]]]);
    expect(budgets).toContainEqual(["app/p/b", [[10, 10]]]);
  });

  it("all of a group stop, and the parent lives", async () => {
    const model = program("AllForOneStrategy", "maxRetries: 0, withinTimeRangeMs: 10_000");
    expect((await crash(model, 1)).paths).toHaveLength(4);
    expect((await crash(model, 2)).paths).toEqual(["app", "app/p"]);
  });

  it("all of a group stop at a failure that stops one of them; what brings its own strategy along stops alone", async () => {
    const stopping = (strategy: string, own = "") =>
      analyzeSources(
        new Map([
          [
            "app.ts",
            `import { Actor, ActorSystem, AllForOneStrategy, Directive, OneForOneStrategy, stoppingStrategy } from "actor-ts";
class W extends Actor { onReceive() {} }
class P extends Actor {
  supervisorStrategy() { return ${strategy}; }
  preStart() { this.context.spawn(W, "a"${own}); this.context.spawn(W, "b"); }
  onReceive() {}
}
ActorSystem.create("app").spawn(P, "p");`,
          ],
        ]),
      );
    const all = "new AllForOneStrategy(() => Directive.Stop)";
    expect((await crash(stopping(all), 1)).paths).toEqual(["app", "app/p"]);
    expect((await crash(stopping("stoppingStrategy"), 1)).paths).toEqual(["app", "app/p", "app/p/b"]);
    expect((await crash(stopping(all, ", { supervisorStrategy: stoppingStrategy }"), 1)).paths).toEqual([
      ...["app", "app/p", "app/p/b"],
    ]);
    const supposed = async (model: ReturnType<typeof program>) =>
      (await crashMatrix(model, null)).assumptions.filter(({ field }) => field === "strategy");
    expect(await supposed(stopping(all))).toEqual([]);
    expect(await supposed(stopping(all, ", { supervisorStrategy: stoppingStrategy }"))).toEqual([]);
    expect(await supposed(stopping("stoppingStrategy", `, { supervisorStrategy: ${all} }`))).toMatchObject([
      { assumed: "its failure is its own", why: "its own strategy is one_for_all" },
    ]);
  });

  it("restarts that nobody counts never end", async () => {
    expect((await crash(program("OneForOneStrategy", "maxRetries: -1"), 20)).paths).toHaveLength(4);
    const nact = analyzeSources(
      new Map([
        [
          "app.ts",
          `import { spawn, start } from "nact";
export const system = start();
spawn(system, async (state, m) => state, "a", { onCrash: async (m, e, ctx) => ctx.reset });`,
        ],
      ]),
    );
    const simulation = new Simulation(nact, null);
    await simulation.start();
    await simulation.settle();
    const [root, child] = simulation.targets.all().map(({ path }) => path);
    for (let n = 0; n < 20; n++) {
      await simulation.input({ kind: "crash", target: { path: child! }, reason: "boom" });
      await simulation.runInstant();
    }
    expect(simulation.targets.all().map(({ path }) => path)).toEqual([root, child]);
  });

  it("is in the crash matrix", async () => {
    const model = program("OneForOneStrategy", "maxRetries: 0, withinTimeRangeMs: 10_000");
    const { rows } = await crashMatrix(model, null);
    const row = rows.find(({ path }) => path === "app/p/a")!;
    expect(row).toMatchObject({ recovered: true, escalated: [], treeEnded: false });
    expect(row.budget).toEqual([{ path: "app/p", used: 1, intensity: 1, period: 10 }]);
  });
});

describe("an actor whose failures are ignored", () => {
  const nact = `const { start, spawn, spawnStateless } = require("nact");
const app = start();
spawnStateless(app, (msg) => {}, "stateless");
spawn(app, (s = 0, m) => s + 1, "resumes", { onCrash: (msg, error, ctx) => ctx.resume });
spawn(app, (s = 0, m) => s + 1, "resets", { onCrash: (msg, error, ctx) => ctx.reset });
spawn(app, (s = 0, m) => s + 1, "perhaps", { onCrash: (msg, error, ctx) => (error.late ? ctx.resume : ctx.stop) });`;

  it("goes on as it was, and nobody else is touched", async () => {
    const model = analyzeSources(new Map([["app.js", nact]]));
    const goOn = model.supervisors[0]!.children.map(({ id, goesOn }) => [id, goesOn]);
    expect(goOn).toEqual([
      ["stateless", true],
      ["resumes", true],
      ["resets", undefined],
      ["perhaps", undefined],
    ]);
    const numbers = async (crashed: string) => {
      const simulation = new Simulation(model, null);
      await simulation.start();
      await simulation.settle();
      const before = simulation.targets.all().map(({ pid }) => pid.id);
      await simulation.input({ kind: "crash", target: { child: `app.js#app/${crashed}` }, reason: "boom" });
      await simulation.settle();
      return simulation.targets.all().filter(({ pid }) => !before.includes(pid.id)).length;
    };
    expect([await numbers("stateless"), await numbers("resumes"), await numbers("resets")]).toEqual([
      0, 0, 1,
    ]);
    const { rows } = await crashMatrix(model, null);
    const row = rows.find(({ path }) => path.endsWith("/resumes"));
    expect(row).toMatchObject({ recovered: true, effects: [], blast: [], treeEnded: false });
  });
});
