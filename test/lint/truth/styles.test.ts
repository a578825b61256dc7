/** The same truths in other styles: hierarchies, mixins, tables, other people's helpers, several files, other libraries. */
import { describe } from "vitest";
import { app, type Case, cases } from "./program.ts";

const IMPORT = `import { DynamicSupervisor, GenServer, Supervisor, processName, stop, reply, type Pid, type Info, type Call, type Protocol } from "suptree";\n`;

describe("guards", () => {
  const program = (api: string, first: string, helpers = ""): string => `// file: names.ts
import { processName } from "suptree";
export const STORE = processName("store");
// file: helpers.ts
${helpers}
// file: api.ts
${IMPORT}import { STORE } from "./names.ts";
import * as helpers from "./helpers.ts";
${api}
// file: app.ts
${IMPORT}import { STORE } from "./names.ts";
import { Api } from "./api.ts";
class Store extends GenServer { handleCall(r) { return reply(r, 1); } }
export class App extends Supervisor { init() { return { strategy: "rest_for_one", intensity: 3, period: 5, children: [${first}, { id: "store", start: [Store], name: STORE }] }; } }
`;
  const child = (args = ""): string => `{ id: "api", start: [Api${args}] }`;
  cases([
    [
      "a helper that looks first",
      program(
        `export class Api extends GenServer { async init() { this.known = await helpers.ask(this, STORE); } }`,
        child(),
        `export async function ask(p, name) { const pid = p.whereis(name); return pid ? p.call(pid, { type: "x" }) : null; }`,
      ),
      ["child-order notFoundInInit?"],
    ],
    [
      "a helper that catches",
      program(
        `export class Api extends GenServer { async init() { this.known = await helpers.attempt(() => this.call(STORE, { type: "x" })); } }`,
        child(),
        `export async function attempt(f) { try { return await f(); } catch { return null; } }`,
      ),
      ["child-order guardedInInit"],
    ],
    [
      "a helper that retries, and gives up",
      program(
        `export class Api extends GenServer { async init() { this.known = await helpers.retry(3, () => this.call(STORE, { type: "x" })); } }`,
        child(),
        `export async function retry(n, f) { for (let i = 0; ; i++) { try { return await f(); } catch (e) { if (i >= n) throw e; } } }`,
      ),
      ["child-order bootFails"],
    ],
    [
      "a helper that does not",
      program(
        `export class Api extends GenServer { async init() { this.known = await helpers.timed(() => this.call(STORE, { type: "x" })); } }`,
        child(),
        `export async function timed(f) { const at = Date.now(); const v = await f(); console.log(Date.now() - at); return v; }`,
      ),
      ["child-order bootFails"],
    ],
    [
      "options with defaults",
      program(
        `const DEFAULTS = { preload: false, size: 10 }; export class Api extends GenServer { async init(options = {}) { const o = { ...DEFAULTS, ...options }; if (o.preload) await this.call(STORE, 1); } }`,
        child(),
      ),
      ["blast-radius nothingFollows"],
    ],
    [
      "options with defaults that are replaced",
      program(
        `const DEFAULTS = { preload: false, size: 10 }; export class Api extends GenServer { async init(options = {}) { const o = { ...DEFAULTS, ...options }; if (o.preload) await this.call(STORE, 1); } }`,
        child(", { preload: true }"),
      ),
      ["child-order bootFails"],
    ],
    [
      "roles",
      program(
        `export class Api extends GenServer { async init(role) { await ({ leader: () => this.call(STORE, 1), follower: () => undefined })[role](); } }`,
        child(`, "follower"`),
      ),
      ["blast-radius nothingFollows"],
    ],
    [
      "roles, the other",
      program(
        `export class Api extends GenServer { async init(role) { await ({ leader: () => this.call(STORE, 1), follower: () => undefined })[role](); } }`,
        child(`, "leader"`),
      ),
      ["child-order bootFails"],
    ],
    [
      "two children of one class",
      program(
        `export class Api extends GenServer { async init({ eager }) { if (!eager) return; await this.call(STORE, 1); } }`,
        `{ id: "lazy", start: [Api, { eager: false }] }, { id: "eager", start: [Api, { eager: true }] }`,
      ),
      ["child-order bootFails"],
    ],
    [
      "a number",
      program(
        `export class Api extends GenServer { async init({ retries }) { for (let i = 0; i < retries; i++) await this.call(STORE, i); } }`,
        child(", { retries: 0 }"),
      ),
      ["blast-radius nothingFollows"],
    ],
    [
      "a number that is more",
      program(
        `export class Api extends GenServer { async init({ retries }) { for (let i = 0; i < retries; i++) await this.call(STORE, i); } }`,
        child(", { retries: 2 }"),
      ),
      ["child-order bootFails"],
    ],
    [
      "a template method",
      program(
        `class Base extends GenServer { async init(o) { if (this.isEager(o)) await this.warm(); } isEager() { return true; } warm() { return this.call(STORE, 1); } } export class Api extends Base { isEager() { return false; } }`,
        child(),
      ),
      ["blast-radius nothingFollows"],
    ],
    [
      "a template method of the base",
      program(
        `class Base extends GenServer { async init(o) { if (this.isEager(o)) await this.warm(); } isEager() { return true; } warm() { return this.call(STORE, 1); } } export class Api extends Base {}`,
        child(),
      ),
      ["child-order bootFails"],
    ],
    [
      "a mixin",
      program(
        `const Warming = (Base) => class extends Base { async init() { if (process.env.WARM !== "no") await this.call(STORE, 1); } }; export class Api extends Warming(GenServer) {}`,
        child(),
      ),
      ["child-order perhapsInInit?"],
    ],
    [
      "a setting of a module",
      program(
        `export class Api extends GenServer { async init() { if (helpers.settings.warm) await this.call(STORE, 1); } }`,
        child(),
        `export const settings = { warm: process.env.WARM === "1" };`,
      ),
      ["child-order perhapsInInit?"],
    ],
    [
      "a setting of a module that is known",
      program(
        `export class Api extends GenServer { async init() { if (helpers.settings.warm) await this.call(STORE, 1); } }`,
        child(),
        `export const settings = { warm: false } as const;`,
      ),
      ["blast-radius nothingFollows"],
    ],
    [
      "a labelled loop",
      program(
        `export class Api extends GenServer { async init() { outer: for (const a of [1, 2]) { for (const b of [1]) { if (Math.random() > b) continue outer; await this.call(STORE, a); } } } }`,
        child(),
      ),
      ["child-order perhapsInInit?"],
    ],
    [
      "try and finally only",
      program(
        `export class Api extends GenServer { async init() { try { await this.call(STORE, 1); } finally { console.log("done"); } } }`,
        child(),
      ),
      ["child-order bootFails"],
    ],
    [
      "a chain of promises",
      program(
        `export class Api extends GenServer { init() { return Promise.resolve().then(() => this.call(STORE, 1)).then((v) => { this.v = v; }); } }`,
        child(),
      ),
      ["child-order bootFails"],
    ],
    [
      "a chain that is caught in the end",
      program(
        `export class Api extends GenServer { init() { return Promise.resolve().then(() => this.call(STORE, 1)).catch(() => undefined); } }`,
        child(),
      ),
      ["child-order guardedInInit"],
    ],
    [
      "a floating chain",
      program(
        `export class Api extends GenServer { init() { Promise.resolve().then(() => this.call(STORE, 1)); } }`,
        child(),
      ),
      ["child-order usedLater"],
    ],
    [
      "an instance of a client",
      program(
        `class Client { constructor(p) { this.p = p; } get(k) { return this.p.call(STORE, k); } } export class Api extends GenServer { async init() { this.client = new Client(this); if (process.env.X) this.v = await this.client.get("x"); } }`,
        child(),
      ),
      ["child-order perhapsInInit?"],
    ],
    [
      "a client that is used for certain",
      program(
        `class Client { constructor(p) { this.p = p; } get(k) { return this.p.call(STORE, k); } } export class Api extends GenServer { async init() { this.client = new Client(this); this.v = await this.client.get("x"); } }`,
        child(),
      ),
      ["child-order bootFails"],
    ],
    [
      "a comma",
      program(
        `export class Api extends GenServer { async init() { const v = (0, await this.call(STORE, 1)); this.v = v; } }`,
        child(),
      ),
      ["child-order bootFails"],
    ],
    [
      "optional chaining on a pid",
      program(
        `export class Api extends GenServer { async handleCast() { const pid = this.whereis(STORE); pid && this.send(pid, 1); } }`,
        child(),
      ),
    ],
    [
      "a guard that negates twice",
      program(
        `export class Api extends GenServer { async handleCast() { if (!this.whereis(STORE)) { console.log("not yet"); } else { await this.call(STORE, 1); } } }`,
        child(),
      ),
    ],
    [
      "an assertion helper",
      program(
        `export class Api extends GenServer { async init(o) { helpers.assert(o.url); await this.call(STORE, 1); } }`,
        child(`, { url: "x" }`),
        `export function assert(v) { if (!v) throw new Error("missing"); }`,
      ),
      ["child-order bootFails"],
    ],
  ]);
});

describe("handlers", () => {
  const keeper = (body: string, before = ""): string =>
    `${IMPORT}${before}
class Rooms extends GenServer { rooms = new Map<string, Pid>(); handleCast(m) { this.monitor(m.pid); this.rooms.set(m.id, m.pid); } ${body} }
export class App extends Supervisor { init() { return { children: [{ id: "rooms", start: [Rooms] }] }; } }
`;
  const DROPS = ["missing-monitor dropsDown"];
  cases([
    [
      "a match of patterns",
      keeper(
        `handleInfo(m) { return match(m, { DOWN: ({ pid }) => this.remove(pid), _: () => undefined }); } remove(pid) { for (const [id, p] of this.rooms) if (p === pid) this.rooms.delete(id); }`,
        `const match = (m, table) => (table[m.type] ?? table._)(m);`,
      ),
    ],
    [
      "a match of patterns without it",
      keeper(
        `handleInfo(m) { return match(m, { tick: () => this.tick(), _: () => undefined }); } tick() { this.n = 1; }`,
        `const match = (m, table) => (table[m.type] ?? table._)(m);`,
      ),
      DROPS,
    ],
    [
      "middleware",
      keeper(
        `handleInfo(m) { for (const step of this.steps) if (step(m)) return; } steps = [(m) => this.onTick(m), (m) => this.onDown(m)]; onTick(m) { return m.type === "tick"; } onDown(m) { if (m.type !== "DOWN") return false; this.rooms.delete(m.pid); return true; }`,
      ),
    ],
    [
      "an abstract class with hooks",
      `${IMPORT}
abstract class Watching extends GenServer { handleInfo(m) { switch (m.type) { case "DOWN": return this.onDown(m); case "EXIT": return this.onExit(m); default: return this.onInfo(m); } } abstract onDown(m); onExit(m) {} onInfo(m) {} }
class Rooms extends Watching { rooms = new Map<string, Pid>(); handleCast(m) { this.monitor(m.pid); this.rooms.set(m.id, m.pid); } onDown(m) { this.rooms.delete(m.pid); } }
export class App extends Supervisor { init() { return { children: [{ id: "rooms", start: [Rooms] }] }; } }`,
    ],
    [
      "a mixin that watches",
      `${IMPORT}
const Watching = (Base) => class extends Base { watch(pid, key) { this.monitor(pid); } handleInfo(m) { if (m.type === "DOWN") this.forget(m.pid); else super.handleInfo?.(m); } };
class Rooms extends Watching(GenServer) { rooms = new Map<string, Pid>(); handleCast(m) { this.watch(m.pid); this.rooms.set(m.id, m.pid); } forget(pid) { this.rooms.delete(pid); } }
export class App extends Supervisor { init() { return { children: [{ id: "rooms", start: [Rooms] }] }; } }`,
    ],
    [
      "a return that negates",
      keeper(`handleInfo(m) { const isDown = m.type === "DOWN"; if (!isDown) return; this.rooms.clear(); }`),
    ],
    [
      "a switch that falls through",
      keeper(`handleInfo(m) { switch (m.type) { case "EXIT": case "DOWN": this.rooms.clear(); } }`),
    ],
    [
      "a switch that falls past it",
      keeper(`handleInfo(m) { switch (m.type) { case "EXIT": case "tick": this.rooms.clear(); } }`),
      DROPS,
    ],
    [
      "a ternary",
      keeper(
        `handleInfo(m) { return m.type === "DOWN" ? this.forget(m) : undefined; } forget(m) { this.rooms.delete(m.pid); }`,
      ),
    ],
    ["and", keeper(`handleInfo(m) { m.type === "DOWN" && this.rooms.clear(); }`)],
    [
      "object of constants",
      keeper(
        `handleInfo(m) { if (m.type === Kind.Down) this.rooms.clear(); }`,
        `enum Kind { Down = "DOWN", Exit = "EXIT" }`,
      ),
    ],
    [
      "a class of handlers",
      keeper(
        `init() { this.handlers = new Handlers(this.rooms); } handleInfo(m) { this.handlers.handle(m); }`,
        `class Handlers { constructor(rooms) { this.rooms = rooms; } handle(m) { if (m.type === "DOWN") this.rooms.delete(m.pid); } }`,
      ),
    ],
    [
      "a static table of methods",
      keeper(
        `static on = { DOWN: "down", EXIT: "exit" }; handleInfo(m) { this[Rooms.on[m.type]]?.(m); } down(m) { this.rooms.delete(m.pid); } exit_(m) {}`,
      ),
    ],
    ["regular expression", keeper(`handleInfo(m) { if (/^DOWN$/.test(m.type)) this.rooms.clear(); }`)],
    ["starts with", keeper(`handleInfo(m) { if (m.type.startsWith("DO")) this.rooms.clear(); }`)],
    ["typeof", keeper(`handleInfo(m) { if (typeof m.ref === "number") this.rooms.clear(); }`)],
    ["Object.hasOwn", keeper(`handleInfo(m) { if (Object.hasOwn(m, "ref")) this.rooms.clear(); }`)],
    [
      "only state and a stranger's message",
      keeper(
        `handleInfo(m) { if (m.type === "sweep") { for (const [id, p] of this.rooms) if (!p.alive) this.rooms.delete(id); } }`,
      ),
    ],
    [
      "no monitor, but linked in a helper",
      `${IMPORT}
const adopt = (p, pid) => { p.link(pid); return pid; };
class Rooms extends GenServer { rooms = new Map<string, Pid>(); handleCast(m) { this.rooms.set(m.id, adopt(this, m.pid)); } }
export class App extends Supervisor { init() { return { children: [{ id: "rooms", start: [Rooms] }] }; } }`,
    ],
    [
      "a plain object state",
      `${IMPORT}
class Rooms extends GenServer { state = { rooms: {} as Record<string, Pid> }; handleCast(m) { this.monitor(m.pid); this.state.rooms[m.id] = m.pid; } handleInfo(m) { if (m.type === "DOWN") delete this.state.rooms[m.pid]; } }
export class App extends Supervisor { init() { return { children: [{ id: "rooms", start: [Rooms] }] }; } }`,
    ],
  ]);
});

describe("absence", () => {
  const group = (first: string, helpers = "", strategy = "one_for_all"): string => `// file: helpers.ts
${helpers}
// file: app.ts
${IMPORT}import * as helpers from "./helpers.ts";
class A extends GenServer { ${first} }
class B extends GenServer {}
class C extends GenServer {}
export class App extends Supervisor { init() { return { strategy: "${strategy}", intensity: 2, period: 5, children: [{ id: "b", start: [B], name: "b" }, { id: "c", start: [C], name: "c" }, { id: "a", start: [A] }] }; } }
`;
  const UNRELATED = ["blast-radius unrelatedUnderOneForAll"];
  cases([
    ["plain", group("n = 0; handleCast() { this.n++; }"), UNRELATED],
    [
      "a logger of a package with plain data",
      group(
        `handleCast(m) { helpers.log.info({ m }); }`,
        `import pino from "pino"; export const log = pino();`,
      ),
      UNRELATED,
    ],
    [
      "a helper that calls for its owner",
      group(
        `init() { this.client = helpers.client(this); } async handleCast() { await this.client.b(); await this.client.c(); }`,
        `export const client = (owner) => ({ b: () => owner.call("b", 1), c: () => owner.call("c", 1) });`,
      ),
    ],
    [
      "an event bus that is given a method",
      group(
        `init() { helpers.bus.on("x", this.onX.bind(this)); } onX(e) { this.cast("b", e); this.cast("c", e); }`,
        `import { EventEmitter } from "node:events"; export const bus = new EventEmitter();`,
      ),
    ],
    [
      "an event bus that is given it",
      group(
        `init() { helpers.bus.register(this); }`,
        `import { Bus } from "bus"; export const bus = new Bus();`,
      ),
    ],
    [
      "a class that extends a package's",
      group(
        `init() { this.agent = new helpers.Agent(this); }`,
        `import { Base } from "agents"; export class Agent extends Base { constructor(owner) { super(owner); } }`,
      ),
    ],
    ["a proxy", group(`init() { this.proxy = new Proxy(this, {}); }`)],
    [
      "spread",
      group(
        `init() { helpers.take({ ...this }); }`,
        `import { sink } from "sink"; export const take = (o) => sink(o);`,
      ),
      UNRELATED,
    ],
    [
      "through call",
      group(`handleCast() { this.cast.call(this, "b", 1); this.cast.apply(this, ["c", 1]); }`),
    ],
    [
      "in a callback of a package",
      group(
        `init() { helpers.every(1000, async () => { await this.call("b", 1); await this.call("c", 1); }); }`,
        `import { every as e } from "timers-plus"; export const every = (ms, f) => e(ms, f);`,
      ),
    ],
    ["a name from the environment", group(`handleCast() { this.cast(process.env.PEER, 1); }`)],
    ["a name from a message", group(`handleCast(m) { this.cast(m.to, 1); }`)],
    ["it is the one that is asked", group(`init() { this.register("a"); }`), UNRELATED],
    [
      "a nested object that holds it",
      group(
        `init() { helpers.store({ a: { b: { owner: this } } }); }`,
        `import { set } from "store"; export const store = (o) => set(o);`,
      ),
    ],
    [
      "an async iterator",
      group(
        `async handleCast() { for await (const peer of helpers.peers()) this.send(peer, 1); }`,
        `import { peers as p } from "peers"; export const peers = p;`,
      ),
    ],
  ]);
});

describe("noex", () => {
  const noex = (
    behaviour: string,
    children: string,
    more = "",
  ): string => `import { GenServer, Supervisor, Registry } from "@hamicek/noex";
${behaviour}
export async function main() { const app = await Supervisor.start({ strategy: "one_for_one", children: [${children}] }); ${more} return app; }
`;
  const db = `const db = { init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };`;
  const child = (id: string, b: string): string =>
    `{ id: "${id}", start: () => GenServer.start(${b}, { name: "${id}" }) }`;
  const all: Case[] = [
    [
      "a call in init",
      noex(
        `${db} const api = { init: async () => { await GenServer.call(Registry.lookup("db"), 1); return 0; }, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };`,
        `${child("api", "api")}, ${child("db", "db")}`,
      ),
      ["child-order bootFails"],
    ],
    [
      "a call in init, caught",
      noex(
        `${db} const api = { init: async () => { try { await GenServer.call(Registry.lookup("db"), 1); } catch { return 1; } return 0; }, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };`,
        `${child("api", "api")}, ${child("db", "db")}`,
      ),
      ["child-order guardedInInit"],
    ],
    [
      "a call behind the environment",
      noex(
        `${db} const api = { init: async () => { if (process.env.X) await GenServer.call(Registry.lookup("db"), 1); return 0; }, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };`,
        `${child("api", "api")}, ${child("db", "db")}`,
      ),
      ["child-order perhapsInInit?"],
    ],
    [
      "the right order",
      noex(
        `${db} const api = { init: async () => { await GenServer.call(Registry.lookup("db"), 1); return 0; }, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };`,
        `${child("db", "db")}, ${child("api", "api")}`,
      ),
    ],
    [
      "a factory with an option",
      noex(
        `${db} const makeApi = ({ warm }) => ({ init: async () => { if (warm) await GenServer.call(Registry.lookup("db"), 1); return 0; }, handleCall: (m, s) => [s, s], handleCast: (m, s) => s });`,
        `{ id: "api", start: () => GenServer.start(makeApi({ warm: false })) }, ${child("db", "db")}`,
      ),
    ],
  ];
  cases(all);
});

describe("larger", () => {
  cases([
    [
      "a chat that is in order",
      `// file: names.ts
import { processName } from "suptree";
export const USERS = processName("users"); export const ROOMS = processName("rooms"); export const AUDIT = processName("audit");
// file: users.ts
${IMPORT}
export class Users extends GenServer { private byName = new Map<string, Pid>(); private refs = new Map<number, string>();
  handleCall(r) { switch (r.type) { case "join": { this.refs.set(this.monitor(r.pid), r.name); this.byName.set(r.name, r.pid); return reply(r, true); } case "find": return reply(r, this.byName.get(r.name)); default: return reply(r, undefined); } }
  handleInfo(m: Info) { if (m.type !== "DOWN") return; const name = this.refs.get(m.ref); this.refs.delete(m.ref); if (name !== undefined) this.byName.delete(name); } }
// file: audit.ts
${IMPORT}
export class Audit extends GenServer { private lines: string[] = []; init() { this.trapExit(true); } handleCast(m) { this.lines.push(m.text); } handleInfo(m: Info) { if (m.type === "EXIT") return stop(m.reason); } terminate() { console.log(this.lines.length); } }
// file: rooms.ts
${IMPORT}import { AUDIT, USERS } from "./names.ts";
export class Room extends GenServer { init(name) { this.name = name; } async handleCast(m) { const user = await this.call(USERS, { type: "find", name: m.from }); if (user) this.send(user, m); this.cast(AUDIT, { text: m.text }); } }
export class Rooms extends DynamicSupervisor { init() { return { intensity: 5, period: 10, child: { start: [Room], restart: "transient" } }; } }
// file: app.ts
${IMPORT}import { AUDIT, ROOMS, USERS } from "./names.ts"; import { Audit } from "./audit.ts"; import { Users } from "./users.ts"; import { Rooms } from "./rooms.ts";
export class App extends Supervisor { init() { return { strategy: "rest_for_one", intensity: 3, period: 5, children: [{ id: "audit", start: [Audit], name: AUDIT }, { id: "users", start: [Users], name: USERS }, { id: "rooms", start: [Rooms], name: ROOMS }] }; } }
`,
      ["overloaded-supervisor dynamicBehindUnrelated"].slice(1),
    ],
    [
      "a pipeline with three smells",
      app(
        `class Source extends GenServer { async init() { const r = await fetch("http://x").then((x) => x.json()); this.items = r; await this.call("sink", { type: "hello" }); } }
class Sink extends GenServer { clients = new Map<string, Pid>(); handleCast(m) { this.clients.set(m.id, m.pid); this.monitor(m.pid); } handleInfo(m) { if (m.type === "flush") this.clients.clear(); } }`,
        `{ id: "source", start: [Source] }, { id: "sink", start: [Sink], name: "sink" }`,
      ),
      ["blocking-init holdsStart", "child-order bootFails", "missing-monitor dropsDown"],
    ],
  ]);
});
