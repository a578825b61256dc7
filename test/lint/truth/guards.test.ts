/** What stands behind a condition is possible; what a start gives decides; a failure that nobody waits for ends nothing. */
import { describe } from "vitest";
import { app, type Case, cases } from "./program.ts";

const DB = `class Db extends GenServer { handleCall(r) { return reply(r, 1); } }`;
/** A child with this in its class, before the database that it uses. */
const early = (api: string, args = "", more = ""): string =>
  app(
    `${DB}\n${more}\nclass Api extends GenServer { ${api} }`,
    `{ id: "api", start: [Api${args}] }, { id: "db", start: [Db], name: "db" }`,
  );
const init = (body: string, args = "", more = ""): string =>
  early(`async init(options) { ${body} }`, args, more);
const BOOT = ["child-order bootFails"];
const PERHAPS = ["child-order perhapsInInit?"];

describe("in init, for certain", () => {
  const certain: Case[] = [
    ["when another has failed", init(`await Promise.reject(1).catch(() => this.call("db", {}));`)],
    ["a call", init(`await this.call("db", {});`)],
    ["returned", early(`init() { return this.call("db", {}); }`)],
    ["returned with then", early(`init() { return this.call("db", {}).then(() => undefined); }`)],
    [
      "in what follows another",
      init(`await fetch("http://x").then(() => this.call("db", {}));`),
      ["blocking-init holdsStart", ...BOOT],
    ],
    [
      "through a method",
      early(`async init() { await this.load(); } async load() { await this.call("db", {}); }`),
    ],
    [
      "through two methods that return",
      early(`init() { return this.a(); } a() { return this.b(); } b() { return this.call("db", 1); }`),
    ],
    ["through a helper", init(`await warm(this);`, "", `const warm = (p) => p.call("db", {});`)],
    ["all together", init(`await Promise.all([this.call("db", 1), this.call("db", 2)]);`)],
    ["all of a list", init(`await Promise.all(["db"].map((name) => this.call(name, 1)));`)],
    ["in a loop over names", init(`for (const name of ["db"]) await this.call(name, {});`)],
    ["in an endless loop", init(`while (true) { await this.call("db", {}); break; }`)],
    ["in do while", init(`let n = 0; do { await this.call("db", n); n = Math.random(); } while (n < 0.5);`)],
    ["in finally", init(`try { Math.random(); } finally { await this.call("db", {}); }`)],
    ["rethrown", init(`try { await this.call("db", {}); } catch (error) { throw error; }`)],
    [
      "behind a check that throws",
      init(`if (Math.random() > 2) throw new Error("no"); await this.call("db", {});`),
    ],
    [
      "a condition that is a constant",
      init(`if (EAGER) await this.call("db", {});`, "", "const EAGER = true;"),
    ],
    [
      "both branches",
      init(`if (process.env.X) await this.call("db", 1); else await this.call("db", 2);`),
      PERHAPS,
    ],
    ["a link", init(`this.link("db");`)],
    [
      "by the base class",
      app(
        `${DB} class Base extends GenServer { async init() { await this.call("db", 1); } } class Api extends Base {}`,
        `{ id: "api", start: [Api] }, { id: "db", start: [Db], name: "db" }`,
      ),
    ],
    ["an argument that says so", init(`if (options.warm) await this.call("db", {});`, ", { warm: true }")],
    [
      "an argument's default",
      early(`async init({ warm = true } = {}) { if (warm) await this.call("db", {}); }`),
    ],
    ["an argument that is absent", init(`if (!options?.lazy) await this.call("db", {});`)],
    [
      "a mode",
      init(
        `switch (options.mode) { case "eager": await this.call("db", {}); break; default: break; }`,
        `, { mode: "eager" }`,
      ),
    ],
    [
      "a list that the start gives",
      init(`for (const name of options.warm) await this.call("db", name);`, `, { warm: ["a", "b"] }`),
    ],
    [
      "an argument kept in a field",
      early(
        `async init(options) { this.options = options; await this.warm(); } async warm() { if (this.options.warm) await this.call("db", 1); }`,
        ", { warm: true }",
      ),
    ],
  ];
  cases(certain.map(([title, program, findings]) => [title, program, findings ?? BOOT]));
});

describe("in init, perhaps", () => {
  const possible: Case[] = [
    ["the environment", init(`if (process.env.WARM) await this.call("db", {});`)],
    ["not the environment", init(`if (process.env.WARM === "0") return; await this.call("db", {});`)],
    ["and", init(`process.env.WARM && (await this.call("db", {}));`)],
    ["or", init(`const known = globalThis.cached || (await this.call("db", {})); this.known = known;`)],
    ["nullish", init(`this.known = globalThis.cached ?? (await this.call("db", {}));`)],
    ["a ternary", init(`const x = process.env.WARM ? await this.call("db", {}) : null; this.x = x;`)],
    ["an early return", init(`if (Math.random() > 0.5) return; await this.call("db", {});`)],
    [
      "an early return in a method",
      early(
        `async init() { await this.warm(); } async warm() { if (!process.env.WARM) return; await this.call("db", 1); }`,
      ),
    ],
    [
      "a switch",
      init(`switch (process.env.MODE) { case "a": await this.call("db", {}); break; case "b": break; }`),
    ],
    ["a loop that may not run", init(`for (const x of globalThis.list) await this.call("db", x);`)],
    ["while", init(`while (globalThis.more()) await this.call("db", {});`)],
    [
      "what is caught leads to it",
      init(`try { JSON.parse(process.env.X); } catch { await this.call("db", {}); }`),
    ],
    [
      "after a catch that returns",
      init(`try { JSON.parse(process.env.X); } catch { return; } await this.call("db", {});`),
    ],
    [
      "an option with the value of the environment",
      init(`if (options.warm) await this.call("db", {});`, ", { warm: process.env.WARM }"),
    ],
    [
      "an optional call",
      init(`await globalThis.hooks?.warm(() => this.call("db", {}));`),
      ["child-order usedLater?"],
    ],
    [
      "a promise kept in a variable, awaited on a condition",
      init(`const p = this.call("db", 1); if (process.env.A) await p;`),
    ],
    ["one of two", init(`await this.call(process.env.A ? "db" : "nobody", 1);`)],
    ["when another fails", init(`await this.call("nobody", 1).catch(() => this.call("db", {}));`)],
    [
      "a getter",
      early(
        `get eager() { return process.env.X === "1"; } async init() { if (this.eager) await this.call("db", 1); }`,
      ),
    ],
    ["a cast", init(`if (process.env.X) this.cast("db", 1);`)],
    ["a monitor", init(`if (process.env.X) this.monitor("db");`)],
  ];
  cases(possible.map(([title, program, findings]) => [title, program, findings ?? PERHAPS]));
});

describe("in init, and nothing comes of it", () => {
  cases([
    ["an argument that says no", init(`if (options.warm) await this.call("db", {});`, ", { warm: false }")],
    [
      "an argument that returns early",
      init(`if (options.lazy) return; await this.call("db", {});`, ", { lazy: true }"),
    ],
    ["another mode", init(`if (options.mode === "eager") await this.call("db", {});`, `, { mode: "lazy" }`)],
    ["and with an argument", init(`options.warm && (await this.call("db", {}));`, ", { warm: false }")],
    [
      "a default that says no",
      early(`async init({ warm = false } = {}) { if (warm) await this.call("db", {}); }`),
    ],
    [
      "a second argument",
      early(`async init(name, eager) { if (eager) await this.call("db", {}); }`, `, "x", false`),
    ],
    [
      "a list that is empty",
      init(`for (const name of options.warm) await this.call("db", name);`, ", { warm: [] }"),
    ],
    [
      "an argument in a constant",
      init(
        `const eager = options.eager === true; if (eager) await this.call("db", 1);`,
        ", { eager: false }",
      ),
    ],
    [
      "nested options",
      init(`if (options.cache?.warm) await this.call("db", 1);`, ", { cache: { warm: false } }"),
    ],
    ["options that are absent", init(`if (options?.warm) await this.call("db", 1);`)],
    [
      "a field made of an argument",
      early(
        `async init(options) { this.options = options; await this.warm(); } async warm() { if (this.options.warm) await this.call("db", 1); }`,
        ", { warm: false }",
      ),
    ],
    [
      "later, by a field that init keeps",
      early(
        `init(options) { this.options = options; } async handleCast() { if (this.options.warm) await this.call("db", 1); }`,
        ", { warm: false }",
      ),
    ],
    ["a constant", init(`if (EAGER) await this.call("db", {});`, "", "const EAGER = false;")],
  ]);
});

describe("nobody waits, or somebody catches", () => {
  const guarded = ["child-order guardedInInit"];
  cases([
    ["void", init(`void this.call("db", {});`), guarded],
    ["a statement", init(`this.call("db", {});`), guarded],
    ["catch", init(`await this.call("db", {}).catch(() => null);`), guarded],
    ["then with a second function", init(`await this.call("db", {}).then((x) => x, () => null);`), guarded],
    ["try", init(`try { await this.call("db", {}); } catch { this.known = null; }`), guarded],
    ["allSettled", init(`await Promise.allSettled([this.call("db", {})]);`), guarded],
    ["allSettled of a list", init(`await Promise.allSettled(["db"].map((n) => this.call(n, {})));`), guarded],
    ["any", init(`await Promise.any([this.call("db", {}), Promise.resolve(1)]);`), guarded],
    [
      "void of a method",
      early(`init() { void this.warm(); } async warm() { await this.call("db", 1); }`),
      guarded,
    ],
    [
      "void of a method that waited before",
      early(`init() { void this.warm(); } async warm() { await this.sleep(10); await this.call("db", 1); }`),
      ["child-order usedLater"],
    ],
    [
      "a promise in a field",
      early(`init() { this.ready = this.warm(); } async warm() { await this.call("db", 1); }`),
      guarded,
    ],
    [
      "a promise in a field after a wait",
      early(`init() { this.ready = this.warm(); } async warm() { await fetch("x"); this.cast("db", 1); }`),
      ["child-order lostLater"],
    ],
    ["an async function at once", init(`(async () => { await this.call("db", 1); })();`), guarded],
    ["a timer", init(`setTimeout(() => this.call("db", {}), 10);`), ["child-order usedLater"]],
    [
      "a handler of events",
      init(`process.on("SIGHUP", () => this.cast("db", 1));`),
      ["child-order lostLater?"],
    ],
  ]);
});

describe("looked up first", () => {
  const found = ["child-order notFoundInInit?"];
  cases([
    ["if", init(`if (this.whereis("db")) await this.call("db", {});`), found],
    ["a variable", init(`const db = this.whereis("db"); if (db) await this.call(db, {});`), found],
    [
      "compared with undefined",
      init(`const db = this.whereis("db"); if (db !== undefined) await this.call(db, {});`),
      found,
    ],
    [
      "an early return",
      init(`const db = this.whereis("db"); if (!db) return; await this.call("db", {});`),
      found,
    ],
    ["and", init(`this.whereis("db") && (await this.call("db", {}));`), found],
    [
      "later",
      early(`async handleCast() { const db = this.whereis("db"); if (db) await this.call(db, {}); }`),
    ],
    [
      "later, returned early",
      early(
        `async handleCast() { const db = this.whereis("db"); if (db === undefined) return; this.cast(db, {}); }`,
      ),
    ],
    [
      "later, optional",
      early(`handleCast(m) { if (m.type === "x" && this.whereis("db")) this.send("db", 1); }`),
    ],
    [
      "later, without a look",
      early(`async handleCast() { await this.call("db", {}); }`),
      ["child-order usedLater"],
    ],
    [
      "later, by message",
      early(
        `async handleCall(r) { switch (r.type) { case "get": return reply(r, await this.call("db", {})); default: return noReply; } }`,
      ),
      ["child-order usedLater"],
    ],
    [
      "later, behind a state",
      early(`n = 0; handleCast() { this.n++; if (this.n > 10) this.cast("db", 1); }`),
      ["child-order lostLater?"],
    ],
  ]);
});

describe("other rules", () => {
  const one = (api: string, args = ""): string =>
    app(`class Api extends GenServer { ${api} }`, `{ id: "api", start: [Api${args}] }`);
  cases([
    [
      "a wait behind an option that is off",
      one(`async init(o) { if (o.remote) await fetch("x"); }`, ", { remote: false }"),
    ],
    [
      "a wait behind an option that is on",
      one(`async init(o) { if (o.remote) await fetch("x"); }`, ", { remote: true }"),
      ["blocking-init holdsStart"],
    ],
    [
      "a wait behind the environment",
      one(`async init() { if (process.env.X) await fetch("x"); }`),
      ["blocking-init holdsStart?"],
    ],
    ["nobody waits", one(`init() { void fetch("x"); }`)],
    ["a floating method waits", one(`init() { this.load(); } async load() { await fetch("x"); }`)],
    [
      "it stops when a state says so",
      one(`n = 0; handleCast() { this.n++; if (this.n > 3) return stop("normal"); }`),
      ["restart-policy permanentStops?"],
    ],
    [
      "it stops on a message",
      one(`handleCast(m) { if (m.type === "bye") return stop("normal"); }`),
      ["restart-policy permanentStops"],
    ],
    [
      "it stops when the start says so",
      one(
        `init(o) { this.once = o.once; } handleCast() { if (this.once) return stop("normal"); }`,
        ", { once: false }",
      ),
    ],
    [
      "it asks its supervisor perhaps",
      `${app(`class Api extends GenServer { async init() { if (process.env.X) await this.countChildren("app"); } }`, `{ id: "api", start: [Api] }`)}
export class Top extends Supervisor { init() { return { children: [{ id: "app", start: [App], name: "app" }] }; } }`,
      ["supervisor-call-in-init mayDeadlock?"],
    ],
    [
      "traps exits as somebody says",
      one(
        `init(o) { this.trapExit(o.trap); } terminate() { console.log("bye"); }`,
        ", { trap: process.env.TRAP }",
      ),
    ],
    [
      "traps exits perhaps",
      one(`init() { if (process.env.X) this.trapExit(true); } terminate() { console.log("bye"); }`),
    ],
    [
      "does not trap",
      one(`init(o) { this.trapExit(o.trap); } terminate() { console.log("bye"); }`, ", { trap: false }"),
      ["trap-exit terminateNotRun"],
    ],
  ]);
});
