import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dialectsFor } from "../../src/analysis/dialects/index.ts";
import { ALL_PACKAGES } from "../../src/analysis/dialects/packages.ts";
import type { SpecObjectConfig } from "../../src/analysis/index.ts";
import { check } from "./check.ts";

const HOME_MADE: SpecObjectConfig = {
  name: "home-made",
  module: "src/lib/supervise",
  callee: "createSupervisor",
  argument: 1,
  keys: {
    strategy: "policy",
    children: "workers",
    intensity: "limit.max",
    period: "limit.windowMs",
    id: "name",
    start: "run",
    restart: "mode",
    shutdown: "grace",
  },
  spellings: {
    "one-for-one": "one_for_one",
    all: "one_for_all",
    always: "permanent",
    "on-error": "transient",
    never: "temporary",
  },
  units: { period: "ms", shutdown: "s" },
  defaults: { strategy: "one-for-one", intensity: 5, period: 60, restart: "always", shutdown: 10_000 },
};

describe("spec objects that the settings describe", () => {
  test("keys, spellings, units and defaults; a function of the workspace", () => {
    check(
      `
      // FILE src/lib/supervise.ts
      export function createSupervisor(name: string, options: object) { return { name, options }; }
      export function other(options: object) {}
      // FILE src/main.ts
      import { createSupervisor as make, other } from "./lib/supervise";
      class Mailer {}
      function poll() {}
      export const mail = make("mail", {
        policy: "all",
        limit: { max: 3, windowMs: 30_000 },
        workers: [
          { name: "mailer", run: () => new Mailer(), mode: "on-error", grace: 2 },
          { name: "poll", run: poll },
          { name: "inner", run: () => make("inner", { workers: [] }) },
        ],
      });
      other({ policy: "all", workers: [{ name: "x", run: poll }] });
      function createSupervisor(options: object) {}
      createSupervisor({ policy: "all" });
      `,
      `
      mail one_for_all 3 in 30s
        mailer: Mailer transient shutdown 2000
        poll: poll
        inner: supervisor ▸
      supervisor
      `,
      { specObjects: [HOME_MADE] },
    );
  });

  test("a preset, a package, and `new`", () => {
    check(
      `import * as sup from "tiny-sup";
      class Worker {}
      export const tree = new sup.Supervisor({ strategy: "rest_for_one", maxRestarts: 10, children: [{ id: "w", start: [Worker, 1] }, { id: "x", start: load() }] });
      sup.Supervisor({ strategy: "one_for_one" });`,
      `
      tree rest_for_one 10 in
        w: Worker
        x: ? null !start: computed at run time: load(); !type: it is absent, and the configuration gives no default;
      `,
      { specObjects: [{ name: "tiny", module: "tiny-sup", callee: "new Supervisor", preset: "elixir" }] },
    );
  });

  test("without a default, an absent field is not known", () => {
    check(
      `import { start } from "bare-sup"; export const tree = start({ children: [{ id: "w", start: W }] }); class W {}`,
      `
      tree null null in nulls
        w: W null shutdown null !restart: it is absent, and the configuration gives no default; !shutdown: it is absent, and the configuration gives no default;
        ! strategy: it is absent, and the configuration gives no default
        ! intensity: it is absent, and the configuration gives no default
        ! period: it is absent, and the configuration gives no default
      `,
      { specObjects: [{ name: "bare", module: "bare-sup", callee: "start" }] },
    );
  });

  test("specs that functions of other files build; a child whose function starts a supervisor", () => {
    check(
      `
      // FILE src/main.ts
      import { startSupervisor } from "./supervision/index.js"; import { ingest, deploy } from "./tree";
      async function runWorker(repo) {}
      export async function main() {
        await startSupervisor(deploy({ ingest: () => startSupervisor(ingest(runWorker)), render: async () => {} }));
      }
      // FILE src/tree.ts
      const BUDGET = { maxRestarts: 3, periodMs: 60 * 60 * 1000 };
      export function ingest(run, repos = ["iec", "ccp"], budget = BUDGET) {
        return { id: "ingest", strategy: "one_for_one", budget, children: repos.map((repo) => ({ id: \`worker:\${repo}\`, restart: "transient", start: run })) };
      }
      export function deploy(nodes) {
        const budget = nodes.budget ?? { maxRestarts: 5, periodMs: 1000 };
        return { id: "deploy", strategy: "rest_for_one", budget, children: [
          { id: "ingest", restart: "permanent", start: async () => { await nodes.ingest(); return { kind: "normal" }; } },
          { id: "render", restart: "permanent", start: async () => { await nodes.render(); return { kind: "normal" }; } },
        ] };
      }
      // FILE src/supervision/index.ts
      export async function startSupervisor(spec) {}`,
      `
      deploy rest_for_one 5 in 1s
        ingest: deploy ▸ permanent
        render: ? permanent null !start: a function without a name; !type: it is absent, and the configuration gives no default;
      ingest one_for_one 3 in 3600s
        worker:iec: runWorker transient
        worker:ccp: runWorker transient
      `,
      {
        specObjects: [
          {
            name: "deploy",
            module: "src/supervision/index",
            callee: "startSupervisor",
            keys: { name: "id", intensity: "budget.maxRestarts", period: "budget.periodMs" },
            units: { period: "ms" },
            defaults: { shutdown: 5000 },
          },
        ],
      },
    );
  });
});

describe("libraries that need no setting", () => {
  test("grove: children are made by a helper, trees lie in trees", () => {
    check(
      `import { agent, supervise } from "@vyntral/grove-core";
      const research = agent({ name: "research", tools: [] });
      const inner = supervise({ name: "inner", children: [agent({ name: "writer" })] });
      export const tree = supervise({ strategy: "rest_for_one", children: [research, inner], restart: { intensity: 2, period: 10_000 } });`,
      `
      inner
        writer: writer shutdown null !shutdown: it is absent, and the configuration gives no default;
      tree rest_for_one 2 in 10s
        research: research shutdown null !shutdown: it is absent, and the configuration gives no default;
        inner: inner ▸ shutdown null !shutdown: it is absent, and the configuration gives no default;
      `,
    );
  });

  test("actorboy: children come first, options second, parts are entry points", () => {
    check(
      `import * as Supervisor from "actorboy/supervisor";
      import { Supervisor as Second } from "actorboy";
      import * as Node from "actorboy/node";
      const poll = async (signal) => {};
      export const first = Supervisor.start([{ id: "p", start: poll, restart: "transient" }], { strategy: "restForOne", maxRestarts: 9 });
      export const second = Second.start([{ id: "q", start: poll }]);
      Node.start({});`,
      `
      first rest_for_one 9 in
        p: poll transient
      second
        q: poll
      `,
    );
  });
});

test("packages stand in one list, which the manifest's activation follows", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const events = (manifest.activationEvents as string[]).filter((event) =>
    event.startsWith("workspaceContains:"),
  );
  expect(events).toEqual(ALL_PACKAGES.map((name) => `workspaceContains:node_modules/${name}/package.json`));
  const read = dialectsFor({}).flatMap(({ packages }) =>
    packages.map((name) => name.replace(/^actorboy\/.*/, "actorboy")),
  );
  expect(new Set(read)).toEqual(new Set(ALL_PACKAGES));
});
