/** A System that a program drives itself is no part of the run, and goes on in the run's time all the same, always alike. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { inThread, pageOf, ROOT, scriptOf } from "./programs.ts";

it("goes on to the program's end, without the machine's event loop", { timeout: 60_000 }, async () => {
  // Three Systems after the first: one on the real clock, two on virtual ones, and an hour in one of them.
  const program = await pageOf("7-applications");
  const script = await scriptOf(program);
  const { console: lines, status } = await inThread(program, 1, script);
  expect(status.reason).not.toMatch(/has not finished loading/);
  expect(lines.filter(({ level }) => level === "log").map(({ at, text }) => [at, text])).toEqual([
    [0, "mnesia is up"],
    [0, "chat is up"],
    [20, "42"],
    [20, "still here"],
    [20, "nothing for 30 ms at 50"],
    [20, "close"],
    [20, "60"],
    [20, '{ user: "\\"ada\\"", password: "\\"*******\\"" }'],
  ]);
  expect((await inThread(program, 1, script)).console).toEqual(lines);
});

it.each([
  ["the real clock", "new System()", ""],
  ["a virtual clock", 'new System({ clock: "virtual" })', "await further.advance(10);"],
])(
  "on %s and never at rest it ends in a sentence that blames nobody else",
  { timeout: 60_000 },
  async (_which, made, then) => {
    const base = join(ROOT, ".cache", "further-code");
    mkdirSync(base, { recursive: true });
    writeFileSync(
      join(base, "tree.ts"),
      `import { GenServer, Supervisor, type SupervisorSpec, System } from "suptree";
class Busy extends GenServer {
  override init() { this.send(this.self, "again"); }
  override handleInfo() { this.send(this.self, "again"); }
}
class Quiet extends GenServer {}
export class Sup extends Supervisor {
  override init(): SupervisorSpec { return { children: [{ id: "quiet", start: [Quiet] }] }; }
}
await new System().start(Sup);
const further = ${made};
await further.start(Busy);
${then}
`,
    );
    const { model } = await analyzeOn([base], { host: nodeHost(), cwd: base, base });
    const { status, events } = await inThread({ base, file: "tree.ts", root: null, model });
    expect(status.state).toBe("bounded");
    expect(status.reason).toBe(
      "The run was stopped: a System that the program makes itself took more than 200,000 steps without any time passing in the run: its processes keep each other busy, or one itself.",
    );
    expect(events.filter(({ type }) => type === "spawn")).toHaveLength(2);
  },
);
