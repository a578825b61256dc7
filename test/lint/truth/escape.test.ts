/** Where a process's object is given away, or acts in ways that are not read, nothing is called absent. */
import { describe } from "vitest";
import { app, type Case, cases } from "./program.ts";

/** Keeps pids; whether it monitors them is a matter of this. */
const keeper = (body: string, outside = ""): string =>
  app(
    `${outside}
class Registry extends GenServer { byNode = new Map<string, Pid>(); handleCast(m) { this.byNode.set(m.node, m.pid); } ${body} }`,
    `{ id: "registry", start: [Registry] }`,
  );

describe("it may be done there", () => {
  const all: Case[] = [
    ["given to a package", keeper(`init() { attach(this); }`, `import { attach } from "otp-tools";`)],
    [
      "given to a package's class",
      keeper(`init() { this.client = new Client(this); }`, `import { Client } from "client";`),
    ],
    [
      "given in an object",
      keeper(
        `init() { this.client = new Client({ owner: this, name: "x" }); }`,
        `import { Client } from "client";`,
      ),
    ],
    ["given in a list", keeper(`init() { attach([this]); }`, `import { attach } from "otp-tools";`)],
    ["a plug-in of the start", keeper(`init(o) { o.plugin.attach(this); }`)],
    [
      "a plug-in in a field",
      keeper(
        `init(o) { this.plugin = o.plugin; return continueWith(1); } handleContinue() { this.plugin.attach(this); }`,
      ),
    ],
    ["plug-ins in a list", keeper(`init(o) { for (const plugin of o.plugins) plugin(this); }`)],
    [
      "a bound method",
      keeper(`init() { attach(this.monitor.bind(this)); }`, `import { attach } from "otp-tools";`),
    ],
    [
      "a bound method in an object",
      keeper(
        `init() { attach({ monitor: this.monitor.bind(this) }); }`,
        `import { attach } from "otp-tools";`,
      ),
    ],
    ["a computed name", keeper(`handleInfo(m) { this[m.method](m.pid); }`)],
    ["a computed name of a kind", keeper(`handleInfo(m) { this[\`\${m.method}\`](m.pid); }`)],
    ["a name that begins so", keeper(`handleInfo(m) { this[\`mon\${m.rest}\`](m.pid); }`)],
    ["Reflect", keeper(`handleInfo(m) { Reflect.get(this, m.method).call(this, m.pid); }`)],
    ["Object.assign", keeper(`init() { Object.assign(this, mixin); }`, `import { mixin } from "mixins";`)],
    ["the system", keeper(`init() { watch(this.system, this.self); }`, `import { watch } from "watcher";`)],
    ["something of the system", keeper(`handleInfo() { this.system.settle(); }`)],
    [
      "kept in a module",
      keeper(`init() { current = this; }`, `let current; export const get = () => current;`),
    ],
    ["kept in a static field", keeper(`static current; init() { Registry.current = this; }`)],
    ["kept in a global", keeper(`init() { globalThis.registry = this; }`)],
    ["kept in a module's list", keeper(`init() { all.push(this); }`, `export const all = [];`)],
    ["kept in a module's map", keeper(`init() { all.set("x", this); }`, `export const all = new Map();`)],
    [
      "a decorator of the class",
      app(
        `import { watched } from "decorators";
@watched class Registry extends GenServer { byNode = new Map<string, Pid>(); handleCast(m) { this.byNode.set(m.node, m.pid); } }`,
        `{ id: "registry", start: [Registry] }`,
      ),
    ],
    [
      "a decorator of a method",
      app(
        `import { monitors } from "decorators";
class Registry extends GenServer { byNode = new Map<string, Pid>(); @monitors("pid") handleCast(m) { this.byNode.set(m.node, m.pid); } }`,
        `{ id: "registry", start: [Registry] }`,
      ),
    ],
    [
      "a base class that is not there",
      app(
        `import { Watching } from "bases";
class Registry extends Watching { byNode = new Map<string, Pid>(); handleCast(m) { this.byNode.set(m.node, m.pid); } }`,
        `{ id: "registry", start: [Registry] }`,
      ),
    ],
    ["a task that is not known", keeper(`init(o) { this.async(o.job); }`)],
    [
      "a helper that passes it on",
      keeper(
        `init() { setUp(this); }`,
        `import { attach } from "otp-tools"; const setUp = (p) => { attach(p); };`,
      ),
    ],
    [
      "an object of a class that passes it on",
      keeper(
        `init() { this.client = new Mine(this); }`,
        `import { attach } from "otp-tools"; class Mine { constructor(owner) { attach(owner); } }`,
      ),
    ],
    [
      "given with a start",
      keeper(`async init() { await this.startLink(Helper, this); }`, `class Helper extends GenServer {}`),
    ],
  ];
  cases(all);
});

describe("it is done there", () => {
  const all: Case[] = [
    [
      "a client of its own",
      keeper(
        `init() { this.watch = new Watch(this); } handleInfo(m) { this.watch.add(m.pid); if (m.type === "DOWN") this.byNode.clear(); }`,
        `class Watch { constructor(owner) { this.owner = owner; } add(pid) { this.owner.monitor(pid); } }`,
      ),
    ],
    [
      "a bound method of its own",
      keeper(
        `init() { this.watch = this.monitor.bind(this); } handleInfo(m) { if (m.type === "DOWN") this.byNode.clear(); else this.watch(m.pid); }`,
      ),
    ],
    [
      "a function that is kept",
      keeper(
        `init() { this.add = (pid) => this.monitor(pid); } handleInfo(m) { if (m.type === "DOWN") this.byNode.clear(); else this.add(m.pid); }`,
      ),
    ],
    [
      "a function in a list of its own",
      keeper(
        `hooks = []; init() { this.hooks.push((pid) => this.link(pid)); } handleInfo(m) { for (const hook of this.hooks) hook(m.pid); }`,
      ),
    ],
    ["a helper", keeper(`handleInfo(m) { watch(this, m); }`, `const watch = (p, m) => p.link(m.pid);`)],
    ["a task", keeper(`handleInfo(m) { this.async((t) => { this.link(m.pid); }); }`)],
  ];
  cases(all);
});

describe("looking is not giving away", () => {
  const all: Case[] = [
    ["nothing", keeper("")],
    ["logged", keeper(`init() { console.log(this); }`)],
    ["as text", keeper(`init() { this.text = JSON.stringify(this); }`)],
    ["its keys", keeper(`init() { this.keys = Object.keys(this); }`)],
    ["its pid", keeper(`init() { attach(this.self); }`, `import { attach } from "otp-tools";`)],
    ["a field of it", keeper(`init() { attach(this.byNode.size); }`, `import { attach } from "otp-tools";`)],
    [
      "a function that only sends",
      keeper(`init() { onSignal(() => this.cast("other", 1)); }`, `import { onSignal } from "signals";`),
    ],
    [
      "a computed name of its own methods",
      keeper(`handleInfo(m) { this[\`on\${m.type}\`]?.(m); } onTick() { this.n = 1; }`),
    ],
  ];
  cases(all.map(([title, program]) => [title, program, ["missing-monitor keepsDeadPids"]]));
});

/** Siblings that seem to have nothing to do with each other, all of which one crash stops. */
const group = (a: string, outside = "", args = ""): string =>
  app(
    `${outside} class A extends GenServer { ${a} } class B extends GenServer {} class C extends GenServer {}`,
    `{ id: "b", start: [B], name: "b" }, { id: "c", start: [C], name: "c" }, { id: "a", start: [A${args}] }`,
    `strategy: "one_for_all",`,
  );
const UNRELATED = ["blast-radius unrelatedUnderOneForAll"];

describe("nobody uses it", () => {
  cases([
    ["nothing", group(""), UNRELATED],
    [
      "by one of its own options",
      group(`init(o) { if (o.peer) this.peer = o.peer; }`, "", ", {}"),
      UNRELATED,
    ],
    ["given away", group(`init() { attach(this); }`, `import { attach } from "otp-tools";`)],
    [
      "captured",
      group(`init() { attach({ call: this.call.bind(this) }); }`, `import { attach } from "otp-tools";`),
    ],
    ["by the system", group(`handleCast() { this.system.cast("b", 1); this.system.cast("c", 1); }`)],
    [
      "by the system in a variable",
      group(`handleCast() { const { system } = this; system.send("b", 1); system.send("c", 1); }`),
    ],
    [
      "in a task",
      group(`handleCast() { this.async(async (t) => { await t.call("b", 1); await t.call("c", 1); }); }`),
    ],
    ["sendExit", group(`handleCast() { this.sendExit("b", "kill"); this.sendExit("c", "kill"); }`)],
    ["stopServer", group(`async handleCast() { await this.stopServer("b"); await this.stopServer("c"); }`)],
    ["a computed name", group(`handleCast(m) { this[m.how]("b", m); }`)],
    [
      "a function in a module's list",
      group(
        `init() { hooks.push(() => { this.cast("b", 1); this.cast("c", 1); }); }`,
        `export const hooks = [];`,
      ),
    ],
    [
      "a bound method in a variable",
      group(
        `init() { const call = this.call.bind(this); this.ask = () => call("b", 1).then(() => call("c", 1)); }`,
      ),
    ],
  ]);
});
