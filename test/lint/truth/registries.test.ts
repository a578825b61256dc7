/** What a process does with the library's own registry and signal is known, and so is what it does not do. */
import { describe } from "vitest";
import { app, type Case, cases } from "./program.ts";

const REGISTRY = `import { Registry, via } from "suptree";
const ROOMS = processName("rooms");
class Room extends GenServer { init(name) { Registry.register(this, ROOMS, ["room", name], undefined); } }
`;
const rooms = `{ id: "rooms", start: [Registry, { keys: "unique" }], name: ROOMS }`;
const chain = (user: string, body: string, order: "after" | "before" = "after"): string =>
  app(
    `${REGISTRY}class ${user} extends GenServer { ${body} }`,
    order === "after" ? `${rooms}, { id: "u", start: [${user}] }` : `{ id: "u", start: [${user}] }, ${rooms}`,
    `strategy: "rest_for_one", intensity: 3, period: 5,`,
  );

describe("who looks into a registry uses it", () => {
  const all: Case[] = [
    ["registered in init", chain("User", `init() { Registry.register(this, ROOMS, "a", 1); }`)],
    [
      "looked up later",
      chain("User", `handleCall(q) { return reply(q, Registry.whereis(this, ROOMS, q.key)); }`),
    ],
    [
      "told to everybody",
      chain(
        "User",
        `handleCast(m) { Registry.dispatch(this, ROOMS, m.key, ({ pid }) => this.send(pid, m)); }`,
      ),
    ],
    ["by a name that is a key", chain("User", `handleCast(m) { this.cast(via(ROOMS, ["room", 1]), m); }`)],
    ["not at all", chain("User", `handleCast(m) { console.log(m); }`), ["blast-radius nothingFollows"]],
    [
      "in init, before it is there",
      chain("User", `init() { Registry.register(this, ROOMS, "a", 1); }`, "before"),
      ["child-order notFoundInInit"],
    ],
    [
      "later, though it starts after it",
      chain("User", `handleCall(q) { return reply(q, Registry.lookup(this, ROOMS, q.key)); }`, "before"),
      ["child-order usedLater"],
    ],
  ];
  cases(all);
});

const named = (children: string, strategy = "rest_for_one"): string =>
  app(
    `${REGISTRY}class Guest extends GenServer { handleCast(m) { console.log(m); } }
class GuestSup extends DynamicSupervisor { init() { return { child: { start: [Guest], name: via(ROOMS, "guest") } }; } }
class Floor extends Supervisor { init() { return { children: ["a", "b"].map((key) => ({ id: key, start: [Guest], name: via(ROOMS, key) })) }; } }
class Hall extends Supervisor { init(names) { return { children: [{ id: "a", start: [Guest], name: via(names, "a") }] }; } }`,
    children,
    `strategy: "${strategy}", intensity: 3, period: 5,`,
  );

describe("whose name is a key of a registry is entered there when it starts", () => {
  cases([
    ["a child", named(`${rooms}, { id: "g", start: [Guest], name: via(ROOMS, "g") }`)],
    ["by a plain name", named(`${rooms}, { id: "g", start: [Guest], name: via("rooms", ["guest", 1]) }`)],
    ["children further down", named(`${rooms}, { id: "floor", start: [Floor] }`)],
    ["the children of a template", named(`${rooms}, { id: "guests", start: [GuestSup] }`)],
    ["under one_for_all", named(`${rooms}, { id: "floor", start: [Floor] }`, "one_for_all")],
    ["in a registry that is given", named(`${rooms}, { id: "hall", start: [Hall, ROOMS] }`)],
    [
      "before it is there",
      named(`{ id: "g", start: [Guest], name: via(ROOMS, "g") }, ${rooms}`),
      ["child-order notFoundInInit"],
    ],
    [
      "a name of its own is none of its keys",
      named(`${rooms}, { id: "g", start: [Guest], name: "g" }`),
      ["blast-radius nothingFollows"],
    ],
  ]);
});

const tasks = `{ id: "tasks", start: [TaskSupervisor], name: "tasks" }`;
const under = (body: string, order: "after" | "before" = "after"): string =>
  app(
    `import { TaskSupervisor } from "suptree";
class User extends GenServer { ${body} }`,
    order === "after" ? `${tasks}, { id: "u", start: [User] }` : `{ id: "u", start: [User] }, ${tasks}`,
    `strategy: "rest_for_one", intensity: 3, period: 5,`,
  );

describe("who has tasks under a supervisor uses it", () => {
  cases([
    [
      "one task",
      under(`handleCast(m) { this.async(() => fetch(m.url), { under: "tasks", notify: true }); }`),
    ],
    [
      "many",
      under(
        `async handleCast(m) { for await (const end of this.asyncStream(m.urls, (url) => fetch(url), { under: "tasks" })) console.log(end); }`,
      ),
    ],
    [
      "which is a key of a registry",
      app(
        `${REGISTRY}class User extends GenServer { handleCast(m) { this.async(() => fetch(m.url), { under: via(ROOMS, "tasks") }); } }`,
        `{ id: "u", start: [User] }, ${rooms}`,
      ),
      ["child-order usedLater"],
    ],
    [
      "with options that are not known",
      under(`handleCast(m) { this.async(() => fetch(m.url), m.options); }`),
    ],
    [
      "its own tasks",
      under(`handleCast(m) { this.async(() => fetch(m.url), { notify: true }); }`),
      ["blast-radius nothingFollows"],
    ],
    [
      "which starts after it",
      under(`handleCast(m) { this.async(() => fetch(m.url), { under: "tasks" }); }`, "before"),
      ["child-order usedLater"],
    ],
  ]);
});

const store = `{ id: "store", start: [Store], name: "store" }`;
const withStore = (body: string, order: "after" | "before" = "after"): string =>
  app(
    `class Store extends GenServer { handleCall(q) { return reply(q, q.key); } handleInfo(m) { console.log(m); } }
class User extends GenServer { ${body} }`,
    order === "after" ? `${store}, { id: "u", start: [User] }` : `{ id: "u", start: [User] }, ${store}`,
    `strategy: "rest_for_one", intensity: 3, period: 5,`,
  );
const perItem = (fn: string): string =>
  `async handleCast(m) { for await (const end of this.asyncStream(m.keys, ${fn})) console.log(end.value); }`;

describe("what the tasks of a stream do is done for the process that starts them", () => {
  cases([
    ["they call", withStore(perItem(`(key, task) => task.call("store", { key })`))],
    [
      "in a method",
      withStore(
        `${perItem("(key, task) => this.ask(key, task)")} ask(key, task) { return task.call("store", { key }); }`,
      ),
    ],
    ["by the process itself", withStore(perItem(`(key) => this.cast("store", { key })`))],
    ["by a function that is not known", withStore(perItem("m.fn"))],
    ["nothing of the kind", withStore(perItem("(key) => key * 2")), ["blast-radius nothingFollows"]],
    [
      "they call one who starts later",
      withStore(perItem(`(key, task) => task.call("store", { key })`), "before"),
      ["child-order usedLater"],
    ],
  ]);
});

describe("what a timer sends is sent when its time is over", () => {
  const toLater = (body: string): string => withStore(`init() { ${body} }`, "before");
  cases([
    ["not in init", toLater(`this.sendAfter(1000, "store", { type: "tick" });`), ["child-order lostLater"]],
    [
      "again and again",
      toLater(`this.sendInterval(1000, "store", { type: "tick" });`),
      ["child-order lostLater"],
    ],
    [
      "at a time that is not known",
      toLater(`this.sendAfter(this.now() % 7, "store", 1);`),
      ["child-order lostLater"],
    ],
    ["at once", toLater(`this.sendAfter(0, "store", { type: "tick" });`), ["child-order lostInInit"]],
    ["without a timer", toLater(`this.send("store", { type: "tick" });`), ["child-order lostInInit"]],
    ["to one who is there", withStore(`init() { this.sendInterval(1000, "store", { type: "tick" }); }`)],
  ]);
});

/** Keeps pids and monitors none. */
const keeper = (body: string, outside = ""): string =>
  app(
    `${outside}class Book extends GenServer { members = new Map<string, Pid>(); handleCast(m) { this.members.set(m.nick, m.pid); } ${body} }`,
    `{ id: "book", start: [Book] }`,
  );
const keeps = ["missing-monitor keepsDeadPids"];

describe("what cannot act for the process", () => {
  const all: Case[] = [
    ["its signal", keeper(`handleInfo(m) { return fetch(m.url, { signal: this.signal }); }`), keeps],
    [
      "its signal and others",
      keeper(`handleInfo(m) { return fetch(m.url, { signal: AbortSignal.any([this.signal, m.signal]) }); }`),
      keeps,
    ],
    [
      "its signal, to a package",
      keeper(
        `handleContinue() { return poll({ signal: this.signal }); }`,
        `import { poll } from "poller";\n`,
      ),
      keeps,
    ],
    [
      "the number of its pid",
      keeper(`handleInfo(m) { audit(this.self.id, m); }`, `import { audit } from "audit";\n`),
      keeps,
    ],
    [
      "its place in a registry",
      keeper(
        `init(key) { Registry.register(this, "books", key, 1); }`,
        `import { Registry } from "suptree";\n`,
      ),
      keeps,
    ],
    [
      "but its object beside its signal can",
      keeper(
        `handleInfo() { poll({ signal: this.signal, owner: this }); }`,
        `import { poll } from "poller";\n`,
      ),
    ],
    [
      "and so can another package's registry",
      keeper(
        `init(key) { Registry.register(this, "books", key); }`,
        `import { Registry } from "registry";\n`,
      ),
    ],
  ];
  cases(all);
});

describe("the system that run gives", () => {
  const program = (main: string): string =>
    app(
      `import { run } from "suptree";
class Export extends GenServer { handleCast(m) { console.log(m); } }
class Sup extends Supervisor { init() { return { children: [] }; } }
const shop = defineApplication({ name: "shop", start: [Sup] });
${main}`,
      "",
    );
  const outside = ["unsupervised-process startedOutside"];
  cases([
    ["awaited", program(`const system = await run(shop); await system.start(Export);`), outside],
    [
      "in a function",
      program(
        `export async function boot() { const system = await run(shop); await system.start(Export); return system; }`,
      ),
      outside,
    ],
    ["only looked at", program(`const system = await run(shop); console.log(system.whereis("shop"));`)],
    [
      "another's run",
      program(`import { run as go } from "runner"; const system = await go(shop); system.start(Export);`),
    ],
  ]);
});
