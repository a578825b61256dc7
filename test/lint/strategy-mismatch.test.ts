import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";
import type { Edge, Finding, ProcessFacts, TreeModel } from "../../src/model/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";
import { check, lintFiles } from "./check.ts";
import { type ChildSketch, facts, model, type SupervisorSketch } from "./model.ts";

const found = (tree: TreeModel): Finding[] => lint(tree).filter(({ rule }) => rule === "strategy-mismatch");

/** A cache that gets the pid of `db`; `body` uses it. */
const app = (body: string, spec = 'strategy: "one_for_one"') => `
import { GenServer, Supervisor, type Pid } from "suptree";
class Db extends GenServer {}
class Cache extends GenServer {
  db!: Pid<Db>;
  init() {
    this.db = this.whereis("db")!;
  }
  ${body}
}
export class AppSup extends Supervisor {
  init() {
    return {
      ${spec},
      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "cache", start: [Cache] },
      ],
    };
  }
}
`;

const marked = (text: string) =>
  text.replace(
    /( +)this\.db = (this\.whereis\("db"\)!?);?\n/,
    (line, indent: string, call: string) =>
      `${line}${indent}${" ".repeat("this.db = ".length)}${"~".repeat(call.replace("!", "").length)} strategy-mismatch keepsDeadPid\n`,
  );

const ids = (text: string) =>
  lintFiles(new Map([["app.ts", text]]))
    .filter(({ rule }) => rule === "strategy-mismatch" || rule === "missing-monitor")
    .map(({ rule, messageId }) => `${rule} ${messageId}`);

describe("a pid that init puts into a field", () => {
  const calls = "async handleCall() { return this.call(this.db, {}); }";

  test("a call that fails crashes the keeper as well", async () => {
    const { findings, fixed, files } = check("strategy-mismatch", marked(app(calls)));
    expect(findings[0]!.message).toBe(
      "`cache` gets the pid of `db` in init and keeps it in `db`. When `db` crashes, `AppSup` starts it again alone (one_for_one): `cache` still has the pid of the dead one, and its next call exits with noproc and crashes it too: 2 restarts for one failure, where `AppSup` allows 1 restart in 5 s. Use the registered name `db` in place of the pid; or make `AppSup` rest_for_one, so that it starts again as well.",
    );
    expect(findings[0]!.certainty).toBe("exact");
    expect(findings[0]!.fixes.map(({ title, safe }) => [title, safe])).toEqual([
      ["Make `AppSup` rest_for_one", false],
    ]);
    const before = await demonstrate(analyzeSources(files), findings[0]!.demonstration!);
    expect(before).toMatchObject({
      verdict: "shown",
      because: expect.stringMatching(/cache could no longer use db: .*noproc/),
    });
    const after = analyzeSources(fixed!);
    expect(after.supervisors[0]!.strategy).toBe("rest_for_one");
    expect(ids(fixed!.get("app.ts")!)).toEqual([]);
    expect((await demonstrate(after, findings[0]!.demonstration!)).because).not.toContain("no longer use");
  });

  test("what is cast or sent is lost", async () => {
    const { findings, files } = check(
      "strategy-mismatch",
      marked(
        app("handleCast() { this.cast(this.db, {}); } async handleInfo() { await this.call(this.db, {}); }"),
      ),
    );
    expect(findings[0]!.message).toContain(
      "everything that it sends it from then on is lost, without a word",
    );
    const casts = check("strategy-mismatch", marked(app("handleCast() { this.cast(this.db, {}); }")));
    expect(await demonstrate(analyzeSources(casts.files), casts.findings[0]!.demonstration!)).toMatchObject({
      verdict: "shown",
      because: expect.stringContaining("what it casts to the pid that it keeps is lost"),
    });
    expect(files.size).toBe(1);
  });

  test("a call whose failure is caught fails for good", () => {
    const guarded = "async handleCall() { try { return await this.call(this.db, {}); } catch { return 0; } }";
    const { findings } = check("strategy-mismatch", marked(app(guarded)));
    expect(findings[0]!.message).toContain(
      "its calls fail from then on (noproc); it catches that and goes on without",
    );
    // One that then stops is started again, and looks it up again.
    const stops = guarded.replace("return 0;", 'this.exit("no_db");');
    expect(ids(app(stops))).toEqual([]);
  });

  test("one that init looks for before it runs is not kept: it is not found", () => {
    const first = app(calls).replace(/( +\{ id: "db".*\n)( +\{ id: "cache".*\n)/, "$2$1");
    expect(ids(first)).not.toContain("strategy-mismatch keepsDeadPid");
  });

  test("renewed, watched, linked, or a name: nothing", () => {
    const renewed = `${calls} handleCast() { this.db = this.whereis("db")!; }`;
    expect(ids(app(renewed))).toEqual(["missing-monitor keepsDeadPid"]);
    const helper = "async handleCall() { if (!this.db.alive) this.look(); return this.call(this.db, {}); }";
    expect(ids(app(`${helper} look() { this.db = this.whereis("db")!; }`))).toEqual([]);
    const notRun = `${calls} reconnect() { this.db = this.whereis("db")!; }`;
    expect(ids(app(notRun))).toEqual(["strategy-mismatch keepsDeadPid"]);
    const timer = app(calls).replace(
      "!;\n",
      '!; setInterval(() => { this.db = this.whereis("db")!; }, 1000);\n',
    );
    expect(ids(timer)).not.toContain("strategy-mismatch keepsDeadPid");
    const watched = app(`${calls} handleInfo(m) { if (m.type === "DOWN") this.exit("db_gone"); }`);
    expect(ids(watched.replace("!;\n", "!; this.monitor(this.db);\n"))).toEqual([]);
    expect(ids(app(calls).replace("!;\n", "!; this.link(this.db);\n"))).toEqual([]);
    expect(ids(app(calls).replace('this.whereis("db")!', '"db"'))).not.toContain(
      "strategy-mismatch keepsDeadPid",
    );
    const either = app(calls).replace('this.whereis("db")!', 'this.whereis("db") ?? "db"');
    expect(ids(either)).not.toContain("strategy-mismatch keepsDeadPid");
    const given = app(calls)
      .replace("init() {\n    this.db = ", "init(o) {\n    this.db = o ?? ")
      .replace("start: [Cache]", "start: [Cache, globalThis.db]");
    expect(ids(given)).not.toContain("strategy-mismatch keepsDeadPid");
    const local = "handleCall() { const db = this.whereis('db'); return this.call(db, {}); }";
    expect(ids(app(local))).not.toContain("strategy-mismatch keepsDeadPid");
  });

  test("a strategy that starts the keeper again as well is how it should be", () => {
    expect(ids(app(calls, 'strategy: "rest_for_one"'))).toEqual([]);
    expect(ids(app(calls, 'strategy: "one_for_all"'))).toEqual([]);
    expect(ids(app(calls))).toEqual(["strategy-mismatch keepsDeadPid"]);
  });

  test("the default strategy is written down, and no strategy is proposed that pulls in the unrelated", () => {
    const text = app(calls).replace(/ +strategy: .*\n/, "");
    const { fixed } = check("strategy-mismatch", marked(text));
    expect(fixed!.get("app.ts")!.trimEnd()).toBe(
      text.trimEnd().replace("      children: [", '      strategy: "rest_for_one",\n      children: ['),
    );
    const crowd = app(calls).replace(
      '        { id: "cache"',
      `        ...Array.from({ length: 6 }, (_, n) => ({ id: \`other-\${n}\`, start: [Db] })),\n        { id: "cache"`,
    );
    const { findings } = check("strategy-mismatch", marked(crowd));
    expect(findings[0]!.fixes).toEqual([]);
    expect(findings[0]!.message).toContain("or monitor it and look it up again on DOWN");
  });
});

const argument = `
import { GenServer, Supervisor, type Pid } from "suptree";
class Db extends GenServer {}
class Room extends GenServer {
  db!: Pid<Db>;
  init(db: Pid<Db>) {
    this.db = db;
  }
  async handleCall() { return this.call(this.db, {}); }
}
class RoomSup extends Supervisor {
  init() {
    const db = this.whereis("db");
               ~~~~~~~~~~~~~~~~~~ strategy-mismatch givenDeadPid
    return { intensity: 3, children: ["a", "b"].map((id) => ({ id, start: [Room, db] })) };
  }
}
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "db", start: [Db], name: "db" }, { id: "rooms", start: [RoomSup] }] };
  }
}
`;

test("a pid among the arguments comes back at every restart", async () => {
  const { findings, files, fixed } = check("strategy-mismatch", argument);
  expect(findings[0]!.message).toBe(
    "`a` and `b` get the pid of `db` as argument 1 of their start. When `db` crashes, `AppSup` starts it again alone (one_for_one): `a` and `b` still have the pid of the dead one, and their next call exits with noproc and crashes them too, after every restart again, until `RoomSup` gives up. `RoomSup` starts them with the same arguments each time. Use the registered name `db` in place of the pid; or make `AppSup` rest_for_one, so that they start again as well.",
  );
  expect(findings[0]!.children).toEqual(["app.ts#RoomSup/a", "app.ts#RoomSup/b", "app.ts#AppSup/db"]);
  expect(ids(argument.replace(/ +~+.*\n/, ""))).toEqual(["strategy-mismatch givenDeadPid"]);
  expect(await demonstrate(analyzeSources(files), findings[0]!.demonstration!)).toMatchObject({
    verdict: "shown",
    because: expect.stringMatching(/a could no longer use db/),
  });
  expect(ids(fixed!.get("app.ts")!)).toEqual([]);
});

test("a start that hands out what was started before", async () => {
  const text = `
import { GenServer, Supervisor } from "@hamicek/noex";
const server = { init: () => 0, handleCall: (_, n) => [n, n], handleCast: (_, n) => n };
const made = await GenServer.start(server);
const make = () => GenServer.start(server);
let kept;
export const app = await Supervisor.start({
  children: [
    { id: "a", start: async () => made },
      ~~~~~~~ strategy-mismatch handsOutDeadProcess
    { id: "b", start: () => Promise.resolve(made), restart: "transient" },
      ~~~~~~~ strategy-mismatch handsOutDeadProcess
    { id: "c", start: async () => made, restart: "temporary" },
    { id: "d", start: () => GenServer.start(server) },
    { id: "e", start: async () => { const ref = await make(); return ref; } },
    { id: "f", start: async () => { kept = await GenServer.start(server); return kept; } },
    { id: "g", start: async () => (Math.random() > 0.5 ? made : await make()) },
  ],
});
`;
  const { findings, files } = check("strategy-mismatch", text);
  expect(findings[0]!.message).toBe(
    "The start of `a` starts nothing: it hands out a process that was started before. When that one ends, `app` calls start again and gets the same process, which is dead. It takes that for another crash, until its restarts (3 restarts in 5 s) are used up, and then fails, and the program with it. Start the process inside start.",
  );
  expect(findings[0]!.related[0]!.location).toMatchObject({ line: 4 });
  expect(await demonstrate(analyzeSources(files), findings[0]!.demonstration!)).toMatchObject({
    verdict: "shown",
    because: "The whole tree ended: app gave up.",
  });
  // It is somebody's child: that nobody is told of its end would not be true.
  expect(lintFiles(files).filter(({ rule }) => rule === "unsupervised-process")).toEqual([]);
});

test("a pool whose members were all started before", async () => {
  const tree = analyzeSources(
    new Map([
      [
        "app.ts",
        `
import { GenServer, Supervisor } from "@hamicek/noex";
const server = { init: () => 0, handleCall: (_, n) => [n, n], handleCast: (_, n) => n };
const refs = [];
for (const id of process.argv) refs.push(await GenServer.start(server));
export const app = await Supervisor.start({
  children: refs.map((ref, n) => ({ id: \`worker-\${n}\`, start: async () => ref })),
});
`,
      ],
    ]),
  );
  const [finding] = found(tree);
  expect(finding).toMatchObject({ messageId: "handsOutDeadProcess" });
  // All of them start, and the first that crashes cannot be started again.
  expect(await demonstrate(tree, finding!.demonstration!)).toMatchObject({
    verdict: "shown",
    because: "The whole tree ended: app gave up.",
  });
});

test("a service of the library that is handed out", () => {
  const files = new Map([
    [
      "app.ts",
      `
import { EventBus, Supervisor } from "@hamicek/noex";
const bus = await EventBus.start({ name: "bus" });
export const app = await Supervisor.start({ children: [{ id: "bus", start: async () => bus }] });
`,
    ],
  ]);
  const tree = analyzeSources(files);
  const all = lint(tree, { sources: files });
  expect(all.map(({ rule }) => rule)).toEqual(["strategy-mismatch"]);
});

const location = { file: "app.ts", line: 700, column: 1, endLine: 700, endColumn: 9 };

/** `cache` keeps the pid of `db`. */
function keeps(
  tree: Record<string, SupervisorSketch>,
  by: "field" | "argument" = "field",
  extra: Partial<Edge> = {},
): TreeModel {
  const made = model(tree);
  for (const edge of made.edges) Object.assign(edge, { keptPid: { by, name: "db", location } }, extra);
  return made;
}

const children = (
  db: Partial<ChildSketch> = {},
  process: Partial<ProcessFacts> = {},
  use = "call db",
): ChildSketch[] => [
  { id: "db", ...db },
  { id: "cache", process: facts(process), uses: [use] },
];

describe("a reference in the state of a noex behaviour", () => {
  const program = (cast: string) => `
import { GenServer, Registry, Supervisor } from "@hamicek/noex";
const store = { init: () => 0, handleCall: (m, n) => [n, n], handleCast: (m, n) => n };
const gateway = {
  async init() { const ref = Registry.lookup("store"); return { ref, hits: 0 }; },
  async handleCall(key, s) { const v = await GenServer.call(s.ref, key); return [v, { ...s, hits: s.hits + 1 }]; },
  ${cast}
};
await Supervisor.start({ children: [
  { id: "store", start: () => GenServer.start(store, { name: "store" }) },
  { id: "gateway", start: () => GenServer.start(gateway) },
] });
`;

  test.each(["handleCast: (_, s) => s", "handleCast: (_, s) => ({ ...s, hits: 0 })"])(
    "is kept where all callbacks hand it on: %s",
    (cast) => expect(ids(program(cast))).toContain("strategy-mismatch keepsDeadPid"),
  );

  test.each([
    'handleCast: (_, s) => ({ ...s, ref: Registry.lookup("store") })',
    "handleCast: (m, s) => m.next(s)",
    "handleCast: (m, s) => { s.ref = m.ref; return s; }",
    "handleCast: (m, s) => ({ ...s, ...m })",
    "handleCast: (m, s) => Object.assign({}, s, m)",
  ])("may be another one: %s", (cast) =>
    expect(ids(program(cast))).not.toContain("strategy-mismatch keepsDeadPid"),
  );
});

describe("over models", () => {
  const messages = (tree: TreeModel) => found(tree).map(({ messageId }) => messageId);

  test("who is told, or not started again", () => {
    expect(messages(keeps({ App: { children: children() } }))).toEqual(["keepsDeadPid"]);
    expect(messages(keeps({ App: { children: children({ restart: "transient" }) } }))).toHaveLength(1);
    for (const db of [
      { restart: "temporary" as const },
      { restart: null },
      { dynamic: true },
      { cardinality: "many" as const },
    ])
      expect(messages(keeps({ App: { children: children(db) } }))).toEqual([]);
    const told: Partial<ProcessFacts>[] = [
      { monitors: true, handlesDown: true },
      { trapsExit: true, handlesExit: true },
      { unresolved: [{ kind: "link", phase: "later", reason: "?", location }] },
    ];
    for (const process of told)
      expect(messages(keeps({ App: { children: children({}, process) } }))).toEqual([]);
    // Traps exits and drops them: it lives on, and is not told.
    expect(messages(keeps({ App: { children: children({}, { trapsExit: true }) } }))).toHaveLength(1);
    for (const use of ["init call db", "continue call db", "monitor db", "link db", "lookup db"])
      expect(messages(keeps({ App: { children: children({}, {}, use) } }))).toEqual([]);
    expect(messages(keeps({ App: { strategy: null, children: children() } }))).toEqual([]);
    expect(found(keeps({ App: { children: children({ cardinality: "maybe" }) } }))[0]!.certainty).toBe(
      "best effort",
    );
  });

  test("a process below another supervisor is started again there, whatever the strategy above", () => {
    const tree = (strategy: "rest_for_one" | "one_for_all") =>
      keeps({
        App: { strategy, children: [{ id: "inner" }, { id: "cache", uses: ["cast db"] }] },
        Inner: { strategy: "one_for_all", children: [{ id: "db" }] },
      });
    for (const strategy of ["rest_for_one", "one_for_all"] as const) {
      const [finding] = found(tree(strategy));
      expect(finding!.message).toContain(
        "When `db` crashes, `Inner` starts it again alone: `cache` still has",
      );
      expect(finding!.message).not.toContain("or make");
    }
  });

  test("a name that the process registers itself is one too", () => {
    const named = keeps({ App: { children: children({ process: facts({ registers: ["data"] }) }) } });
    expect(found(named)[0]!.message).toContain("Use the registered name `data` in place of the pid");
    const none = keeps({ App: { children: children() } });
    expect(found(none)[0]!.message).toContain("Give it a registered name, and use that in place of the pid");
  });

  test("who runs below starts again with its supervisor", () => {
    const tree = (strategy: "rest_for_one" | "one_for_one") =>
      keeps({
        App: { strategy, children: [{ id: "db" }, { id: "inner" }] },
        Inner: { children: [{ id: "cache", uses: ["cast db"] }] },
      });
    expect(messages(tree("one_for_one"))).toEqual(["keepsDeadPid"]);
    expect(messages(tree("rest_for_one"))).toEqual([]);
  });

  test("an argument of a direct child is no pid of a sibling", () => {
    expect(messages(keeps({ App: { children: children() } }, "argument"))).toEqual([]);
  });
});
