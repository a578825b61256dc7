/** What handles EXIT and DOWN: whoever drops them, having been read to the end, and nobody else. */
import { describe } from "vitest";
import { app, type Case, cases } from "./program.ts";

/** Keeps pids, monitors them, and handles messages like this. */
const registry = (body: string, outside = ""): string =>
  app(
    `${outside}
class Registry extends GenServer {
  byNode = new Map<string, Pid>(); refs = new Map<number, string>();
  handleCast(m) { this.refs.set(this.monitor(m.pid), m.node); this.byNode.set(m.node, m.pid); }
  forget(m) { const node = this.refs.get(m.ref); this.refs.delete(m.ref); this.byNode.delete(node); }
  ${body}
}`,
    `{ id: "registry", start: [Registry] }`,
  );
const DROPS = ["missing-monitor dropsDown"];

describe("DOWN is handled", () => {
  const all: Case[] = [
    ["if", registry(`handleInfo(m) { if (m.type === "DOWN") this.forget(m); }`)],
    [
      "switch",
      registry(
        `handleInfo(m) { switch (m.type) { case "tick": break; case "DOWN": this.forget(m); break; } }`,
      ),
    ],
    [
      "default",
      registry(`handleInfo(m) { switch (m.type) { case "tick": break; default: this.forget(m); } }`),
    ],
    ["a catch-all", registry(`handleInfo(m) { this.forget(m); }`)],
    [
      "an early return for others",
      registry(`handleInfo(m) { if (m.type !== "DOWN") return; this.forget(m); }`),
    ],
    ["an early return for one", registry(`handleInfo(m) { if (m.type === "tick") return; this.forget(m); }`)],
    ["ref in m", registry(`handleInfo(m) { if ("ref" in m) this.forget(m); }`)],
    ["not ref in m", registry(`handleInfo(m) { if (!("ref" in m)) return; this.forget(m); }`)],
    ["destructured", registry(`handleInfo({ type, ref }) { if (type === "DOWN") this.refs.delete(ref); }`)],
    [
      "destructured, by ref",
      registry(`handleInfo({ ref }) { if (ref !== undefined) this.refs.delete(ref); }`),
    ],
    [
      "a table",
      registry(`handlers = { DOWN: (m) => this.forget(m) }; handleInfo(m) { this.handlers[m.type]?.(m); }`),
    ],
    [
      "a map of handlers",
      registry(
        `handlers = new Map([["DOWN", (m) => this.forget(m)]]); handleInfo(m) { this.handlers.get(m.type)?.(m); }`,
      ),
    ],
    [
      "a table outside",
      registry(
        `handleInfo(m) { HANDLERS[m.type]?.(this, m); }`,
        `const HANDLERS = { DOWN: (self, m) => self.forget(m) };`,
      ),
    ],
    [
      "a computed method",
      registry(`handleInfo(m) { this["on" + m.type]?.(m); } onDOWN(m) { this.forget(m); }`),
    ],
    [
      "a computed method, lower case",
      registry(
        `handleInfo(m) { this[\`on_\${m.type.toLowerCase()}\`]?.(m); } on_down(m) { this.forget(m); }`,
      ),
    ],
    ["any method", registry(`handleInfo(m) { this[m.type]?.(m); } DOWN(m) { this.forget(m); }`)],
    [
      "a helper",
      registry(
        `handleInfo(m) { onDown(m, (ref) => this.refs.delete(ref)); }`,
        `function onDown(m, f) { if (m.type === "DOWN") f(m.ref); }`,
      ),
    ],
    [
      "a type guard",
      registry(
        `handleInfo(m) { if (isDown(m)) this.forget(m); }`,
        `const isDown = (m) => m.type === "DOWN";`,
      ),
    ],
    ["a list of types", registry(`handleInfo(m) { if (["DOWN", "EXIT"].includes(m.type)) this.forget(m); }`)],
    [
      "a set of types",
      registry(`handleInfo(m) { if (GONE.has(m.type)) this.forget(m); }`, `const GONE = new Set(["DOWN"]);`),
    ],
    [
      "a chain",
      registry(
        `handleInfo(m) { if (m.type === "a") this.n = 1; else if (m.type === "b") this.n = 2; else this.forget(m); }`,
      ),
    ],
    [
      "a constant",
      registry(
        `handleInfo(m) { if (m.type === TYPES.down) this.forget(m); }`,
        `const TYPES = { down: "DOWN" } as const;`,
      ),
    ],
    ["a condition of the ref", registry(`handleInfo(m) { if (this.refs.has(m.ref)) this.forget(m); }`)],
    ["it ends", registry(`handleInfo(m) { if (m.type === "DOWN") return stop("gone"); }`)],
    ["it throws", registry(`handleInfo(m) { if (m.type === "DOWN") throw new Error("gone"); }`)],
    ["it tells others", registry(`handleInfo(m) { if (m.type === "DOWN") this.cast("other", m); }`)],
    ["given to somebody", registry(`handleInfo(m) { bus.publish(m); }`, `import { bus } from "some-bus";`)],
    [
      "an arrow function in a field",
      registry(`handleInfo = (m) => { if (m.type === "DOWN") this.forget(m); };`),
    ],
    [
      "asynchronous",
      registry(
        `async handleInfo(m) { await this.done(m); } async done(m) { if (m.type === "DOWN") this.forget(m); }`,
      ),
    ],
    [
      "switch (true)",
      registry(`handleInfo(m) { switch (true) { case m.type === "DOWN": this.forget(m); break; } }`),
    ],
    [
      "a base class",
      app(
        `class Base extends GenServer { handleInfo(m) { if (m.type === "DOWN") this.gone(m); } gone(m) {} }
class Registry extends Base { byNode = new Map<string, Pid>(); handleCast(m) { this.monitor(m.pid); this.byNode.set(m.node, m.pid); } gone(m) { this.byNode.delete(m.node); } }`,
        `{ id: "registry", start: [Registry] }`,
      ),
    ],
    [
      "super",
      app(
        `class Base extends GenServer { handleInfo(m) { if (m.type === "DOWN") this.byNode.clear(); } byNode = new Map<string, Pid>(); }
class Registry extends Base { handleCast(m) { this.monitor(m.pid); this.byNode.set(m.node, m.pid); } handleInfo(m) { if (m.type === "tick") this.n = 1; super.handleInfo(m); } }`,
        `{ id: "registry", start: [Registry] }`,
      ),
    ],
    [
      "ignored on purpose",
      registry(`handleInfo(m) { switch (m.type) { case "DOWN": break; default: this.n = 1; } }`),
    ],
  ];
  cases(all);
});

describe("DOWN is dropped", () => {
  const all: Case[] = [
    ["no handler", registry("")],
    ["another type", registry(`handleInfo(m) { if (m.type === "tick") this.n = 1; }`)],
    [
      "a switch without it",
      registry(
        `handleInfo(m) { switch (m.type) { case "tick": this.n = 1; break; case "EXIT": this.n = 2; break; } }`,
      ),
    ],
    [
      "a table without it",
      registry(`handlers = { tick: () => { this.n = 1; } }; handleInfo(m) { this.handlers[m.type]?.(m); }`),
    ],
    [
      "a computed method that is not there",
      registry(`handleInfo(m) { this["on" + m.type]?.(m); } onTick() { this.n = 1; }`),
    ],
    [
      "the word is elsewhere",
      registry(
        `handleCall(r) { return reply(r, "DOWN"); } handleInfo(m) { if (m.type === "tick") this.n = 1; }`,
      ),
    ],
    [
      "an early return for all but one",
      registry(`handleInfo(m) { if (m.type !== "tick") return; this.n = 1; }`),
    ],
    [
      "a type guard for another",
      registry(`handleInfo(m) { if (isTick(m)) this.n = 1; }`, `const isTick = (m) => m.type === "tick";`),
    ],
    ["another key", registry(`handleInfo(m) { if ("tick" in m) this.n = 1; }`)],
    ["destructured", registry(`handleInfo({ type }) { if (type === "tick") this.n = 1; }`)],
    [
      "a base class that does not either",
      app(
        `class Base extends GenServer { handleInfo(m) { if (m.type === "tick") this.n = 1; } }
class Registry extends Base { byNode = new Map<string, Pid>(); handleCast(m) { this.monitor(m.pid); this.byNode.set(m.node, m.pid); } }`,
        `{ id: "registry", start: [Registry] }`,
      ),
    ],
    [
      "super of the library",
      registry(`handleInfo(m) { if (m.type === "tick") this.n = 1; return super.handleInfo(m); }`),
    ],
    [
      "a helper that does not",
      registry(
        `handleInfo(m) { onTick(m, () => { this.n = 1; }); }`,
        `function onTick(m, f) { if (m.type === "tick") f(); }`,
      ),
    ],
  ];
  cases(all.map(([title, program]) => [title, program, DROPS]));
});

/** Traps exits, is linked to a worker, and handles messages like this. */
const boss = (body: string, outside = ""): string =>
  app(
    `${outside} class Worker extends GenServer {}
class Boss extends GenServer { async init() { this.trapExit(true); await this.startLink(Worker); } ${body} }`,
    `{ id: "boss", start: [Boss] }`,
  );

describe("EXIT", () => {
  const handled: Case[] = [
    ["if", boss(`async handleInfo(m) { if (m.type === "EXIT") await this.startLink(Worker); }`)],
    [
      "default",
      boss(`handleInfo(m) { switch (m.type) { case "tick": return; default: return stop(m.reason); } }`),
    ],
    ["from in m", boss(`handleInfo(m) { if ("from" in m) this.exit("partner"); }`)],
    [
      "a catch-all",
      boss(`handleInfo(m) { return this.onMessage(m); } onMessage(m) { return stop("partner"); }`),
    ],
    [
      "a helper",
      boss(
        `handleInfo(m) { supervise(this, m); }`,
        `const supervise = (p, m) => { if (m.type === "EXIT") p.exit(m.reason); };`,
      ),
    ],
    ["instanceof leaves it open", boss(`handleInfo(m) { if (m instanceof Object) this.n = 1; }`)],
    [
      "a computed method",
      boss(`handleInfo(m) { this[\`handle\${m.type}\`]?.(m); } handleEXIT(m) { this.exit(m.reason); }`),
    ],
  ];
  cases(handled);
  const dropped: Case[] = [
    ["nothing", boss("")],
    ["only DOWN", boss(`handleInfo(m) { if (m.type === "DOWN") this.exit("gone"); }`)],
    ["a switch without it", boss(`handleInfo(m) { switch (m.type) { case "tick": this.n = 1; } }`)],
    ["ref in m", boss(`handleInfo(m) { if ("ref" in m) this.exit("gone"); }`)],
  ];
  cases(dropped.map(([title, program]) => [title, program, ["trap-exit dropsExits"]]));
  cases([
    [
      "an empty terminate needs nothing",
      app(`class W extends GenServer { terminate() {} }`, `{ id: "w", start: [W] }`),
    ],
    [
      "one with a comment neither",
      app(`class W extends GenServer { terminate() { /* nothing */ } }`, `{ id: "w", start: [W] }`),
    ],
    [
      "one that does something does",
      app(`class W extends GenServer { terminate() { console.log("bye"); } }`, `{ id: "w", start: [W] }`),
      ["trap-exit terminateNotRun"],
    ],
  ]);
});
