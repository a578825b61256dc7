/** Programs as different people write them: what each says for certain is known, and nothing else. */
import { describe, expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import { analyze, check } from "./check.ts";

const HEAD = `import { GenServer, Supervisor } from "suptree";
class A extends GenServer {} class B extends GenServer {} class C extends GenServer {}
`;
const init = (body: string): string => `${HEAD}export class S extends Supervisor { init() { ${body} } }`;

describe("a list that only one branch changes", () => {
  test.each([
    [
      "at its beginning and at its end",
      `const children = [{ id: "a", start: [A] }];
      if (process.env.X) children.push({ id: "b", start: [B] });
      else if (process.env.Y) children.unshift({ id: "c", start: [C] });
      return { children };`,
      `
      S
        c: C maybe
        a: A
        b: B maybe
      `,
    ],
    [
      "by taking from it",
      `const children = [{ id: "a", start: [A] }, { id: "b", start: [B] }];
      if (process.env.X) children.pop();
      return { children };`,
      `
      S
        a: A
        b: B maybe
      `,
    ],
    [
      "by replacing an element",
      `const children = [{ id: "a", start: [A] }, { id: "b", start: [B] }];
      if (process.env.X) children[0] = { id: "a", start: [C], restart: "temporary" };
      return { children };`,
      `
      S
        a: C maybe temporary
        a: A maybe
        b: B
      `,
    ],
    [
      "by turning it round: the order is not known",
      `const children = [{ id: "a", start: [A] }, { id: "b", start: [B] }];
      if (process.env.X) children.reverse();
      return { children };`,
      `
      S
        ! children: depends on a condition: process.env.X
      `,
    ],
  ])("%s", (_, body, expected) => {
    check(init(body), expected);
  });
});

test("what Object.assign takes from something unknown may replace what was there", () => {
  check(
    init(`const limits = Object.assign({ intensity: 3 }, JSON.parse(process.env.LIMITS ?? "{}"), { period: 9 });
      return { ...limits, children: [Object.assign({}, { id: "a", start: [A] }, process.env.X ? { restart: "temporary" } : {})] };`),
    `
    S null null in 9s null
      a: A null !restart: "restart" may be absent;
      ! intensity: ...JSON.parse(...) is not known: computed at run time: JSON.parse(...)
      ! autoShutdown: ...JSON.parse(...) is not known: computed at run time: JSON.parse(...)
      ! strategy: ...JSON.parse(...) is not known: computed at run time: JSON.parse(...)
    `,
  );
});

test("CommonJS: classes that are exports, several in one, Object.assign, spreads of other modules", () => {
  check(
    `// FILE limits.js
    const limits = { period: 30 };
    Object.assign(exports, { limits, STRATEGY: "rest_for_one" });
    // FILE specs.js
    const { GenServer } = require("suptree");
    exports.W = exports.Worker = class Worker extends GenServer {};
    exports.spec = (id) => ({ id, start: [exports.Worker] });
    // FILE parts.js
    exports = module.exports = { ...require("./limits"), ...require("./specs"), ids: { first: "one" } };
    exports.more = (n) => n + 1;
    // FILE root.js
    const { Supervisor } = require("suptree");
    const parts = require("./parts");
    const { W, STRATEGY } = parts;
    module.exports.Root = class Root extends Supervisor {
      init() { return { strategy: STRATEGY, period: parts.limits.period, intensity: parts.more(4), children: [{ id: parts.ids.first, start: [W] }] }; }
    };
    module.exports.more = { Other: class extends Supervisor { init() { return { children: [{ id: "root", start: [module.exports.Root] }] }; } } };`,
    `
    Root rest_for_one 5 in 30s
      one: Worker
    `,
  );
});

test("CommonJS: modules under names and objects that are spread into the exports, an object that is all of them", () => {
  check(
    `// FILE limits.js
    const limits = { period: 30, intensity: 4 };
    module.exports = limits;
    // FILE parts.js
    const { GenServer } = require("suptree");
    const makeSpecs = (prefix) => ({ spec: (id) => ({ id: prefix + id, start: [Worker] }) });
    class Worker extends GenServer {}
    module.exports = { ...makeSpecs("the-"), Worker, ...(process.env.X ? {} : { late: "one_for_all" }) };
    // FILE all.js
    const parts = require("./parts");
    import * as limits from "./limits";
    module.exports = { ...parts, ...limits, strategy: "rest_for_one" };
    // FILE root.js
    const { Supervisor } = require("suptree");
    const { period, spec, Worker, absent } = require("./all");
    import { intensity } from "./limits";
    const all = require("./all");
    exports.Root = class Root extends Supervisor {
      init() { return { strategy: all.strategy, intensity, period, children: [spec("first"), { id: "own", start: [Worker], shutdown: absent }] }; }
    };
    exports.Late = class Late extends Supervisor { init() { return { strategy: all.late, children: [] }; } };`,
    `
    Root rest_for_one 4 in 30s
      the-first: Worker
      own: Worker shutdown null !shutdown: all.js exports no "absent";
    Late null
      ! strategy: "late" may be absent
    `,
  );
});

describe("processes that a process starts", () => {
  test("a linked one may be kept without a monitor", () => {
    const model = analyze(`import { GenServer, Supervisor } from "suptree";
      class Helper extends GenServer {}
      class W extends GenServer { helper; async init() { this.helper = await this.startLink(Helper); } }
      class V extends GenServer { helper; async init() { this.helper = await this.start(Helper); } handleCall() { return this.call(this.helper, "go"); } }
      class S extends Supervisor { init() { return { children: [{ id: "w", start: [W] }, { id: "v", start: [V] }] }; } }`);
    const monitors = lint(model).filter((finding) => finding.rule === "missing-monitor");
    expect(monitors.map((finding) => finding.message.split(" ")[0])).toEqual(["`V`"]);
    // Of two that run the same code it is the one that was started there.
    expect(model.edges.map((edge) => [edge.from, edge.to])).toEqual([["main.ts#S/v", "main.ts#Helper~2"]]);
  });

  test("under a supervisor that is an argument of the start", () => {
    check(
      `import { GenServer, Supervisor, DynamicSupervisor } from "suptree";
      class Conn extends GenServer { init(url) {} }
      class ConnSup extends DynamicSupervisor { init() { return { child: { start: [Conn] } }; } }
      class Rooms extends DynamicSupervisor { init() { return {}; } }
      class Reg extends GenServer {
        #sup; rooms;
        init({ via, rooms }) { this.#sup = via; this.rooms = rooms; }
        async handleCall(r) { this.monitor(await this.startChild(this.#sup, [r.url])); }
        async handleCast(m) { await this.startChild(this.rooms, { id: "lobby", start: [Conn, m] }); }
      }
      class S extends Supervisor { init() { return { children: [
        { id: "conns", name: "conns", start: [ConnSup] }, { id: "rooms", name: "rooms", start: [Rooms] },
        { id: "reg", start: [Reg, { via: "conns", rooms: "rooms" }] } ] }; } }`,
      `
      ConnSup simple_one_for_one
        Conn: Conn many dynamic
      Rooms one_for_one
        lobby: Conn many dynamic
      S
        conns: ConnSup ▸ as conns
        rooms: Rooms ▸ as rooms
        reg: Reg
      S/reg start S/conns in later (argument 1 of its start.via)
      S/reg monitor ConnSup/Conn in later (the process started here)
      S/reg start S/rooms in later (argument 1 of its start.rooms)
      `,
    );
  });
});

/** The edges of one process, in a few words. */
function edgesOf(text: string, from: string): string[] {
  const short = (key: string): string => key.slice(key.indexOf("#") + 1);
  const found = analyze(text).edges.filter((edge) => edge.from.endsWith(`/${from}`));
  return found.map((edge) => `${edge.kind} ${short(edge.to)} ${edge.phase} ${edge.via}`);
}

const tree = (
  a: string,
  start = "",
  outside = "",
): string => `import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
${outside}
class A extends GenServer { ${a} }
class S extends Supervisor { init() { return { children: [
  { id: "w", name: "w", start: [W] }, { id: "v", name: "v", start: [W] }, { id: "a", start: [A, ${start}] } ] }; } }`;

describe("references that are kept", () => {
  test.each([
    [
      "in lists, maps and objects that init fills",
      tree(`pids = []; byName = new Map(); peers = {};
        async init() { this.pids.push(await this.startLink(W)); this.byName.set("v", this.whereis("v")); this.peers.w = "w"; }
        handleCast(m) { for (const pid of this.pids) this.cast(pid, m); this.cast(this.byName.get(m), m); this.cast(this.peers.w, m); }`),
      [
        'lookup S/v init name "v"',
        "cast W later field pids[]",
        "cast S/v later field byName[]",
        "cast S/w later field peers.w",
      ],
    ],
    [
      "in a map that other callbacks fill",
      tree(`byName = new Map(); table = {};
        handleCall(m) { this.byName.set(m.id, m.urgent ? "w" : "v"); this.table[m.id] = "w"; }
        handleCast(m) { this.byName.forEach((pid) => this.cast(pid, m)); for (const [, pid] of this.byName) this.send(pid, m); this.call(this.table[m.id], m); }`),
      [
        "cast S/w later field byName[]",
        "cast S/v later field byName[]",
        "send S/w later field byName[].1",
        "send S/v later field byName[].1",
        "call S/w later field table[]",
      ],
    ],
    [
      "in a list that the start is given",
      tree(
        `peers; init({ peers, main }) { for (const p of peers) this.monitor(p); this.peers = peers; this.main = main; }
        handleCall(m) { return Promise.all(this.peers.map((p) => this.call(p, m))); }
        handleInfo(m) { if (m.type === "DOWN") this.send(this.main, m); }`,
        `{ peers: ["w", "v"], main: "v" }`,
      ),
      [
        "monitor S/w init argument 1 of its start.peers[]",
        "monitor S/v init argument 1 of its start.peers[]",
        "call S/w later argument 1 of its start.peers[]",
        "call S/v later argument 1 of its start.peers[]",
        "send S/v later argument 1 of its start.main",
      ],
    ],
    [
      "at a place in a list that several are put into: which one is not known",
      tree(
        `pids = []; handleCall(m) { this.pids.push(m ? "w" : 0); this.pids.push("v"); } handleCast(m) { this.cast(this.pids[0], m); }`,
      ),
      [],
    ],
    [
      "by an object that uses them, which init makes",
      tree(
        `client; fire; init() { this.client = new Client(this); this.fire = (m) => this.send("v", m); }
        handleCast(m) { this.client.query(m); this.fire(m); }`,
        "",
        `class Client { constructor(owner, target = "w") { this.owner = owner; this.target = target; } query(m) { return this.owner.call(this.target, m); } }`,
      ),
      ['call S/w later name "w"', 'send S/v later name "v"'],
    ],
  ])("%s", (_, text, expected) => {
    expect(edgesOf(text, "a")).toEqual(expected);
  });
});

describe("what functions share", () => {
  test("a closure that one callback changes is not what it was in the beginning", () => {
    expect(
      edgesOf(
        tree(
          `state = makeState();
          handleCast(m) { if (this.state.on) this.cast("w", 1); this.state.run(() => this.cast("v", 2)); if (this.state.many()) this.send("w", 3); }
          handleInfo() { this.state.enable(); this.state.inc(); }`,
          "",
          `function makeState() { const s = { on: false }; let n = 0; return { get on() { return s.on; }, enable() { s.on = true; }, inc() { n++; }, many: () => n > 3, run(f) { if (s.on) f(); } }; }`,
        ),
        "a",
      ),
    ).toEqual(['cast S/w later name "w"', 'cast S/v later name "v"', 'send S/w later name "w"']);
  });

  test("noex: variables of the function that makes a behaviour", () => {
    const model = analyze(`import { Supervisor, GenServer } from "@hamicek/noex";
      const b = { init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };
      function createA() {
        let conn = null; const st = { on: false }; const queue = []; let tries = 0;
        return {
          init: () => ({}),
          handleCall(m, s) {
            if (conn) GenServer.cast("b", 1);
            if (st.on) GenServer.cast("b", 2);
            while (queue.length) { queue.shift(); GenServer.cast("b", 3); }
            if (tries > 2) GenServer.cast("b", 4);
            return [1, s];
          },
          handleCast(m, s) { conn = m; st.on = true; tries++; queue.push(m); return s; },
        };
      }
      Supervisor.start({ children: [
        { id: "b", start: () => GenServer.start(b, { name: "b" }) }, { id: "a", start: () => GenServer.start(createA()) } ] });`);
    expect([...model.edges, ...model.supervisors[0]!.children[1]!.process!.unresolved].length).toBe(4);
  });

  test("a list that other functions of a maker fill", () => {
    const model = analyze(`import { Supervisor, GenServer } from "@hamicek/noex";
      export function createApp() {
        const specs = []; let max = 3;
        return {
          add(id, b) { specs.push({ id, start: () => GenServer.start(b) }); return this; },
          limit(n) { max = n; },
          start: () => Supervisor.start({ children: specs, restartIntensity: { maxRestarts: max, withinMs: 1000 } }),
        };
      }`);
    expect(model.supervisors).toMatchObject([{ intensity: null, period: 1, children: [] }]);
    expect(model.supervisors[0]!.unknown.map((u) => u.field).sort()).toEqual(["children", "intensity"]);
  });
});

test("messages told apart by a table, a constant, or methods whose names are put together", () => {
  const text = (a: string, outside = ""): string =>
    tree(`init() { this.trapExit(true); this.monitor("w"); } ${a}`, "", outside);
  const facts = (source: string) => analyze(source).supervisors[0]!.children[2]!.process!;
  const tables = [
    text(
      `handleInfo(m) { HANDLERS[m.type]?.(this, m); }`,
      `const HANDLERS = { DOWN(self, m) { self.cast("v", m); }, EXIT() {} };`,
    ),
    text(`handleInfo(m) { const f = { DOWN: () => this.cast("v", m), EXIT: () => {} }[m.type]; f?.(); }`),
    text(
      `handlers = new Map([["DOWN", (m) => this.cast("v", m)], ["EXIT", () => {}]]); handleInfo(m) { this.handlers.get(m.type)?.(m); }`,
    ),
    text(
      `handleInfo(m) { if (m.type === T.DOWN) this.cast("v", m); else switch (m.type) { case T.EXIT: break; } }`,
      `const enum T { DOWN = "DOWN", EXIT = "EXIT" }`,
    ),
  ];
  for (const source of tables) {
    expect(facts(source)).toMatchObject({ handlesDown: true, handlesExit: true });
    expect(edgesOf(source, "a")).toEqual(['monitor S/w init name "w"', 'cast S/v later name "v"']);
  }
  const named = text(
    `handleCast(m) { this["on" + m.type](m); } onHello() { this.call("v", 1); } other() { this.call("w", 1); }`,
  );
  expect(edgesOf(named, "a")).toEqual(['monitor S/w init name "w"', 'call S/v later name "v"']);
});

test("a method is followed once, whatever fields the others have set meanwhile", () => {
  const source = tree(
    `on = false; target = "w";
    flush() { if (this.on) this.cast("w", 1); } enable() { this.on = true; } name() { return "v"; }
    handleCall(m) { this.on = false; this.flush(); this.call(this.name(), m); }
    handleCast(m) { this.enable(); this.flush(); this.on = false; this.enable(); if (this.on) this.cast(this.name(), 2); }`,
  );
  expect(edgesOf(source, "a")).toEqual([
    'call S/v later name "v"',
    'cast S/w later name "w"',
    'cast S/v later name "v"',
  ]);
});

test("what is too much to follow is said to be so: an edge may be missing", () => {
  const calls = Array.from(
    { length: 9 },
    (_, i) => `f${i}() { return [${`this.f${i + 1}([]), `.repeat(6)}]; }`,
  );
  const source = tree(
    `${calls.join("\n")} f9() { return []; } handleCast() { this.f0(); } handleInfo() { this.cast("w", 1); }`,
  );
  const facts = analyze(source).supervisors[0]!.children[2]!.process!;
  expect(facts.unresolved.map((u) => u.reason)).toContain("its code is too much to follow to its end");
});

test("one of two classes that are both workers is a worker, whichever it is", () => {
  check(
    init(`const K = process.env.X ? A : B; const M = process.env.X ? A : S;
      return { children: [{ id: "k", start: [K] }, { id: "m", start: [M] }] };`),
    `
    S
      k: ? !start: depends on a condition: process.env.X;
      m: ? shutdown null null !start: depends on a condition: process.env.X; !type: what it starts is not known; !shutdown: the default depends on what it starts;
    `,
  );
});

test("a reference that the start leaves out is nobody", () => {
  const model = analyze(
    tree(
      `peer; init({ peer, own }) { this.peer = peer; this.own = own; } handleCast(m) { if (this.peer) this.cast(this.peer, m); this.call(this.own, m); }`,
      `{ own: "w" }`,
    ),
  );
  expect(model.supervisors[0]!.children[2]!.process!.unresolved).toEqual([]);
  expect(model.edges.map((edge) => [edge.kind, edge.to])).toEqual([["call", "main.ts#S/w"]]);
});

test("noex: of several processes of one behaviour, the one that was put into the variable", () => {
  const model = analyze(`import { Supervisor, GenServer } from "@hamicek/noex";
    const counter = { init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };
    let ref;
    const cache = { init: () => GenServer.call(ref, "get"), handleCall: (m, s) => [s, s], handleCast: (m, s) => s };
    export const main = () => Supervisor.start({ children: [
      { id: "first", start: async () => (ref = await GenServer.start(counter)) },
      { id: "second", start: () => GenServer.start(counter) },
      { id: "cache", start: () => GenServer.start(cache) } ] });`);
  expect(model.edges.map((edge) => [edge.from, edge.kind, edge.to, edge.phase])).toEqual([
    ["main.ts#main/cache", "call", "main.ts#main/first", "init"],
  ]);
});
