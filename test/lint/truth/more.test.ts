/** Programs that were written last, without a look at the code. */
import { app, cases } from "./program.ts";

const two = (classes: string, first = "A", args = "") =>
  app(
    `class Db extends GenServer { handleCall(r) { return reply(r, 1); } } ${classes}`,
    `{ id: "a", start: [${first}${args}] }, { id: "db", start: [Db], name: "db" }`,
  );
cases([
  [
    "private method",
    two(
      `class A extends GenServer { #db() { return this.call("db", 1); } async init() { await this.#db(); } }`,
    ),
    ["child-order bootFails"],
  ],
  [
    "guard in private field",
    two(
      `class A extends GenServer { #eager = false; async init() { if (this.#eager) await this.call("db", 1); } }`,
    ),
  ],
  [
    "promise all with guard",
    two(
      `class A extends GenServer { async init() { await Promise.all([process.env.X ? this.call("db", 1) : null]); } }`,
    ),
    ["child-order perhapsInInit?"],
  ],
  [
    "logical assignment",
    two(`class A extends GenServer { v = null; async init() { this.v ??= await this.call("db", 1); } }`),
    ["child-order bootFails"],
  ],
  [
    "static config",
    two(
      `class A extends GenServer { static warm = false; async init() { if (A.warm) await this.call("db", 1); } }`,
    ),
  ],
  [
    "enum mode",
    two(
      `enum Mode { Eager, Lazy } class A extends GenServer { async init(mode) { if (mode === Mode.Eager) await this.call("db", 1); } }`,
      "A",
      ", Mode.Lazy",
    ),
  ],
  [
    "enum mode eager",
    two(
      `enum Mode { Eager, Lazy } class A extends GenServer { async init(mode) { if (mode === Mode.Eager) await this.call("db", 1); } }`,
      "A",
      ", Mode.Eager",
    ),
    ["child-order bootFails"],
  ],
  [
    "callback option",
    two(
      `class A extends GenServer { async init({ onReady }) { await onReady?.(this); } }`,
      "A",
      ", { onReady: (p) => p.call('db', 1) }",
    ),
    ["child-order bootFails"],
  ],
  [
    "no callback option",
    two(`class A extends GenServer { async init({ onReady }) { await onReady?.(this); } }`, "A", ", {}"),
  ],
  [
    "timeout race",
    two(
      `class A extends GenServer { async init() { await Promise.race([this.call("db", 1), this.sleep(10)]); } }`,
    ),
    ["blocking-init holdsStart", "child-order bootFails"],
  ],
  [
    "handle with destructuring default",
    app(
      `class R extends GenServer { m = new Map<string, Pid>(); handleCast(x) { this.monitor(x.pid); this.m.set(x.n, x.pid); } handleInfo({ type, pid = null }) { if (type !== "DOWN") return; this.m.delete(pid); } }`,
      `{ id: "r", start: [R] }`,
    ),
  ],
  [
    "in operator on other type",
    app(
      `class R extends GenServer { m = new Map<string, Pid>(); handleCast(x) { this.monitor(x.pid); this.m.set(x.n, x.pid); } handleInfo(m) { if (!("tick" in m)) return; this.m.clear(); } }`,
      `{ id: "r", start: [R] }`,
    ),
    ["missing-monitor dropsDown"],
  ],
  [
    "a set of pids",
    app(
      `class R extends GenServer { s = new Set<Pid>(); handleCast(x) { this.s.add(x.pid); } }`,
      `{ id: "r", start: [R] }`,
    ),
    ["missing-monitor keepsDeadPids"],
  ],
  [
    "a generator",
    two(
      `class A extends GenServer { *names() { yield "db"; } async init() { for (const n of this.names()) await this.call(n, 1); } }`,
    ),
    ["child-order bootFails"],
  ],
  [
    "a nested function",
    two(
      `class A extends GenServer { async init() { const go = async () => { await this.call("db", 1); }; await go(); } }`,
    ),
    ["child-order bootFails"],
  ],
  [
    "a nested function that is not awaited",
    two(
      `class A extends GenServer { async init() { const go = async () => { await this.call("db", 1); }; go(); } }`,
    ),
    ["child-order guardedInInit"],
  ],
  [
    "continue",
    two(
      `class A extends GenServer { init() { return continueWith("x"); } async handleContinue() { await this.call("db", 1); } }`,
    ),
    ["child-order continueRace"],
  ],
  [
    "continue behind a guard",
    two(
      `class A extends GenServer { init() { return continueWith("x"); } async handleContinue() { if (this.whereis("db")) await this.call("db", 1); } }`,
    ),
  ],
  [
    "four deep",
    two(
      `const f = (p) => g(p); const g = (p) => h(p); const h = async (p) => { await p.call("db", 1); }; class A extends GenServer { async init() { await f(this); } }`,
    ),
    ["child-order bootFails"],
  ],
  [
    "wait in a getter",
    app(
      `class W extends GenServer { get ready() { return fetch("x"); } async init() { await this.ready; } }`,
      `{ id: "w", start: [W] }`,
    ),
    ["blocking-init holdsStart"],
  ],
  [
    "a class field arrow",
    two(`class A extends GenServer { ask = () => this.call("db", 1); async init() { await this.ask(); } }`),
    ["child-order bootFails"],
  ],
  [
    "exit in a handler",
    app(
      `class W extends GenServer { init() { this.trapExit(true); this.link("x"); } handleInfo(m) { switch (m.type) { case "EXIT": throw m.reason; } } }`,
      `{ id: "w", start: [W] }`,
    ),
  ],
]);
