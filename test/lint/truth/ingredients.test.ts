/** Ways of writing the ingredients of a smell, found by putting every smell into every style: each with what makes it harmless. */
import { describe } from "vitest";
import { app, type Case, cases } from "./program.ts";

const stops = (members: string, args = "", more = ""): string =>
  app(`${more}class Job extends GenServer { ${members} }`, `{ id: "job", start: [Job${args}] }`);
const STOPS = ["restart-policy permanentStops"];

describe("a stop counts where it is given back", () => {
  cases([
    ["at once", stops(`handleCast() { return stop("normal"); }`), STOPS],
    ["by a helper", stops(`handleCast() { return this.end(); } end() { return stop("normal"); }`), STOPS],
    ["a constant", stops(`handleCast() { return DONE; }`, "", `const DONE = stop("normal"); `), STOPS],
    [
      "through code that is not read",
      stops(
        `handleCast(m) { return choose(m, () => stop("normal")); }`,
        "",
        `import { choose } from "chooser";\n`,
      ),
      ["restart-policy permanentStops?"],
    ],
    ["made and dropped", stops(`handleCast() { stop("normal"); }`)],
    ["made and kept", stops(`last; handleCast() { this.last = stop("normal"); }`)],
    [
      "made and looked at",
      stops(`handleCast() { const end = stop("normal"); console.log(end); return undefined; }`),
    ],
  ]);
});

describe("messages that a process sends itself, told apart by any property", () => {
  const job = (key: string, once: boolean, end = `return stop("normal");`): string =>
    stops(
      `init(o) { if (o.once) this.sendAfter(1000, this.self, { ${key}: "done" }); } handleInfo(m) { switch (m.${key}) { case "tick": return; case "done": ${end} } } end() { return stop("normal"); }`,
      `, { once: ${once} }`,
    );
  const all = ["type", "kind", "op"].flatMap((key): Case[] => [
    [`${key}: it is sent`, job(key, true), STOPS],
    [`${key}: it is not`, job(key, false)],
    [`${key}: a helper stops it`, job(key, true, "return this.end();"), STOPS],
    [`${key}: a helper would`, job(key, false, "return this.end();")],
  ]);
  cases(all);
});

const MANY = ["missing-monitor keepsDeadPids"];
const ONE = ["missing-monitor keepsDeadPid"];
const DROPS = ["missing-monitor dropsDown"];
const rooms = (members: string, more = ""): string =>
  app(`${more}class Rooms extends GenServer { ${members} }`, `{ id: "rooms", start: [Rooms] }`);

describe("one of several functions is called, and none sees what another has changed", () => {
  const door = (attach: string, info = ""): string =>
    rooms(
      `peer: Pid | undefined; on = { attach: (m) => { ${attach} this.peer = m.pid; }, say: () => { if (this.peer) this.send(this.peer, 1); } }; handleCast(m) { return this.on[m.type]?.(m); } ${info}`,
    );
  cases([
    ["kept by one, used by another", door(""), ONE],
    ["linked", door("this.link(m.pid);")],
    [
      "told of its end",
      door("this.monitor(m.pid);", `handleInfo(m) { if (m.type === "DOWN") this.peer = undefined; }`),
    ],
    [
      "dropped",
      door("this.monitor(m.pid);", `handleInfo(m) { if (m.type === "tick") this.peer = undefined; }`),
      DROPS,
    ],
  ]);
});

describe("a list of handlers is searched", () => {
  const list = (join: string): string =>
    rooms(
      `members = new Set<Pid>(); rules = [["join", (m) => { ${join} this.members.add(m.pid); }], ["all", () => { for (const p of this.members) this.send(p, 1); }]]; handleCast(m) { this.rules.find(([type]) => type === m.type)?.[1](m); }`,
    );
  cases([
    ["nothing", list(""), MANY],
    ["linked", list("this.link(m.pid);")],
    ["monitored, and nobody handles it", list("this.monitor(m.pid);"), DROPS],
  ]);
});

describe("handlers are methods of computed names", () => {
  const named = (method: string): string =>
    rooms(
      `book = makeBook(); handleCast(m) { this.monitor(m.pid); this.book.add(m.room, m.pid); } handleInfo(m) { const act = this["on_" + m.type]; if (typeof act === "function") return act.call(this, m); } ${method}(m) { this.book.remove(m.pid); }`,
      `function makeBook() { const pids = new Map<string, Pid>(); return { add(k, p) { pids.set(k, p); }, remove(p) { for (const [k, v] of pids) if (v === p) pids.delete(k); } }; } `,
    );
  cases([["one for DOWN", named("on_DOWN")]]);
});

describe("pids in objects that have no declared type", () => {
  const kept = (field: string, to: string, more = ""): Case[] => {
    const cast = (watch: string) => `${field} handleCast(m) { ${watch} ${to}.set(m.room, m.pid); }`;
    return [
      [`${field}${more}: nobody watches`, rooms(cast(""), more), MANY],
      [`${field}${more}: linked`, rooms(cast("this.link(m.pid);"), more)],
      [`${field}${more}: dropped`, rooms(cast("this.monitor(m.pid);"), more), DROPS],
    ];
  };
  cases([
    ...kept("state = { pids: new Map<string, Pid>(), seen: 0 };", "this.state.pids"),
    ...kept("state = { by: { room: new Map<string, Pid>() } };", "this.state.by.room"),
    ...kept(
      "data = { pids: new Map() as Map<string, Pid> }; get pids() { return this.data.pids; }",
      "this.pids",
    ),
    ...kept("", "book.pids", "export const book = { pids: new Map<string, Pid>() }; "),
    [
      "an object that is spread",
      rooms(
        `state: State = { pids: {} }; handleCast(m) { this.state = { ...this.state, pids: { ...this.state.pids, [m.room]: m.pid } }; }`,
        "interface State { readonly pids: Readonly<Record<string, Pid>> } ",
      ),
      MANY,
    ],
    [
      "names, not pids",
      rooms(
        "state = { names: new Map<string, string>() }; handleCast(m) { this.state.names.set(m.room, m.name); }",
      ),
    ],
  ]);
});

describe("handlers that a constructor puts into a map", () => {
  const made = (join: string): string =>
    rooms(
      `on = new Map(); members = new Set<Pid>(); constructor() { super(); this.on.set("join", (m) => this.join(m)); } join(m) { ${join} this.members.add(m.pid); } handleCast(m) { return this.on.get(m.type)?.(m); }`,
    );
  cases([
    ["nobody watches", made(""), MANY],
    ["linked", made("this.link(m.pid);")],
    ["dropped", made("this.monitor(m.pid);"), DROPS],
  ]);
});

describe("what a class gives for the type parameters of the one that it extends", () => {
  const keeper = (extended: string, member: string, watch = ""): string => `// file: base.ts
import { GenServer } from "suptree";
export abstract class Keeper<T> extends GenServer { protected readonly items = new Map<string, T>(); protected keep(k: string, v: T) { this.items.set(k, v); } }
export abstract class Stateful<S> extends GenServer { protected state!: S; protected abstract initial(): S; init() { this.state = this.initial(); } protected update(f: (s: S) => S) { this.state = f(this.state); } }
// file: app.ts
import { GenServer, Supervisor, type Pid } from "suptree";
import { Keeper, Stateful } from "./base.ts";
interface Entry { pid: Pid; since: number }
interface State { members: Pid[] }
class Rooms extends ${extended} { initial() { return { members: [] }; } handleCast(m) { ${watch} ${member} } }
export class App extends Supervisor { init() { return { children: [{ id: "rooms", start: [Rooms] }] }; } }
`;
  cases([
    ["a pid", keeper("Keeper<Pid>", "this.keep(m.room, m.pid);"), MANY],
    ["an object with one", keeper("Keeper<Entry>", "this.keep(m.room, { pid: m.pid, since: 1 });"), MANY],
    [
      "a state",
      keeper("Stateful<State>", "this.update((s) => ({ ...s, members: [...s.members, m.pid] }));"),
      MANY,
    ],
    ["linked", keeper("Keeper<Pid>", "this.keep(m.room, m.pid);", "this.link(m.pid);")],
    ["a name", keeper("Keeper<string>", "this.keep(m.room, m.name);")],
  ]);
});

describe("a promise that a field keeps", () => {
  const asker = (members: string): string =>
    app(
      `class Store extends GenServer {} class Api extends GenServer { #known; ${members} }`,
      `{ id: "api", start: [Api] }, { id: "store", start: [Store], name: "store" }`,
    );
  const FAILS = ["child-order bootFails"];
  cases([
    [
      "is waited for",
      asker(`async init() { this.#known = this.call("store", 1); await this.#known; }`),
      FAILS,
    ],
    [
      "is made once, and given back",
      asker(
        `get() { if (!this.#known) this.#known = this.call("store", 1); return this.#known; } async init() { await this.get(); }`,
      ),
      FAILS,
    ],
    [
      "is caught",
      asker(`async init() { this.#known = this.call("store", 1); try { await this.#known; } catch {} }`),
      ["child-order guardedInInit"],
    ],
    [
      "is not waited for",
      asker(`init() { this.#known = this.call("store", 1); }`),
      ["child-order guardedInInit"],
    ],
  ]);
});

describe("a pid that init looks up, in an object", () => {
  const user = (later: string): string =>
    app(
      `class Store extends GenServer { handleCast() {} } class Api extends GenServer { state = { n: 0 }; init() { this.state.store = this.whereis("store"); } handleCast() { const { store } = this.state; if (store) this.cast(store, 1); } ${later} }`,
      `{ id: "store", start: [Store], name: "store" }, { id: "api", start: [Api] }`,
    );
  cases([
    ["for good", user(""), ["strategy-mismatch keepsDeadPid"]],
    ["looked up again", user(`handleInfo() { this.state.store = this.whereis("store"); }`), ONE],
    ["something beside it is set", user(`handleInfo() { this.n = 1; }`), ["strategy-mismatch keepsDeadPid"]],
  ]);
});

describe("an argument of the start in an object that a field keeps", () => {
  const poller = (keep: string, change: string): string =>
    app(
      `class Poller extends GenServer { state; init(options: { n: number }) { ${keep} } handleCast() { ${change} } }`,
      `{ id: "poller", start: [Poller, { n: 1 }] }`,
    );
  const SHARED = ["shared-start-argument changed"];
  cases([
    ["assigned to", poller("this.state = { options, seen: 0 };", "this.state.options.n++;"), SHARED],
    [
      "by Object.assign",
      poller("this.state = { options };", "Object.assign(this.state.options, { n: 2 });"),
      SHARED,
    ],
    ["a copy", poller("this.state = { options: { ...options } };", "this.state.options.n++;")],
    ["what is beside it", poller("this.state = { options, seen: 0 };", "this.state.seen++;")],
    [
      "another in its place",
      poller("this.state = { options };", "this.state.options = { n: 5 }; this.state.options.n++;"),
    ],
  ]);
});

describe("one pid in a property of what a field holds", () => {
  const door = (field: string, set: string, use: string, watch = "", more = ""): string =>
    rooms(
      `${field} handleCast(m) { if (m.type === "attach") { ${watch} ${set} } else if (m.type === "say") { ${use} } }`,
      more,
    );
  const STATE = "state: { peer: Pid | null; n: number } = { peer: null, n: 0 };";
  const SET = "this.state.peer = m.pid;";
  const USE = "const { peer } = this.state; if (peer) this.send(peer, 1);";
  const STATUS = `type Status = { is: "idle" } | { is: "busy"; pid: Pid }; `;
  cases([
    ["assigned", door(STATE, SET, USE), ONE],
    ["linked", door(STATE, SET, USE, "this.link(m.pid);")],
    ["monitored", door(STATE, SET, USE, "this.monitor(m.pid);"), DROPS],
    ["never used", door(STATE, SET, "console.log(this.state.n);")],
    ["spread", door(STATE, "this.state = { ...this.state, peer: m.pid };", USE), ONE],
    [
      "one of several shapes",
      door(
        `status: Status = { is: "idle" };`,
        `this.status = { is: "busy", pid: m.pid };`,
        `if (this.status.is === "busy") this.send(this.status.pid, 1);`,
        "",
        STATUS,
      ),
      ONE,
    ],
    [
      "a name",
      door(
        'state: { peer: string; n: number } = { peer: "", n: 0 };',
        "this.state.peer = m.name;",
        "this.send(this.state.peer, 1);",
      ),
    ],
  ]);
});

describe("a function that is given the object sets its field", () => {
  const door = (watch: string): string =>
    rooms(
      "peer: Pid | undefined; handleCast(m) { act(this, m); }",
      `function act(self, m) { if (m.type === "attach") { ${watch} self.peer = m.pid; } else if (self.peer) self.send(self.peer, 1); } `,
    );
  cases([
    ["nobody watches", door(""), ONE],
    ["linked", door("self.link(m.pid);")],
  ]);
});

describe("one pid in a variable of a module, or in what an object keeps to itself", () => {
  const door = (module: string, members: string, put: string, get: string, atOnce = false): string =>
    rooms(
      `${members} handleCast(m) { if (m.type === "attach") { ${put} ${atOnce ? `this.send(${get}, 1);` : ""} } else ${atOnce ? "console.log(m);" : `if (${get}) this.send(${get}, 1);`} }`,
      module,
    );
  const places: [string, string, string, string, string][] = [
    ["a variable", "let peer: Pid | undefined; ", "", "peer = m.pid;", "peer"],
    ["a property of one", "const door: { peer?: Pid } = {}; ", "", "door.peer = m.pid;", "door.peer"],
    ["a static field", "", "static peer: Pid | undefined;", "Rooms.peer = m.pid;", "Rooms.peer"],
    [
      "a variable of a function",
      "function slot() { let pid: Pid | undefined; return { keep(p: Pid) { pid = p; }, get: () => pid }; } ",
      "slot = slot();",
      "this.slot.keep(m.pid);",
      "this.slot.get()",
    ],
    [
      "behind a setter",
      "",
      "kept: Pid | undefined; set peer(p) { this.kept = p; } get peer() { return this.kept; }",
      "this.peer = m.pid;",
      "this.peer",
    ],
    [
      "an object made with options",
      "class Session { pid: Pid; constructor(options: { pid: Pid }) { this.pid = options.pid; } } ",
      "session: Session | undefined;",
      "this.session = new Session({ pid: m.pid });",
      "this.session?.pid",
    ],
    [
      "an object in an object",
      "",
      "state = { link: { peer: null as Pid | null } };",
      "this.state.link.peer = m.pid;",
      "this.state.link.peer",
    ],
  ];
  cases(
    places.flatMap(([title, module, members, put, get]): Case[] => [
      [title, door(module, members, put, get), ONE],
      [`${title}, linked`, door(module, members, `this.link(m.pid); ${put}`, get)],
      [`${title}, used only by who has put it there`, door(module, members, put, get, true)],
    ]),
  );
});
