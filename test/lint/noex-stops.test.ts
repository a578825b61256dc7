/** noex: a process that is stopped by its own name, and what becomes of a program past a limit of restarts. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { lintFiles } from "./check.ts";

const program = (cast: string, more = "") =>
  new Map([
    [
      "app.ts",
      `import { GenServer, Registry, Supervisor, type GenServerRef } from "@hamicek/noex";
${more}
const job = {
  init: () => ({ left: 3 }),
  handleCall: (_: "n", s: { left: number }) => [s.left, s] as const,
  handleCast: async (m: "tick" | "done", s: { left: number }) => { ${cast} return s; },
};
const other = { init: () => 0, handleCall: (_: "n", n: number) => [n, n] as const, handleCast: (_: "n", n: number) => n };
export const app = await Supervisor.start({ children: [
  { id: "job", start: () => GenServer.start(job, { name: "job" }) },
  { id: "other", start: () => GenServer.start(other, { name: "other" }) },
] });`,
    ],
  ]);

const says = (cast: string, more?: string) =>
  lintFiles(program(cast, more)).map(({ messageId, certainty }) => `${messageId} ${certainty}`);

test("it stops itself by its name, however it finds that", () => {
  const stops = ["permanentStops exact"];
  for (const cast of [
    `if (m === "done") void GenServer.stop(Registry.lookup("job"));`,
    `if (m === "done") { const me = Registry.whereis("job"); if (me) void GenServer.stop(me); }`,
    `if (m === "done") { const me = Registry.whereis("job"); if (!me) return s; void GenServer.stop(me, "shutdown"); }`,
    `if (m === "done") leave();`,
    `if (m === "done") setImmediate(() => void GenServer.stop(Registry.lookup("job")));`,
  ])
    expect(
      says(cast, `const NAME = "job";\nfunction leave() { void GenServer.stop(Registry.lookup(NAME)); }`),
      cast,
    ).toEqual(stops);
  expect(says(`if (s.left === 0) void GenServer.stop(Registry.lookup("job"));`)).toEqual([
    "permanentStops best effort",
  ]);
});

test("it stops another, with an error, or nobody", () => {
  for (const cast of [
    `void GenServer.stop(Registry.lookup("other"));`,
    `const it = Registry.whereis("other"); if (it) await GenServer.stop(it);`,
    `void GenServer.stop(Registry.lookup("job"), { error: new Error("spoilt") });`,
    `Registry.unregister("job");`,
  ])
    expect(says(cast), cast).toEqual([]);
});

test("who stops whom is an edge", () => {
  const { edges } = analyzeSources(program(`void GenServer.stop(Registry.lookup("other"));`));
  expect(edges.map(({ from, to, kind }) => `${from.split("/")[1]} ${kind} ${to.split("/")[1]}`)).toContain(
    "job send other",
  );
});

test("past its limit a supervisor, also one below another, ends the program", async () => {
  const model = analyzeSources(
    new Map([
      [
        "app.ts",
        `import { GenServer, Supervisor } from "@hamicek/noex";
const w = { init: () => 0, handleCall: (_: "n", n: number) => [n, n] as const, handleCast: (_: "n", n: number) => n };
export const app = await Supervisor.start({ name: "app", children: [
  { id: "a", start: () => GenServer.start(w) },
  { id: "sub", start: () => Supervisor.start({ restartIntensity: { maxRestarts: 1, withinMs: 5000 }, children: [{ id: "b", start: () => GenServer.start(w) }] }) },
] });`,
      ],
    ]),
  );
  expect(model.dialects[0]).toMatchObject({ pastLimit: "program_ends" });
  const simulation = new Simulation(model, null);
  await simulation.start();
  await simulation.settle();
  const crash = async () => {
    await simulation.input({ kind: "crash", target: { path: "app/sub/b" }, reason: "boom" });
    await simulation.runInstant();
  };
  await crash();
  expect(simulation.targets.all().map(({ path }) => path)).toEqual(["app", "app/a", "app/sub", "app/sub/b"]);
  await crash();
  expect(simulation.targets.all()).toEqual([]);
  expect(simulation.ended).toBe(true);
});
