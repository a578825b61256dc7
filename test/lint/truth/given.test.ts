/** What a start leaves out, what `Object.assign` gives an object, and promises that fail. */
import { describe } from "vitest";
import { app, cases } from "./program.ts";

const order = (init: string, start = "[Quota]"): string =>
  app(
    `class Quota extends GenServer { ${init} }
class Carrier extends GenServer { handleCall(q) { return reply(q, 1); } }`,
    `{ id: "quota", start: ${start} }, { id: "carrier", start: [Carrier], name: "carrier" }`,
  );
const fails = ["child-order bootFails"];

describe("an argument that is left out is its default", () => {
  cases([
    ["a parameter", order(`async init(to = "carrier") { await this.call(to, {}); }`), fails],
    [
      "a property of one that is left out",
      order(`async init({ to = "carrier" } = {}) { await this.call(to, {}); }`),
      fails,
    ],
    [
      "a property",
      order(`async init({ to = "carrier" }) { await this.call(to, {}); }`, "[Quota, {}]"),
      fails,
    ],
    [
      "kept in a field",
      order(`async init(to = "carrier") { this.to = to; await this.call(this.to, {}); }`),
      fails,
    ],
    [
      "but not where it is given",
      order(`async init(to = "carrier") { await this.call(to, {}); }`, `[Quota, "other"]`),
    ],
    [
      "and not where nobody knows what is given",
      order(`async init(to = "carrier") { await this.call(to, {}); }`, "[Quota, process.env.TO]"),
    ],
  ]);
});

describe("a handler that fails again has caught nothing", () => {
  const caught = ["child-order guardedInInit"];
  cases([
    [
      "a rejected promise",
      order(
        `async init() { await this.call("carrier", {}).catch((e) => Promise.reject(new Error("none", { cause: e }))); }`,
      ),
      fails,
    ],
    [
      "returned from a block",
      order(
        `async init() { await this.call("carrier", {}).catch((e) => { console.warn(e); return Promise.reject(e); }); }`,
      ),
      fails,
    ],
    [
      "in a try",
      order(
        `async init() { try { await this.call("carrier", {}); } catch (e) { return Promise.reject(e); } }`,
      ),
      fails,
    ],
    [
      "awaited in a try",
      order(
        `async init() { try { await this.call("carrier", {}); } catch (e) { await Promise.reject(e); } }`,
      ),
      fails,
    ],
    [
      "but one that resolves has",
      order(`async init() { await this.call("carrier", {}).catch((e) => Promise.resolve(e)); }`),
      caught,
    ],
    [
      "and so has one that catches its own",
      order(
        `async init() { await this.call("carrier", {}).catch((e) => Promise.reject(e).catch(() => null)); }`,
      ),
      caught,
    ],
  ]);
});

describe("Object.assign gives the object of a process fields", () => {
  const keeper = (init: string, start: string, outside = ""): string =>
    app(
      `${outside}class Gate extends GenServer { all: Pid[] = []; limits; ${init} handleCast(m) { this.all.push(m.who); } }`,
      `{ id: "gate", start: ${start} }`,
    );
  const keeps = ["missing-monitor keepsDeadPids"];
  cases([
    [
      "by name",
      keeper(`init({ limits }) { Object.assign(this, { limits }); }`, "[Gate, { limits: { free: 1 } }]"),
      keeps,
    ],
    [
      "what the start gives",
      keeper(`init(o) { Object.assign(this, o); }`, "[Gate, { limits: { free: 1 } }]"),
      keeps,
    ],
    [
      "which is used then",
      order(
        `async init(o) { Object.assign(this, { to: "carrier" }, o); await this.call(this.to, {}); }`,
        "[Quota, {}]",
      ),
      fails,
    ],
    [
      "but what is not known may be anything",
      keeper(`init(o) { Object.assign(this, o); }`, "[Gate, JSON.parse('{}')]"),
    ],
    [
      "also of a package",
      keeper(`init() { Object.assign(this, mixin); }`, "[Gate]", `import { mixin } from "mixins";\n`),
    ],
  ]);
});

describe("what a constructor puts away is called later", () => {
  const book = (constructed: string, outside = ""): string =>
    app(
      `${outside}
class Dispatch { #table = new Map(); on(op, handler) { this.#table.set(op, handler); return this; } run(m) { return this.#table.get(m.op)?.(m); } }
class Book extends GenServer {
  dispatch = new Dispatch(); all: Pid[] = [];
  constructor() { super(); ${constructed} }
  handleCast(m) { this.all.push(m.who); this.dispatch.run(m); }
  handleInfo(m) { if (m.type === "DOWN") this.all = this.all.filter((pid) => pid !== m.pid); }
}`,
      `{ id: "book", start: [Book] }`,
    );
  const keeps = ["missing-monitor keepsDeadPids"];
  cases([
    ["in a table", book(`this.dispatch.on("watch", ({ who }) => this.monitor(who));`)],
    [
      "in a chain",
      book(`this.dispatch.on("log", console.log).on("watch", (m) => { this.monitor(m.who); });`),
    ],
    [
      "given to a package",
      book(`this.bus = new Bus({ joined: (pid) => this.monitor(pid) });`, `import { Bus } from "bus";`),
    ],
    [
      "by a helper",
      book(
        `wire(this.dispatch, (pid) => this.monitor(pid));`,
        `const wire = (d, f) => d.on("watch", (m) => f(m.who));`,
      ),
    ],
    [
      "but one that monitors nobody",
      book(`this.dispatch.on("watch", ({ who }) => this.send(who, "hello"));`),
      keeps,
    ],
    ["and one that is put nowhere", book(`const f = ({ who }) => this.monitor(who);`), keeps],
  ]);
});
