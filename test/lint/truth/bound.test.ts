/** Methods of the library under other names: bound, with arguments, called with `call` and `apply`. */
import { describe } from "vitest";
import { app, cases } from "./program.ts";

const FAILS = ["child-order bootFails"];
const order = (api: string, outside = ""): string =>
  app(
    `${outside} class Db extends GenServer { handleCall(q) { return reply(q, 1); } } class Api extends GenServer { ${api} }`,
    `{ id: "api", start: [Api] }, { id: "db", start: [Db], name: "db" }`,
  );

describe("a method of the library is called by another name", () => {
  cases([
    ["bound", order(`async init() { const ask = this.call.bind(this, "db"); await ask({}); }`), FAILS],
    [
      "bound to the object alone",
      order(`async init() { const ask = this.call.bind(this); await ask("db", {}); }`),
      FAILS,
    ],
    ["in a field", order(`ask = this.call.bind(this, "db"); async init() { await this.ask({}); }`), FAILS],
    ["with `call`", order(`async init() { await this.call.call(this, "db", {}); }`), FAILS],
    ["with `apply`", order(`async init() { await this.call.apply(this, ["db", {}]); }`), FAILS],
    ["taken out", order(`async init() { const { call } = this; await call("db", {}); }`), FAILS],
    [
      "by a client that was given it",
      order(
        `async init() { await new Client(this.call.bind(this, "db")).get(1); }`,
        `class Client { constructor(ask) { this.ask = ask; } get(key) { return this.ask({ key }); } }`,
      ),
      FAILS,
    ],
    [
      "and caught",
      order(`async init() { const ask = this.call.bind(this, "db"); try { await ask({}); } catch {} }`),
      ["child-order guardedInInit"],
    ],
    [
      "near miss: a method of its own",
      order(`call2() {} async init() { const ask = this.call2.bind(this, "db"); await ask({}); }`),
    ],
    [
      "near miss: its own of the same name",
      order(`call() {} async init() { const ask = this.call.bind(this, "db"); await ask({}); }`),
    ],
    [
      "near miss: bound to somebody else",
      order(`async init(o) { const ask = this.call.bind(o, "db"); await ask({}); }`),
    ],
  ]);
});

const keeps = (members: string): string =>
  app(
    `class Room extends GenServer { pids = new Set<Pid>(); tell; ${members} handleCast(m) { this.tell(m.pid); this.pids.add(m.pid); } handleInfo(m) { if (m.type === "DOWN") this.pids.delete(m.pid); } }`,
    `{ id: "room", start: [Room] }`,
  );

describe("what it does by another name it does", () => {
  cases([
    ["it monitors", keeps("init() { this.tell = this.monitor.bind(this); }")],
    ["it may, by a method that a field holds", keeps("init() { this.tell = this.monitor; }")],
    [
      "near miss: it only sends",
      keeps(`init() { this.tell = this.send.bind(this, "log"); }`).replace('"DOWN"', '"gone"'),
      ["missing-monitor keepsDeadPids"],
    ],
  ]);
});
