/** Facts that messages state, and findings that must not be missed. */
import { describe, expect, test } from "vitest";
import { lintFiles } from "../check.ts";
import { app, type Case, cases, findingsOf } from "./program.ts";

const one = (body: string, outside = "", child = ""): string =>
  app(`${outside} class W extends GenServer { ${body} }`, `{ id: "w", start: [W]${child} }`);

describe("waits in init", () => {
  const all: Case[] = [
    ["then", one(`async init() { await fetch("x").then((r) => r.json()); }`)],
    ["then and catch", one(`async init() { await fetch("x").then((r) => r.json()).catch(() => null); }`)],
    ["returned", one(`init() { return fetch("x"); }`)],
    ["returned with then", one(`init() { return fetch("x").then((r) => { this.r = r; }); }`)],
    [
      "returned through a method",
      one(`init() { return this.load(); } async load() { const r = await fetch("x"); return r; }`),
    ],
    ["a method that returns it", one(`async init() { await this.load(); } load() { return fetch("x"); }`)],
    ["a promise with a timer", one(`init() { return new Promise((done) => setTimeout(done, 10)); }`)],
    ["race", one(`async init() { await Promise.race([fetch("x"), fetch("y")]); }`)],
    ["any", one(`async init() { await Promise.any([fetch("x")]); }`)],
    ["allSettled", one(`async init() { await Promise.allSettled([fetch("x")]); }`)],
    ["a promise in a variable", one(`async init() { const p = fetch("x"); this.r = await p; }`)],
    [
      "a list",
      one(`async init() { await Promise.all(["a", "b"].map((u) => fetch(u).then((r) => r.text()))); }`),
    ],
    [
      "a helper",
      one(
        `async init() { await load(); }`,
        `const load = async () => { const r = await fetch("x"); return r.json(); };`,
      ),
    ],
    [
      "an arrow function that returns it",
      one(`async init() { await load(); }`, `const load = () => fetch("x").then((r) => r.json());`),
    ],
    ["a package", one(`async init() { this.db = await connect("x"); }`, `import { connect } from "pg";`)],
    [
      "a loop",
      one(
        `async init() { for await (const line of createInterface({})) this.n = line; await readFile("x"); }`,
        `import { createInterface } from "node:readline"; import { readFile } from "node:fs/promises";`,
      ),
    ],
    ["in a try", one(`async init() { try { await fetch("x"); } catch { this.r = null; } }`)],
    ["sleep", one(`async init() { await this.sleep(100); }`)],
  ];
  cases(all.map(([title, program]) => [title, program, ["blocking-init holdsStart"]]));
});

describe("how a child ends", () => {
  cases([
    [
      "a permanent task",
      app("", `{ id: "t", start: [Task, async () => { console.log("once"); }] }`),
      ["restart-policy permanentStops"],
    ],
    [
      "a permanent task of a function",
      app("async function job(task) { await task.call('x', 1); }", `{ id: "t", start: [Task, job] }`),
      ["restart-policy permanentStops"],
    ],
    ["a temporary task", app("", `{ id: "t", start: [Task, () => {}], restart: "temporary" }`)],
    ["a transient task", app("", `{ id: "t", start: [Task, () => {}], restart: "transient" }`)],
    [
      "a task that never ends",
      app("", `{ id: "t", start: [Task, async (t) => { while (true) await t.sleep(10); }] }`),
    ],
    ["a task that is not known", app(`import { job } from "jobs";`, `{ id: "t", start: [Task, job] }`)],
  ]);
});

describe("the process that started it", () => {
  const parent = (body: string): string =>
    app(`class Helper extends GenServer {} class W extends GenServer { ${body} }`, `{ id: "w", start: [W] }`);
  cases([
    [
      "a child in init",
      parent(`async init() { await this.startChild(this.parent, { id: "h", start: [Helper] }); }`),
      ["supervisor-call-in-init deadlock"],
    ],
    [
      "a question in init",
      parent(`async init() { const all = await this.whichChildren(this.parent); this.n = all.length; }`),
      ["supervisor-call-in-init deadlock"],
    ],
    [
      "in a variable",
      parent(`async init() { const { parent } = this; await this.countChildren(parent); }`),
      ["supervisor-call-in-init deadlock"],
    ],
    [
      "the first ancestor",
      parent(`async init() { await this.countChildren(this.ancestors[0]); }`),
      ["supervisor-call-in-init deadlock"],
    ],
    [
      "later",
      parent(
        `init() { return continueWith("go"); } async handleContinue() { await this.countChildren(this.parent); }`,
      ),
    ],
    ["without waiting", parent(`init() { void this.countChildren(this.parent); }`)],
  ]);
});

describe("names", () => {
  const two = (a: string, b: string, classes = ""): string =>
    app(`class A extends GenServer {} ${classes}`, `{ id: "a", ${a} }, { id: "b", ${b} }`);
  cases([
    [
      "one name twice",
      two(`start: [A], name: "db"`, `start: [A], name: "db"`),
      ["invalid-spec duplicateName"],
    ],
    [
      "through a constant",
      two(`start: [A], name: DB`, `start: [A], name: "db"`, `const DB = processName("db");`),
      ["invalid-spec duplicateName"],
    ],
    [
      "registered in init",
      two(`start: [B]`, `start: [B]`, `class B extends GenServer { init() { this.register("db"); } }`),
      ["invalid-spec duplicateName"],
    ],
    [
      "given to init",
      two(
        `start: [B, "x"]`,
        `start: [B, "x"]`,
        `class B extends GenServer { init(name) { this.register(name); } }`,
      ),
      ["invalid-spec duplicateName"],
    ],
    [
      "different ones given to init",
      two(
        `start: [B, "x"]`,
        `start: [B, "y"]`,
        `class B extends GenServer { init(name) { this.register(name); } }`,
      ),
    ],
    [
      "in another branch of the tree",
      `${two(`start: [A], name: "db"`, `start: [A]`)} export class Top extends Supervisor { init() { return { children: [{ id: "app", start: [App] }, { id: "late", start: [A], name: "db" }] }; } }`,
      ["invalid-spec duplicateName"],
    ],
    [
      "in two trees",
      `${two(`start: [A], name: "db"`, `start: [A]`)} export class Other extends Supervisor { init() { return { children: [{ id: "late", start: [A], name: "db" }] }; } }`,
    ],
    [
      "on a condition",
      app(
        `class A extends GenServer {}`,
        `{ id: "a", start: [A], name: "db" }, ...(process.env.X ? [{ id: "b", start: [A], name: "db" }] : [])`,
      ),
    ],
    [
      "a pool",
      app(
        `class A extends GenServer {}`,
        `...[1, 2].map((n) => ({ id: \`a\${n}\`, start: [A], name: "db" }))`,
      ),
      ["invalid-spec duplicateName"],
    ],
    [
      "a pool with names of its own",
      app(
        `class A extends GenServer {}`,
        `...[1, 2].map((n) => ({ id: \`a\${n}\`, start: [A], name: \`db\${n}\` }))`,
      ),
    ],
    [
      "a helper that names",
      app(
        `class A extends GenServer {} class B extends GenServer { async init() { await this.call("late", 1); } } const child = (cls, name) => ({ id: name, start: [cls], name });`,
        `child(B, "first"), child(A, "late")`,
      ),
      ["child-order bootFails"],
    ],
    [
      "a helper that starts",
      app(
        `class A extends GenServer { init(name) { this.register(name); } } class B extends GenServer { async init() { await this.call("late", 1); } } const started = (cls, name) => startOf(cls, name);`,
        `{ id: "b", start: started(B, "x") }, { id: "a", start: started(A, "late") }`,
      ),
      // B takes no argument.
      ["child-order bootFails", "invalid-spec startArguments"],
    ],
  ]);
});

describe("circles", () => {
  const calls = (name: string, to: string): string =>
    `class ${name.toUpperCase()} extends GenServer { async handleCall(r) { return reply(r, await this.call("${to}", r)); } }`;
  const circle = (names: readonly string[], pairs: readonly [string, string][]): string =>
    app(
      pairs.map(([a, b]) => calls(a, b)).join("\n"),
      names.map((n) => `{ id: "${n}", start: [${n.toUpperCase()}], name: "${n}" }`).join(", "),
    );
  cases([
    [
      "two",
      circle(
        ["a", "b"],
        [
          ["a", "b"],
          ["b", "a"],
        ],
      ),
      ["dependency-cycle callEachOther?"],
    ],
    [
      "a triangle",
      circle(
        ["a", "b", "c"],
        [
          ["a", "b"],
          ["b", "c"],
          ["c", "a"],
        ],
      ),
      ["dependency-cycle callEachOther?"],
    ],
    [
      "four",
      circle(
        ["a", "b", "c", "d"],
        [
          ["a", "b"],
          ["b", "c"],
          ["c", "d"],
          ["d", "a"],
        ],
      ),
      ["dependency-cycle callEachOther?"],
    ],
    [
      "a chain",
      circle(
        ["a", "b", "c"],
        [
          ["c", "b"],
          ["b", "a"],
          ["a", "x"],
        ],
      ),
    ],
  ]);
});

describe("kept pids", () => {
  const keeps = (body: string, worker = "", more = ""): string =>
    app(
      `class Worker extends GenServer { ${worker} } class K extends GenServer { ${body} }`,
      `{ id: "k", start: [K] }${more}`,
    );
  const db = `, { id: "db", start: [Worker], name: "db" }`;
  const UNSUPERVISED = "unsupervised-process startedByProcess";
  cases([
    [
      "looked up at each use",
      keeps(`handleCast() { this.db = this.whereis("db"); if (this.db) this.send(this.db, 1); }`).replace(
        `{ id: "k", start: [K] }`,
        `{ id: "db", start: [Worker], name: "db" }, { id: "k", start: [K] }`,
      ),
    ],
    [
      "a linked start",
      keeps(`async init() { this.w = await this.startLink(Worker); } handleCast() { this.send(this.w, 1); }`),
    ],
    [
      "linked after the start",
      keeps(
        `async init() { const p = await this.start(Worker); this.link(p); this.w = p; } handleCast() { this.send(this.w, 1); }`,
      ),
    ],
    [
      "linked by the child",
      keeps(
        `async init() { this.w = await this.start(Worker, this.self); } handleCast() { this.send(this.w, 1); }`,
        `init(owner) { this.link(owner); }`,
      ),
    ],
    [
      "linked by the child to its parent",
      keeps(
        `async init() { this.w = await this.start(Worker); } handleCast() { this.send(this.w, 1); }`,
        `init() { this.link(this.parent); }`,
      ),
    ],
    [
      "monitored",
      keeps(
        `async init() { this.w = await this.start(Worker); this.monitor(this.w); } handleCast() { this.send(this.w, 1); } handleInfo(m) { if (m.type === "DOWN") this.exit("gone"); }`,
      ),
      ["unsupervised-process startedAndMonitored"],
    ],
    [
      "neither",
      keeps(`async init() { this.w = await this.start(Worker); } handleCast() { this.send(this.w, 1); }`),
      [UNSUPERVISED, "missing-monitor keepsDeadPid"],
    ],
    [
      "one field, overwritten",
      keeps(`peer: Pid; handleCast(m) { this.peer = m.pid; } handleInfo() { this.send(this.peer, 1); }`),
      ["missing-monitor keepsDeadPid"],
    ],
    [
      "one field that is asked whether it lives",
      keeps(
        `peer: Pid; handleCast(m) { this.peer = m.pid; } handleInfo() { if (this.peer.alive) this.send(this.peer, 1); }`,
      ),
    ],
    ["one field that nobody uses", keeps(`peer: Pid; handleCast(m) { this.peer = m.pid; }`)],
    [
      "a map",
      keeps(`peers = new Map<string, Pid>(); handleCast(m) { this.peers.set(m.n, m.pid); }`),
      ["missing-monitor keepsDeadPids"],
    ],
    [
      "a list",
      keeps(`peers: Pid[] = []; handleCast(m) { this.peers.push(m.pid); }`),
      ["missing-monitor keepsDeadPids"],
    ],
    [
      "from startChild",
      app(
        `class Worker extends GenServer {} class Pool extends DynamicSupervisor { init() { return { intensity: 3, period: 5, child: { start: [Worker], restart: "temporary" } }; } }
class K extends GenServer { workers = new Map(); async handleCast(m) { const pid = await this.startChild("pool", [m.n]); this.workers.set(m.n, pid); } }`,
        `{ id: "pool", start: [Pool], name: "pool" }, { id: "k", start: [K] }`,
      ),
      ["missing-monitor keepsDeadPids"],
    ],
    [
      "from startChild, one",
      app(
        `class Worker extends GenServer {} class Pool extends DynamicSupervisor { init() { return { intensity: 3, period: 5 }; } }
class K extends GenServer { async handleCast(m) { this.w = await this.startChild("pool", { id: "w", start: [Worker], restart: "temporary" }); } handleInfo() { this.send(this.w, 1); } }`,
        `{ id: "pool", start: [Pool], name: "pool" }, { id: "k", start: [K] }`,
      ),
      ["missing-monitor keepsDeadPid"],
    ],
    [
      "from startChildResult",
      app(
        `class Worker extends GenServer {} class Pool extends DynamicSupervisor { init() { return { intensity: 3, period: 5, child: { start: [Worker], restart: "temporary" } }; } }
class K extends GenServer { workers = []; async handleCast(m) { const r = await this.startChildResult("pool", [m.n]); if (r.ok) this.workers.push(r.pid); } }`,
        `{ id: "pool", start: [Pool], name: "pool" }, { id: "k", start: [K] }`,
      ),
      ["missing-monitor keepsDeadPids"],
    ],
    [
      "asked whether it lives before each use",
      keeps(
        `init() { this.db = this.whereis("db"); } async handleCall(r) { if (!this.db.alive) this.db = this.whereis("db"); return reply(r, await this.call(this.db, 1)); }`,
      ).replace(
        `{ id: "k", start: [K] }`,
        `{ id: "db", start: [Worker], name: "db" }, { id: "k", start: [K] }`,
      ),
    ],
    [
      "got once",
      keeps(
        `init() { this.db = this.whereis("db"); } async handleCall(r) { return reply(r, await this.call(this.db, 1)); }`,
      ).replace(
        `{ id: "k", start: [K] }`,
        `{ id: "db", start: [Worker], name: "db" }, { id: "k", start: [K] }`,
      ),
      ["strategy-mismatch keepsDeadPid"],
    ],
    [
      "used only while it lives",
      keeps(
        `init() { this.db = this.whereis("db"); } async handleCall(r) { return reply(r, this.db.alive ? await this.call(this.db, 1) : null); }`,
      ).replace(
        `{ id: "k", start: [K] }`,
        `{ id: "db", start: [Worker], name: "db" }, { id: "k", start: [K] }`,
      ),
    ],
  ]);
  void db;
});

describe("counts and times", () => {
  const seven = (p: string): string =>
    `[${Array.from({ length: 7 }, (_, i) => `{ id: "${p}${i}", start: [A] }`).join(", ")}]`;
  const A = `class A extends GenServer {}`;
  const inner = (children: string): string =>
    `class Inner extends Supervisor { init() { return { children: [${children}] }; } }`;
  cases([
    [
      "seven or another seven",
      `${app(`${A} const a = ${seven("a")}; const b = ${seven("b")};`, "").replace("children: []", "children: process.env.X ? a : b")}`,
    ],
    [
      "seven and seven",
      app(`${A} const a = ${seven("a")}; const b = ${seven("b")};`, "...a, ...b"),
      ["overloaded-supervisor tooManyChildren"],
    ],
    [
      "seven or seven, spread",
      app(`${A} const a = ${seven("a")}; const b = ${seven("b")};`, "...(process.env.X ? a : b)"),
    ],
    [
      "startChild with a fixed id",
      app(
        `${A} class R extends GenServer { async handleCast() { await this.startChild("app", { id: "extra", start: [A] }); } }
export class Top extends Supervisor { init() { return { children: [{ id: "app", start: [App], name: "app" }] }; } }`,
        `{ id: "r", start: [R] }`,
      ),
    ],
    [
      "startChild with an id each",
      app(
        `${A} class R extends GenServer { async handleCast(m) { await this.startChild("app", { id: m.id, start: [A] }); } }
export class Top extends Supervisor { init() { return { children: [{ id: "app", start: [App], name: "app" }] }; } }`,
        `{ id: "r", start: [R] }`,
      ),
      ["overloaded-supervisor staticAndDynamic"],
    ],
    [
      "default workers end at once",
      app(
        `${A} ${inner(`{ id: "a", start: [A] }, { id: "b", start: [A] }`)}`,
        `{ id: "inner", start: [Inner], shutdown: 1000 }`,
      ),
    ],
    [
      "workers that trap exits take their time",
      app(
        `class A extends GenServer { init() { this.trapExit(true); } handleInfo(m) { if (m.type === "EXIT") this.exit(m.reason); } } ${inner(`{ id: "a", start: [A] }, { id: "b", start: [A] }`)}`,
        `{ id: "inner", start: [Inner], shutdown: 1000 }`,
      ),
      ["shutdown supervisorCutOff"],
    ],
    [
      "workers with a time of their own, which they cannot use",
      app(
        `${A} ${inner(`{ id: "a", start: [A], shutdown: 2000 }`)}`,
        `{ id: "inner", start: [Inner], shutdown: 1000 }`,
      ),
    ],
    [
      "a worker with a time of its own, of which it is not known whether it can use it",
      app(
        `class A extends GenServer { init() { if (process.env.SAVE) this.trapExit(true); } } ${inner(`{ id: "a", start: [A], shutdown: 2000 }`)}`,
        `{ id: "inner", start: [Inner], shutdown: 1000 }`,
      ),
      ["shutdown supervisorCutOff"],
    ],
  ]);
});

describe("words", () => {
  const message = (program: string, id: string): string =>
    lintFiles(new Map([["app.ts", program]])).find(({ messageId }) => messageId === id)!.message;
  test("one that exits, two that exit", () => {
    const linked = (n: number): string =>
      app(
        `class A extends GenServer {} class B extends GenServer { init() { this.link("a"); } }`,
        [
          `{ id: "a", start: [A], name: "a" }`,
          ...Array.from({ length: n }, (_, i) => `{ id: "b${i}", start: [B] }`),
        ].join(", "),
      );
    expect(message(linked(1), "oneCrashIsTooMuch")).toContain(
      "`b0` is linked to `a`. When `a` crashes, it exits with it",
    );
    expect(message(linked(2), "oneCrashIsTooMuch")).toContain(
      "are linked to `a`. When `a` crashes, they exit with it",
    );
  });
  const linking = (more: string): string =>
    app(
      `class A extends GenServer {} class B extends GenServer { ${more} }`,
      `{ id: "a", start: [A], name: "a" }, { id: "b", start: [B] }`,
    );
  const traps = "init() { this.trapExit(true); }";
  test("a link that a message makes, or may make", () => {
    const budget = (more: string): string => message(linking(more), "oneCrashIsTooMuch");
    expect(budget(`handleCast(m) { if (m.type === "pair") this.link("a"); }`)).toContain(
      "`b` is linked to `a`, as soon as messages have made it so. When `a` crashes after that, it exits with it",
    );
    expect(budget(`init() { return continueWith("pair"); } handleContinue() { this.link("a"); }`)).toContain(
      "`b` is linked to `a`. When `a` crashes, it exits with it",
    );
    const drops = (more: string): string => message(linking(more), "dropsExits");
    expect(drops(`${traps} handleCast(m) { if (m.type === "pair") this.link("a"); }`)).toContain(
      "traps exits and is linked to others as soon as a message has made it so, but handles no EXIT",
    );
    expect(drops(`init() { this.trapExit(true); this.link("a"); }`)).toContain(
      "and is linked to others, but",
    );
    expect(drops(`init() { this.trapExit(true); if (process.env.PAIR) this.link("a"); }`)).toContain(
      "and may come to be linked to others, but",
    );
    expect(drops(`${traps} handleCast(m) { this.link(m.to); }`)).toContain("may come to be linked to others");
  });
  test("a rate", () => {
    const rate = (intensity: number, period: number): string =>
      message(
        app(
          "class A extends GenServer {}",
          `{ id: "a", start: [A] }`,
          `intensity: ${intensity}, period: ${period},`,
        ),
        "hidesPersistentError",
      );
    expect(rate(1_000_000, 1)).toContain(
      "which is 1000000 a second for ever. A child that fails after each of its starts",
    );
    expect(rate(100, 1)).toContain(
      "which is 100 a second for ever. A child that fails 10 ms or more after each",
    );
  });
  test("what is not awaited is not caught", () => {
    const program = app(
      `class Db extends GenServer {} class A extends GenServer { init() { void this.call("db", 1); } }`,
      `{ id: "a", start: [A] }, { id: "db", start: [Db], name: "db" }`,
    );
    expect(message(program, "guardedInInit")).toContain(
      "`a` does not wait for it, so it always begins without `db`",
    );
    expect(findingsOf(program)).toEqual(["child-order guardedInInit"]);
  });
});
