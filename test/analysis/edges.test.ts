import { describe, expect, test } from "vitest";
import { analyze, check } from "./check.ts";

const IMPORT = `import { Supervisor, DynamicSupervisor, GenServer, processName, System, stop, reply, continueWith, type Pid, type Info } from "suptree";`;

/** Two children, `a` (named "a") and `b`, whose classes have these bodies. */
const two = (a: string, b: string, more = ""): string => `${IMPORT}
${more}
const NAME_A = processName<A>("a");
class A extends GenServer { ${a} }
class B extends GenServer { ${b} }
class Sup extends Supervisor { init() { return { children: [{ id: "a", start: [A], name: NAME_A }, { id: "b", start: [B, { via: "a" }], name: "bee" }] }; } }`;

const TREE = `
Sup
  a: A as a
  b: B as bee`;

const edges = (text: string, expected: string): void => void check(text, `${TREE}\n${expected}`);

describe("targets", () => {
  test("a name constant, a string, a looked-up pid; in init, handleContinue and later", () => {
    edges(
      two(
        "",
        `async init() { await this.call(NAME_A, 1); return continueWith(1); }
         async handleContinue() { this.cast("a", 1); }
         handleCall() { const pid = this.whereis(NAME_A); this.send(pid, 1); this.monitor(pid); }
         handleInfo() { this.link("a"); this.sendAfter(10, NAME_A, "tick"); }`,
      ),
      `Sup/b call Sup/a in init (name "a")
Sup/b cast Sup/a in continue (name "a")
Sup/b lookup Sup/a in later (name "a")
Sup/b send Sup/a in later (name "a")
Sup/b monitor Sup/a in later (name "a")
Sup/b link Sup/a in later (name "a")
Sup/b send Sup/a in later (name "a")`,
    );
  });

  test("what init calls counts as init: methods, helpers with `this`, other files", () => {
    check(
      `
      // FILE main.ts
      ${IMPORT}
      import { hello } from "./helper.ts";
      import * as util from "./helper.ts";
      class A extends GenServer {}
      class Base extends GenServer { protected connect() { return this.call("a", 0); } }
      class B extends Base {
        async init() { await this.setUp(); hello(this); util.static_.wave(this); [1].forEach(() => this.cast("a", 2)); setTimeout(() => this.cast("a", 3), 10); }
        private async setUp() { await this.connect(); }
        unused() { this.call("a", 9); }
      }
      class Sup extends Supervisor { init() { return { children: [{ id: "b", start: [B] }, { id: "a", start: [A], name: "a" }] }; } }
      // FILE helper.ts
      export const hello = (server: { call(name: string, m: unknown): void }) => { server.call("a", 1); };
      export class static_ { static wave(server: any) { server.monitor("a"); } }
      `,
      `
      Sup
        b: B
        a: A as a
      Sup/b call Sup/a in init (name "a")
      Sup/b call Sup/a in init unawaited (name "a")
      Sup/b monitor Sup/a in init (name "a")
      Sup/b cast Sup/a in init (name "a")
      Sup/b cast Sup/a in later (name "a")
      `,
    );
  });

  test("a string in the start's arguments counts where it is a target, and only there", () => {
    edges(
      two("", `init(options: { via: string }) { this.call(options.via, 1); }`),
      `Sup/b call Sup/a in init unawaited (argument 1 of its start.via)`,
    );
    edges(two("", `init(options: { via: string }) { console.log(options.via); }`), "");
  });

  test("references kept in fields and in module variables", () => {
    edges(
      two(
        "",
        `private target: string | null = null; private readonly other = "a";
         init({ via }: { via: string }) { this.target = via; }
         handleCall() { this.call(this.target, 1); this.cast(this.other, 1); this.cast(OTHER.name, 2); }`,
        `const OTHER = { name: "a" } as const;`,
      ),
      `Sup/b call Sup/a in later unawaited (argument 1 of its start.via)
Sup/b cast Sup/a in later (name "a")
Sup/b cast Sup/a in later (name "a")`,
    );
  });

  test("a name that the process registers itself", () => {
    edges(
      two(`init() { this.register("myself"); }`, `handleCast() { this.cast("myself", 1); }`),
      `Sup/b cast Sup/a in later (name "myself")`,
    );
  });

  test("guarded: try/catch and .catch, but not a handler that throws again", () => {
    edges(
      two(
        "",
        `async init() {
          try { await this.call("a", 1); } catch { this.x = 1; }
          await this.call("a", 2).catch(() => {});
          try { await this.call("a", 3); } catch (e) { throw e; }
        }`,
      ),
      `Sup/b call Sup/a in init guarded (name "a")
Sup/b call Sup/a in init guarded (name "a")
Sup/b call Sup/a in init (name "a")`,
    );
  });

  test("what cannot be resolved is noted with a reason", () => {
    const model = analyze(
      two(
        "",
        `handleCall(r: { to: Pid }) { this.call(r.to, 1); this.cast("nobody", 1); this.cast(\`a-\${r}\`, 1); this.send(this.self, 1); }`,
      ),
    );
    expect(model.edges).toEqual([]);
    expect(
      model.supervisors[0]!.children[1]!.process!.unresolved.map((u) => `${u.kind} ${u.reason}`),
    ).toEqual([
      "call a message that is not known",
      'cast no process registers "nobody"',
      "cast the name is computed: a-*",
    ]);
  });

  test("one name in two trees: the nearer one; in neither: not known", () => {
    const tree = (n: number): string => `
      class Sup${n} extends Supervisor { init() { return { children: [{ id: "a", start: [A], name: "a" }, { id: "u", start: [U${n}] }] }; } }
      class U${n} extends GenServer { handleCast() { this.cast("a", 1); } }`;
    const model = analyze(`${IMPORT} class A extends GenServer {} ${tree(1)} ${tree(2)}
      class Third extends Supervisor { init() { return { children: [{ id: "t", start: [T] }] }; } }
      class T extends GenServer { handleCast() { this.cast("a", 1); } }`);
    expect(model.edges.map((e) => `${e.from} ${e.to}`)).toEqual([
      "main.ts#Sup1/u main.ts#Sup1/a",
      "main.ts#Sup2/u main.ts#Sup2/a",
    ]);
    expect(model.supervisors.at(-1)!.children[0]!.process!.unresolved[0]!.reason).toBe(
      '2 processes are known by "a"',
    );
  });
});

describe("processes that are started at run time", () => {
  test("under a dynamic supervisor with a template: the template is the child, and its pid leads there", () => {
    check(
      `${IMPORT}
      class Conn extends GenServer {}
      class ConnSup extends DynamicSupervisor { init() { return { child: { start: [Conn] } }; } }
      class Registry extends GenServer {
        async handleCall() { const { ok: pid } = await this.startChild("conns", ["x"]); this.monitor(pid); }
      }
      class Sup extends Supervisor { init() { return { children: [{ id: "conns", start: [ConnSup], name: "conns" }, { id: "reg", start: [Registry] }] }; } }`,
      `
      ConnSup simple_one_for_one
        Conn: Conn many dynamic
      Sup
        conns: ConnSup ▸ as conns
        reg: Registry
      Sup/reg start Sup/conns in later (name "conns")
      Sup/reg monitor ConnSup/Conn in later (the process started here)
      `,
    );
  });

  test("with a spec of their own, under the supervisor that is asked", () => {
    check(
      `${IMPORT}
      class Job extends GenServer {}
      class Jobs extends DynamicSupervisor { init() { return {}; } }
      class Boss extends GenServer {
        handleCast(name: string) { this.startChild(Jobs, { id: \`job-\${name}\`, start: [Job], restart: "temporary" }); }
      }
      class Sup extends Supervisor { init() { return { children: [{ id: "jobs", start: [Jobs] }, { id: "boss", start: [Boss] }] }; } }`,
      `
      Jobs one_for_one
        job-*: Job many dynamic temporary
      Sup
        jobs: Jobs ▸
        boss: Boss
      Sup/boss start Sup/jobs in later unawaited (class Jobs)
      `,
    );
  });

  test("outside any tree: orphans, linked or not", () => {
    const model = check(
      `${IMPORT}
      class A extends GenServer { async init() { await this.startLink(Helper); await this.start(Logger); } }
      class Helper extends GenServer {}
      class Logger extends GenServer { init() { this.register("log"); } }
      class Sup extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }
      async function main() { const system = new System(); await system.start(Sup); await system.start(Client); }
      class Client extends GenServer { handleInfo() { this.cast("log", 1); } }
      main();`,
      `
      Sup
        a: A
      orphan Client
      orphan Helper linked
      orphan Logger
      Client cast Logger in later (name "log")
      `,
    );
    expect(model.orphans[1]!.reason).toContain("started by A");
  });
});

describe("what a process does", () => {
  const facts = (body: string) =>
    analyze(`${IMPORT} import { readFile } from "node:fs/promises"; import { join } from "node:path";
      class A extends GenServer { ${body} }
      class Sup extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }`)
      .supervisors[0]!.children[0]!.process!;

  test("traps exits, monitors, handles DOWN and EXIT, terminates, registers", () => {
    expect(
      facts(`init() { this.trapExit(true); this.register("me"); this.monitor("x"); } terminate() { console.log("bye"); }
        handleInfo(m: Info) { switch (m.type) { case "DOWN": return; case "EXIT": return stop("shutdown"); } }`),
    ).toMatchObject({
      trapsExit: true,
      monitors: true,
      handlesDown: true,
      handlesExit: true,
      hasTerminate: true,
      registers: ["me"],
      stopsItself: [{ reason: "shutdown" }],
    });
    expect(
      facts(`handleInfo(m: Info) { this.down(m); } private down(m: Info) { if (m.type !== "DOWN") return; }`)
        .handlesDown,
    ).toBe(true);
    expect(facts(`init() { this.trapExit(false); } handleCall() { return "DOWN"; }`)).toMatchObject({
      trapsExit: false,
      handlesDown: false,
    });
  });

  test("waits in init for what is outside", () => {
    const waits = (body: string): string[] => facts(body).initAwaits.map((wait) => wait.what);
    expect(waits(`async init() { await fetch("http://x"); }`)).toEqual(["fetch(...)"]);
    expect(waits(`async init() { await new Promise((done) => setTimeout(done, 10)); }`)).toEqual([
      "new Promise(...)",
    ]);
    expect(
      waits(
        `async init() { const text = await readFile("x"); await this.load(); } async load() { return (await fetch("y")).json(); }`,
      ),
    ).toEqual(["readFile(...)", "fetch(...)"]);
    expect(
      waits(
        `async init() { await this.call("x", 1); join("a"); await this.quick(); } async quick() {} async handleContinue() { await fetch("x"); }`,
      ),
    ).toEqual([]);
    expect(
      waits(`async init() { await Promise.all([fetch("a"), fetch("b")]); await this.sleep(10); }`),
    ).toEqual(["Promise.all(...)", "this.sleep(...)"]);
  });

  test("keeps pids: by the field's type, or by what is put there", () => {
    expect(
      facts(`private readonly conns = new Map<string, Pid>(); private n: Pid | null = null; private unused: Pid | null = null; private text = "";
      handleCall(r: any) { this.conns.set("x", r); this.n = r; this.text = r; } handleCast() { this.send(this.n!, 1); }`).keepsPids.map(
        (kept) => kept.field,
      ),
    ).toEqual(["conns", "n"]);
    expect(
      facts(
        `private peer: unknown; async init() { this.peer = await this.startLink(A); } handleCast() { this.send(this.peer, 1); }`,
      ).keepsPids.map((kept) => kept.field),
    ).toEqual(["peer"]);
  });
});

describe("what a field holds when init is over, and later", () => {
  const uses = (text: string) => analyze(text).edges.map(({ kind, possible }) => ({ kind, possible }));
  const fills = (field: string, cast: string, info: string): string =>
    two(
      "",
      `${field}; async init() { this.trapExit(true); } handleCast(m) { ${cast} } async handleInfo() { ${info} }`,
      "const add = (to, x) => { to.push(x); };",
    );
  const USE = `await this.call("a", 1);`;

  test.each([
    ["an empty list that is filled", "list = []", "this.list.push(m);", `for (const x of this.list) ${USE}`],
    ["by a helper", "list = []", "add(this.list, m);", `for (const x of this.list) ${USE}`],
    ["asked how long it is", "list = []", "this.list.push(m);", `if (this.list.length === 0) return; ${USE}`],
    ["a method of it", "list = []", "this.list.push(m);", `this.list.forEach(async () => { ${USE} });`],
    ["in an object", "q = { list: [] }", "this.q.list.push(m);", `for (const x of this.q.list) ${USE}`],
    ["an element", "flags = [false]", "this.flags[0] = true;", `if (this.flags[0]) ${USE}`],
    ["a part of an object", "q = { on: false }", "this.q.on = true;", `if (this.q.on) ${USE}`],
    ["a new part of an object", "q = {}", "this.q.on = true;", `if (this.q.on) ${USE}`],
    [
      "through a variable",
      "q = { n: { n: 0 } }",
      "const { n } = this.q; n.n++;",
      `if (this.q.n.n > 0) ${USE}`,
    ],
    ["by a helper, in place", "list = [0]", "add(this.list, m);", `if (this.list.length > 1) ${USE}`],
    ["by Object.assign", "q = { on: false }", "Object.assign(this.q, m);", `if (this.q.on) ${USE}`],
    ["by Object.assign, new", "q = {}", "Object.assign(this.q, m);", `if (this.q.on) ${USE}`],
    ["turned round in place", "list = [0, 1]", "this.list.reverse();", `if (this.list[0] > 0) ${USE}`],
    ["a part of a part", "q = { n: { n: 0 } }", "this.q.n.n++;", `if (this.q.n.n > 0) ${USE}`],
  ])("%s", (_, field, cast, info) =>
    expect(uses(fills(field, cast, info))).toEqual([{ kind: "call", possible: "undecided" }]),
  );

  test("what nothing changes stays what it is", () => {
    const field = "q = { on: false, list: [] }";
    expect(uses(fills(field, "this.q.list.push(m);", `if (this.q.on) ${USE}`))).toEqual([]);
  });
});

test("an argument that is something there decides whether it is there, whatever it is", () => {
  const options = (given: string): string => `${IMPORT}
const NAME_A = processName<A>("a");
class A extends GenServer {}
class Client {}
class B extends GenServer { async init(options) { if (options.peer) await this.call(NAME_A, 1); } }
class Sup extends Supervisor { init() { return { children: [{ id: "a", start: [A], name: NAME_A }, { id: "b", start: [B, ${given}], name: "bee" }] }; } }`;
  const isCertain = (given: string) =>
    analyze(options(given)).edges.map(({ possible }) => possible ?? "certain");
  for (const peer of ["NAME_A", "new Client()", "Client", "new Map()", '"a"', "{ a: 1, ...more() }"])
    expect(isCertain(`{ peer: ${peer} }`)).toEqual(["certain"]);
  for (const none of ["{}", "{ peer: undefined }", "{ peer: null }"]) expect(isCertain(none)).toEqual([]);
  expect(isCertain("{ peer: more() }")).toEqual(["undecided"]);
});

test("an abstract class starts nothing by itself: what its code starts is started by those that extend it", () => {
  const { orphans } = analyze(`${IMPORT}
class Helper extends GenServer {}
abstract class Base extends GenServer { async handleCast() { await this.startLink(Helper); } }
class One extends Base {}
class Two extends Base {}
class Sup extends Supervisor { init() { return { children: [{ id: "one", start: [One] }, { id: "two", start: [Two] }] }; } }`);
  expect(orphans.map(({ startedBy }) => startedBy).sort()).toEqual(["One", "Two"]);
});
