import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import {
  type CrashRow,
  type Demonstration,
  effectOn,
  type Hazard,
  type TreeModel,
} from "../../src/model/index.ts";
import { crashMatrixSchema } from "../../src/protocol/run-schema.ts";
import { crashMatrix, demonstrate } from "../../src/simulation/index.ts";
import { child, location, model, supervisor } from "../protocol/samples.ts";
import { APP, edge, facts, flat, registryApp } from "./models.ts";

const effectsOf = ({ effects }: CrashRow) =>
  Object.fromEntries(effects.map(({ path, effect }) => [path, effect]));
const fault = (tree: TreeModel, child: string, shows: Hazard, kind: "crash" | "hang" = "crash") =>
  demonstrate(tree, { root: APP, faults: [{ child: `${APP}/${child}`, kind }], expect: "", shows });
const bootOf = (id: string): Demonstration => ({
  root: APP,
  faults: [],
  expect: "the boot fails",
  shows: { kind: "no start", of: [`${APP}/${id}`] },
});
const givesUp: Hazard = { kind: "gives up", supervisor: APP };
const goesDown = (...ids: string[]): Hazard => ({
  kind: "goes down",
  children: ids.map((id) => `${APP}/${id}`),
});
const useFails = (from: string, to: string, when: "meanwhile" | "afterwards" = "afterwards"): Hazard => ({
  kind: "use fails",
  from: [`${APP}/${from}`],
  to: `${APP}/${to}`,
  when,
});

describe("the crash matrix", () => {
  it("has a row per process, with who restarts, who is lost, and what it costs", async () => {
    const matrix = await crashMatrix(registryApp("rest_for_one"), APP);
    const effects = Object.fromEntries(matrix.rows.map((row) => [row.path, effectsOf(row)]));
    expect(matrix.alike).toBe(2); // connections 2 and 3 are as connection 1
    expect(matrix.omitted).toBe(0);
    expect(effects).toEqual({
      AppSup: {
        AppSup: "fails",
        "AppSup/conn_sup": "stopped",
        "AppSup/conn_sup/connection-1": "stopped",
        "AppSup/conn_sup/connection-2": "stopped",
        "AppSup/conn_sup/connection-3": "stopped",
        "AppSup/registry": "stopped",
        "AppSup/http": "stopped",
      },
      "AppSup/conn_sup": {
        "AppSup/conn_sup": "fails",
        "AppSup/conn_sup/connection-1": "stopped",
        "AppSup/conn_sup/connection-2": "stopped",
        "AppSup/conn_sup/connection-3": "stopped",
        "AppSup/registry": "restarted",
        "AppSup/http": "restarted",
      },
      "AppSup/conn_sup/connection-1": { "AppSup/conn_sup/connection-1": "fails" },
      "AppSup/registry": { "AppSup/registry": "fails", "AppSup/http": "restarted" },
      "AppSup/http": { "AppSup/http": "fails" },
    });
    const registry = matrix.rows.find((row) => row.path === "AppSup/registry");
    expect(registry).toMatchObject({
      recovered: true,
      escalated: [],
      budget: [{ path: "AppSup", used: 1, intensity: 3, period: 5 }],
      blast: ["AppSup/registry", "AppSup/http"],
      treeEnded: false,
    });
    expect(matrix.rows.find((row) => row.path.endsWith("connection-1"))?.recovered).toBe(false);
  });

  it("changes with the strategy, and shows an escalation", async () => {
    const wide = await crashMatrix(registryApp("one_for_all"), APP);
    expect(effectsOf(wide.rows.find((row) => row.path === "AppSup/http")!)).toHaveProperty([
      "AppSup/registry",
    ]);
    const ids = ["db", "a", "b", "c", "d"];
    const linked = ids.slice(1).map((id) => edge(`${APP}/${id}`, `${APP}/db`, "link"));
    const matrix = await crashMatrix(flat(ids, { intensity: 3 }, linked), APP);
    // One event, five exits, four restarts more than three.
    expect(matrix.rows.find((row) => row.path === "AppSup/db")).toMatchObject({
      escalated: ["AppSup"],
      treeEnded: true,
      recovered: false,
    });
  });

  it("says who is left without the one it calls", async () => {
    const tree = flat(["db", "web"], {}, [edge(`${APP}/web`, `${APP}/db`, "call")]);
    const db = tree.supervisors[0]?.children[0];
    if (db !== undefined) db.restart = "temporary";
    const matrix = await crashMatrix(tree, APP);
    expect(effectsOf(matrix.rows.find((row) => row.path === "AppSup/db")!)).toEqual({
      "AppSup/db": "fails",
      "AppSup/web": "blocked",
    });
  });

  it("is the same for the same seed, stops when told, and reports how far it is", async () => {
    const tree = registryApp();
    expect(await crashMatrix(tree, APP, { seed: 7 })).toEqual(await crashMatrix(tree, APP, { seed: 7 }));
    const progress: number[] = [];
    const cut = await crashMatrix(tree, APP, {
      onProgress: (done) => progress.push(done),
      stop: () => progress.length === 2,
    });
    expect(cut.rows).toHaveLength(2);
    expect(progress).toEqual([0.2, 0.4]);
    expect(cut.omitted).toBe(3);
    expect((await crashMatrix(tree, APP, { maxRows: 1 })).omitted).toBe(4);
  });
});

describe("a demonstration", () => {
  it("shows a boot that fails, and that a right order boots", async () => {
    const edges = [edge(`${APP}/report`, `${APP}/backup`, "call", { phase: "init" })];
    expect(await demonstrate(flat(["report", "backup"], {}, edges), bootOf("report"))).toMatchObject({
      verdict: "shown",
      because: expect.stringContaining("failed to start child report: call to backup"),
    });
    expect(await demonstrate(flat(["backup", "report"], {}, edges), bootOf("report"))).toMatchObject({
      verdict: "not shown",
    });
  });

  it("shows a deadlock with who waits for whom", async () => {
    const outcome = await demonstrate(
      flat(["a"], {}, [edge(`${APP}/a`, APP, "call", { phase: "init" })]),
      bootOf("a"),
    );
    expect(outcome).toMatchObject({
      verdict: "shown",
      because: "AppSup never finished starting: a waits for AppSup.",
    });
  });

  it("shows a spent budget, a wide blast, a stale pid, an orphan", async () => {
    const ids = ["db", "a", "b"];
    const links = ids.slice(1).map((id) => edge(`${APP}/${id}`, `${APP}/db`, "link"));
    expect(await fault(flat(ids, { intensity: 1 }, links), "db", givesUp)).toMatchObject({
      verdict: "shown",
      because: "The whole tree ended: AppSup gave up.",
    });
    expect(await fault(flat(ids, { strategy: "one_for_all" }), "b", goesDown("db", "a"))).toMatchObject({
      verdict: "shown",
      because: "db, a went down as well and had to start again.",
    });
    const keptPid = { by: "field" as const, name: "db", location };
    const stale = flat(["db", "web"], {}, [edge(`${APP}/web`, `${APP}/db`, "monitor", { keptPid })]);
    stale.edges.push(edge(`${APP}/web`, `${APP}/db`, "call", { via: "field db", keptPid }));
    const web = stale.supervisors[0]?.children[1];
    if (web !== undefined) web.process = facts({ keepsPids: [{ field: "db", location }], monitors: true });
    expect(await fault(stale, "db", useFails("web", "db"))).toMatchObject({
      verdict: "shown",
      because: expect.stringMatching(/^AppSup\/web could no longer use db: .*noproc/),
    });
    const orphan = {
      key: "src/app.ts#Log",
      name: "Log",
      start: { symbol: "Log", file: null, line: null },
      location,
      linked: false,
      process: null,
      reason: "started at the top level",
    };
    const lonely = model([supervisor("AppSup", [child(APP, "a")])], { orphans: [orphan] });
    expect(
      await demonstrate(lonely, {
        root: orphan.key,
        faults: [{ child: orphan.key, kind: "crash" }],
        expect: "",
        shows: { kind: "stays away", child: orphan.key },
      }),
    ).toMatchObject({ verdict: "shown", because: "Log ended and nobody started it again." });
  });

  it("shows nothing where nothing happens, and says when it cannot be played", async () => {
    const calm = await fault(flat(["a", "b"]), "a", goesDown("b"));
    expect(calm).toMatchObject({ verdict: "not shown" });
    expect(calm.run.inputs).toMatchObject([{ action: { kind: "crash", reason: "boom" } }]);
    expect(await fault(flat(["a"]), "gone", givesUp)).toMatchObject({ verdict: "impossible" });
    expect(await demonstrate(flat(["a"]), { ...bootOf("a"), root: "nowhere" })).toMatchObject({
      verdict: "impossible",
    });
  });

  it("lets callers of a hanging process run into their timeouts", async () => {
    const tree = flat(["db", "web"], {}, [edge(`${APP}/web`, `${APP}/db`, "call")]);
    expect(await fault(tree, "db", useFails("web", "db"), "hang")).toMatchObject({
      verdict: "shown",
      because: expect.stringContaining("timeout"),
    });
  });
});

it.each(["__proto__", "constructor", "prototype", "toString"])(
  "a tree that is called %s has rows and effects",
  async (name) => {
    const tree = flat(["worker"]);
    const supervisors = tree.supervisors.map((each) => ({ ...each, name }));
    const matrix = await crashMatrix({ ...tree, supervisors }, APP);
    // As it comes from the sandbox to the page.
    const { rows } = v.parse(crashMatrixSchema, structuredClone(matrix));
    expect(rows.map(({ path }) => path)).toEqual([name, `${name}/worker`]);
    expect(rows.map((row) => effectOn(row, name))).toEqual(["fails", "none"]);
    expect(rows.map((row) => effectOn(row, `${name}/worker`))).toEqual(["stopped", "fails"]);
    expect(rows[1]!.budget.map(({ path }) => path)).toEqual([name]);
  },
);

describe("a process that never rests", () => {
  // What makes a `Date` is not run as it is written: its stand-in does what was read.
  it.for([
    {
      whose: "its code",
      callbacks: "init() { this.send(this.self, {}); } handleInfo() { this.send(this.self, {}); }",
    },
    {
      whose: "its script",
      callbacks:
        "at = new Date(); init() { return continueWith(0); } async handleContinue() { return continueWith(0); }",
    },
  ])(
    "in $whose, holds up neither the crash matrix nor a demonstration",
    { timeout: 120_000 },
    async ({ callbacks }) => {
      const text = `import { continueWith, GenServer, Supervisor } from "suptree";
      class Restless extends GenServer { ${callbacks} }
      class Calm extends GenServer {}
      export class AppSup extends Supervisor {
        init() {
          const children = [{ id: "calm", start: [Calm] }, { id: "restless", start: [Restless] }];
          return { intensity: 0, children };
        }
      }`;
      const tree = analyzeSources(new Map([["app.ts", text]]));
      const root = "app.ts#AppSup";
      const { rows } = await crashMatrix(tree, root);
      expect(rows.map(({ path, treeEnded }) => [path, treeEnded])).toEqual([
        ["AppSup", true],
        ["AppSup/calm", true],
        ["AppSup/restless", true],
      ]);
      const faults = [{ child: `${root}/calm`, kind: "crash" as const }];
      const shows = { kind: "gives up" as const, supervisor: root };
      expect(await demonstrate(tree, { root, faults, expect: "", shows })).toMatchObject({
        verdict: "shown",
      });
    },
  );
});
