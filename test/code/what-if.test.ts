/** What would happen, asked of programs themselves: crash matrix, demonstrations, another order, another strategy. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { CodeThread } from "../../src/cli/run/thread.ts";
import type { Demonstration, TreeModel } from "../../src/model/index.ts";
import type { LoadRequest, SandboxEvent } from "../../src/protocol/index.ts";
import type { TraceEvent } from "../../src/runtime/index.ts";
import { crashMatrix } from "../../src/simulation/index.ts";
import { DIST, examples, loadOf, type Program, ROOT, scriptOf } from "./programs.ts";

/** A program that is loaded, and what it has told. */
async function loaded(program: Program, more: Partial<LoadRequest> = {}) {
  const events: TraceEvent[] = [];
  const hear = (event: SandboxEvent): void => {
    if (event.type === "trace") events.push(...event.events);
  };
  const engine = readFileSync(join(DIST, "sandbox-node.js"), "utf8");
  const thread = new CodeThread(engine, await scriptOf(program), hear);
  onTestFinished(() => thread.close());
  await thread.request<"load">({ ...loadOf(program, 1), ...more });
  return { thread, events };
}

async function programOf(text: string, root: string): Promise<Program> {
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  const base = mkdtempSync(join(ROOT, ".cache", "what-if-"));
  writeFileSync(join(base, "app.ts"), text);
  const { model } = await analyzeOn(["app.ts"], { host: nodeHost(), cwd: base, base });
  return { file: "app.ts", base, root: `app.ts#${root}`, model };
}

const THREE = (more = "") => `import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
export class One extends GenServer { ${more} }
export class Two extends GenServer {}
export class Three extends GenServer {}
export class AppSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      children: [{ id: "one", start: [One] }, { id: "two", start: [Two] }, { id: "three", start: [Three] }],
    };
  }
}
`;

/** They use processes of their application that are not theirs, so without it they do not come up. */
const NEED_OTHERS = ["src/my-app.ts#MyAppSup", "src/ops/ops-sup.ts#OpsSup"];
const trees = (await examples()).filter(({ root }) => root !== null);

test.for(trees.map((program) => ({ program, name: program.root as string })))(
  "every crash of $name ends in the program as it ends among stand-ins",
  { timeout: 120_000 },
  async ({ program }) => {
    const { thread } = await loaded(program);
    const real = await thread.request<"matrix">({ type: "matrix", root: program.root });
    const predicted = await crashMatrix(program.model, program.root, { seed: 1 });
    if (NEED_OTHERS.includes(program.root as string)) {
      expect(real.failedBoots).toHaveLength(1);
      return;
    }
    expect(real.failedBoots).toEqual([]);
    expect(real.rows.length).toBeGreaterThan(1);
    const shape = (rows: typeof real.rows) =>
      rows
        .filter(({ path }) => real.processes.some((each) => each.path === path))
        .filter(({ path }) => predicted.processes.some((each) => each.path === path))
        .map(({ path, recovered, treeEnded, escalated }) => ({ path, recovered, treeEnded, escalated }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(shape(real.rows)).toEqual(shape(predicted.rows));
  },
);

test("another order and another strategy are those that the program's own supervisor starts by", {
  timeout: 60_000,
}, async () => {
  const program = await programOf(THREE(), "AppSup");
  const tried: TreeModel = {
    ...program.model,
    supervisors: program.model.supervisors.map((each) => ({
      ...each,
      strategy: "rest_for_one" as const,
      children: [...each.children].reverse(),
    })),
  };
  const { thread, events } = await loaded(
    { ...program, model: tried },
    { asInModel: [program.root as string] },
  );
  await thread.request<"settle">({ type: "settle", ms: 1000 });
  const started = events.flatMap((event) => (event.type === "child_started" ? [event.child.id] : []));
  expect(started).toEqual(["three", "two", "one"]);
  const { rows } = await thread.request<"matrix">({ type: "matrix", root: program.root });
  const blast = rows.find(({ path }) => path === "AppSup/two")?.blast;
  expect(blast).toEqual(["AppSup/two", "AppSup/one"]);
});

test("an experiment with children that are computed is left out, and says so", {
  timeout: 60_000,
}, async () => {
  const program = await programOf(
    THREE().replace(
      'children: [{ id: "one", start: [One] }, { id: "two", start: [Two] }, { id: "three", start: [Three] }],',
      'children: [{ id: "one", start: [One] }, { id: String(Date.now()), start: [Two] }],',
    ),
    "AppSup",
  );
  const { thread, events } = await loaded(program, { asInModel: [program.root as string] });
  await thread.request<"settle">({ type: "settle", ms: 1000 });
  const notes = events.flatMap((event) => (event.type === "note" ? [event.text] : []));
  expect(notes).toEqual([
    "The experiment with AppSup is left out: its init returns other children than were read.",
  ]);
});

test("a finding's faults are played in the program itself", { timeout: 60_000 }, async () => {
  const program = await programOf(THREE(), "AppSup");
  const { thread } = await loaded(program);
  const demonstration: Demonstration = {
    root: program.root as string,
    faults: [1, 2, 3, 4].map(() => ({ child: "app.ts#AppSup/one", kind: "crash" })),
    expect: "AppSup gives up",
    shows: { kind: "gives up", supervisor: "app.ts#AppSup" },
  };
  const outcome = await thread.request<"demonstrate">({ type: "demonstrate", demonstration });
  expect(outcome).toMatchObject({ verdict: "shown", because: "The whole tree ended: AppSup gave up." });
  expect(outcome.run.mode).toBe("code");
  const { inputs, until } = outcome.run;
  const again = await thread.request<"replay">({ type: "replay", inputs, until });
  expect(again.state).toBe("ended");
});

test("a program that loops in a matrix ends that with a sentence", { timeout: 60_000 }, async () => {
  const looping = await programOf(
    THREE(
      'init() { this.send(this.self, "go" as never); } handleInfo() { this.send(this.self, "go" as never); }',
    ),
    "AppSup",
  );
  const other = await loaded(looping, { bounds: { ...loadOf(looping, 1).bounds, stepsPerInstant: 2_000 } });
  await expect(other.thread.request<"matrix">({ type: "matrix", root: looping.root })).rejects.toThrow(
    /one.*2,?000|2,?000.*one/,
  );
});
