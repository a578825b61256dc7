import { describe, expect, test } from "vitest";
import { analyze, check, render } from "./check.ts";

const NO_LIMIT = "!shutdown: actors are stopped without a time limit of their own;";

describe("parent-spawn (nact)", () => {
  test("parents are supervisors, policies are functions, children of actors are dynamic", () => {
    const model = check(
      `import { start, spawn, spawnStateless, dispatch, query } from "nact";
      const system = start();
      const reset = (msg, error, ctx) => ctx.reset;
      const logger = spawnStateless(system, (msg, ctx) => console.log(msg), "logger");
      const rooms = spawn(system, async (state = {}, msg, ctx) => {
        const room = spawn(ctx.self, (s, m, c) => { dispatch(c.parent, "joined"); return s; }, \`room-\${msg.id}\`);
        dispatch(logger, "new room");
        await query(logger, () => "x", 100);
        return state;
      }, "rooms", { onCrash: reset });`,
      `
      system null in nulls
        logger: logger null shutdown null !restart: a failure of a stateless actor is ignored; !shutdown: actors are stopped without a time limit of their own;
        rooms: rooms ▸ transient shutdown null !shutdown: actors are stopped without a time limit of their own;
        ! intensity: restarts are not counted: each actor has its own policy, a function
        ! period: restarts are not counted: each actor has its own policy, a function
      rooms null in nulls
        room-*: room many dynamic shutdown null !shutdown: actors are stopped without a time limit of their own;
        ! intensity: restarts are not counted: each actor has its own policy, a function
        ! period: restarts are not counted: each actor has its own policy, a function
      system/rooms send system/logger in later (the process started here)
      system/rooms call system/logger in later (the process started here)
      rooms/room-* send system/rooms in later (the process started here)
      `,
    );
    expect(model.roots).toEqual(["main.ts#system"]);
  });

  test("a parent that is not known has no children here, and other spawns are nobody's", () => {
    const model = check(
      `import { spawn } from "child_process"; import { spawn as spawnActor } from "nact";
      spawn("ls", ["-l"]);
      export const worker = (parent) => spawnActor(parent, (s, m) => s, "worker");`,
      "",
    );
    expect(model.supervisors).toEqual([]);
  });
});

describe("functions that spawn (nact)", () => {
  const rest = (name: string): string[] => [
    `${name} null in nulls`,
    "! intensity: restarts are not counted: each actor has its own policy, a function",
    "! period: restarts are not counted: each actor has its own policy, a function",
  ];
  const lines = (model: ReturnType<typeof analyze>): string[] =>
    render(model)
      .split("\n")
      .map((l) => l.trim());

  test("in another file, with a parent as parameter", () => {
    const model = analyze(`// FILE main.ts
      import { start } from "nact";
      import { createLogger } from "./logger";
      const system = start();
      const logger = createLogger(system);
      // FILE logger.ts
      import { spawn, spawnStateless } from "nact";
      export const createLogger = (parent: unknown) =>
        spawnStateless(parent, (msg, ctx) => { spawn(ctx.self, (s, m) => s, "kid"); }, "logger");`);
    expect(lines(model).sort()).toEqual(
      [
        ...rest("logger"),
        `kid: kid maybe dynamic shutdown null ${NO_LIMIT}`,
        ...rest("system"),
        `logger: logger ▸ null shutdown null !restart: a failure of a stateless actor is ignored; ${NO_LIMIT}`,
      ].sort(),
    );
  });

  test("called more than once, and a system in a field", () => {
    const model = analyze(`import { spawn, start } from "nact";
      export class Users {
        private readonly users = start();
        private readonly create = (name: string) => spawn(this.users, (s, m) => s, name);
        readonly ann = this.create("ann");
        readonly ben = this.create("ben");
        constructor() { this.create("zoe"); }
      }
      const system = start();
      const create = (name: string) => spawn(system, (s, m) => s, name);
      const ann = create("ann");
      const ben = create("ben");`);
    const system = model.supervisors.find((s) => s.name === "system");
    expect(system?.children.map((c) => c.id)).toEqual(["ann", "ben"]);
    expect(model.supervisors.map((s) => s.name)).toEqual(["users", "system"]);
  });
});

describe("parent-spawn (actor-ts)", () => {
  test("classes are supervisors of what they spawn, with their strategy", () => {
    const model = check(
      `import { Actor, ActorSystem, AllForOneStrategy, decideBy, Directive, OneForOneStrategy, stoppingStrategy } from "actor-ts";
      class Worker extends Actor<number> { override postStop() {} override onReceive() { this.context.stopSelf(); } }
      class Logger extends Actor<string> { override onReceive() {} }
      class Parent extends Actor<{ id: string }> {
        private worker!: unknown;
        override supervisorStrategy() {
          return new OneForOneStrategy(() => Directive.Restart, { maxRetries: 4, withinTimeRangeMs: 5_000 });
        }
        override preStart() {
          this.worker = this.context.spawn(Worker, "worker");
          this.context.watch(this.worker);
          this.context.spawnAnonymous(Logger, { supervisorStrategy: stoppingStrategy });
        }
        override async onReceive(message: { id: string }) {
          this.worker.tell(1);
          await this.worker.ask(2);
          this.context.spawn(() => new Room(), \`room-\${message.id}\`);
        }
      }
      class Room extends Actor<string> {
        override supervisorStrategy() { return new AllForOneStrategy(decideBy([], Directive.Stop)); }
        override onReceive() { this.context.spawn(Worker, "helper"); }
      }
      export function main() {
        const system = ActorSystem.create("shop");
        system.spawn(Parent, "parent");
      }`,
      `
      Parent one_for_one 5 in 5s
        worker: Worker transient shutdown null ${NO_LIMIT}
        ?: Logger temporary shutdown null ${NO_LIMIT} !id: no name is given: one is made up at run time;
        room-*: Room ▸ many dynamic transient shutdown null ${NO_LIMIT}
      Room one_for_all null in nulls
        helper: Worker maybe dynamic temporary shutdown null ${NO_LIMIT}
        ! intensity: restarts are not limited: maxRetries is absent or negative
        ! period: restarts are not limited: maxRetries is absent or negative
      shop
        parent: Parent ▸ shutdown null ${NO_LIMIT}
      shop/parent monitor Parent/worker in continue (the process started here)
      shop/parent send Parent/worker in later (field worker)
      shop/parent call Parent/worker in later (field worker)
      `,
    );
    const [system] = model.supervisors.filter((s) => s.name === "shop");
    expect([system!.strategy, system!.intensity, system!.period]).toEqual(["one_for_one", 11, 60]);
    expect(system!.children[0]!.restart).toBe("transient");
    expect(model.supervisors[0]!.children[0]!.process).toMatchObject({ hasTerminate: true });
    expect(model.roots).toEqual(["main.ts#shop"]);
  });

  test("classes called Actor of anybody else, and spawn of anything else, are nothing", () => {
    check(
      `import { Actor, ActorSystem } from "./mine";
      import type { Actor as Theirs } from "actor-ts";
      class A extends Actor { preStart() { this.context.spawn(A, "a"); } }
      const system = ActorSystem.create("x");
      system.spawn(A, "a");
      // FILE mine.ts
      export class Actor { context = { spawn(..._: unknown[]) {} }; }
      export class ActorSystem { static create(_: string) { return new ActorSystem(); } spawn(..._: unknown[]) {} }`,
      "",
    );
  });

  test.each([
    ["Directive.Stop", "temporary", undefined],
    ["Directive.Resume", null, "a failure is ignored: the actor goes on with its state"],
    ["Directive.Escalate", null, "a failure becomes the parent's own"],
    ["unknownFunction()", null, "decided at run time by the strategy's function"],
  ])("a strategy that always decides %s", (directive, restart, reason) => {
    const model = analyze(`import { Actor, Directive, OneForOneStrategy } from "actor-ts";
      class W extends Actor { onReceive() {} }
      export class P extends Actor {
        supervisorStrategy() { return new OneForOneStrategy(() => ${directive}, { maxRetries: 1 }); }
        preStart() { this.context.spawn(W, "w"); }
        onReceive() {}
      }`);
    const [child] = model.supervisors[0]!.children;
    expect(child!.restart).toBe(restart);
    expect(child!.unknown.find((u) => u.field === "restart")?.reason).toBe(reason);
    // One more than it says.
    expect(model.supervisors[0]!.intensity).toBe(2);
  });
});

describe("policies that are functions", () => {
  const reasons = (text: string): Record<string, string | null> =>
    Object.fromEntries(
      analyze(text)
        .supervisors.flatMap((s) => s.children)
        .map((c) => [c.id, c.restart ?? c.unknown.find((u) => u.field === "restart")?.reason ?? null]),
    );

  test("nact: what onCrash decides, way by way", () => {
    expect(
      reasons(`import { start, spawn, spawnStateless } from "@nact/core";
      const system = start();
      const policy = (msg, err, ctx) => {
        if (err instanceof DbError) return ctx.reset;
        switch (err.code) { case "ETIMEDOUT": return ctx.resume; default: return ctx.escalate; }
      };
      spawn(system, (s) => s, "db", { onCrash: policy });
      spawnStateless(system, () => {}, "cache", { onCrash: (m, e, ctx) => (e.fatal ? ctx.stop : ctx.resume) });
      spawnStateless(system, () => {}, "log", { onCrash: async (m, e, ctx) => { console.error(e); return ctx.reset; } });
      spawnStateless(system, () => {}, "quiet", { onCrash: (m, e, ctx) => ctx.stop });
      spawnStateless(system, () => {}, { name: "up", onCrash: (m, e, ctx) => ctx.escalate });
      spawnStateless(system, () => {}, "other", { onCrash: policies.other });
      spawnStateless(system, () => {}, "plain");`),
    ).toEqual({
      db: 'decided at run time by the function onCrash: reset if err instanceof DbError, resume if err.code is "ETIMEDOUT", escalate otherwise',
      cache: "decided at run time by the function onCrash: stop if e.fatal, resume otherwise",
      log: "transient",
      quiet: "temporary",
      up: "a failure becomes the parent's own",
      other: "decided at run time by the function onCrash",
      plain: "a failure of a stateless actor is ignored",
    });
    // Before 8, the library puts a policy of its own in the place of theirs.
    expect(
      reasons(`import { start, spawnStateless } from "nact";
      spawnStateless(start(), () => {}, "log", { onCrash: (m, e, ctx) => ctx.reset });
      spawnStateless(start(), () => {}, "other", options);`),
    ).toEqual({
      log: "a failure of a stateless actor is ignored",
      other: "a failure of a stateless actor is ignored",
    });
  });

  test("nact: where persistent actors have their names and options", () => {
    const policy = "{ onCrash: (m, e, ctx) => ctx.reset }";
    expect(
      reasons(`import { start, spawnPersistent } from "nact";
      const system = start();
      spawnPersistent(system, f, "key:a", "a", ${policy});
      spawnPersistent(system, f, "key:b", "b");`),
    ).toEqual({ a: "transient", b: "temporary" });
    expect(
      reasons(`import { start } from "@nact/core";
      import { spawnPersistent } from "@nact/persistence";
      spawnPersistent(engine, start(), f, { key: "key:a", name: "a", onCrash: (m, e, ctx) => ctx.reset });`),
    ).toEqual({ a: "transient" });
  });

  test("actor-ts: deciders, options that are built, typed behaviours", () => {
    expect(
      reasons(`import { Actor, ActorSystem, ActorOptions, Behaviors, Directive, OneForOneStrategy, decideBy } from "actor-ts";
      class W extends Actor { onReceive() {} }
      class P extends Actor {
        supervisorStrategy() {
          return new OneForOneStrategy((error) => {
            if (error instanceof ParseError) return Directive.Resume;
            return error.fatal ? Directive.Escalate : Directive.Restart;
          });
        }
        preStart() { this.context.spawn(W, "ways"); this.context.spawn(W, "own", ActorOptions.create().withThroughput(3).withSupervisorStrategy(new OneForOneStrategy(() => Directive.Stop))); }
        onReceive() {}
      }
      class Q extends Actor {
        supervisorStrategy() { return new OneForOneStrategy(decideBy([{ match: RangeError, then: Directive.Stop }], Directive.Restart)); }
        preStart() { this.context.spawn(W, "table"); }
        onReceive() {}
      }
      const poller = (n) => Behaviors.setup(() => Behaviors.same);
      function main() {
        const system = ActorSystem.create("s");
        system.spawn(P, "p"); system.spawn(Q, "q");
        system.spawnTyped(Behaviors.supervise(poller(1)).onFailure(new OneForOneStrategy(() => Directive.Stop)), "typed");
      }`),
    ).toEqual({
      ways: "decided at run time by the strategy's function: Resume if error instanceof ParseError, Escalate if error.fatal, Restart otherwise",
      own: "temporary",
      table: "decided at run time by the strategy's function: Restart or Stop",
      p: "transient",
      q: "transient",
      typed: "temporary",
    });
  });
});

test("actor-ts: references that constructors are given, routers, classes inside functions", () => {
  const model = analyze(`import { Actor, ActorSystem, Router } from "actor-ts";
    class Sink extends Actor { onReceive() {} }
    class Fetcher extends Actor {
      constructor(private readonly sink, private readonly deps) { super(); }
      onReceive(url) { this.sink.tell(url); this.deps.log().tell("fetched"); }
    }
    function main() {
      class Crawler extends Actor {
        preStart() { this.out = this.context.spawn(Sink, "out"); for (let i = 0; i < 2; i++) this.context.spawn(() => new Fetcher(this.out, { log: () => this.out }), \`fetcher-\${i}\`); }
        onReceive(url) { this.context.spawn(() => new Fetcher(this.out, {}), \`job-\${url}\`); }
      }
      const system = ActorSystem.create("crawl");
      const crawler = system.spawn(Crawler, "crawler");
      const pool = system.spawn(Router.roundRobin(4, Sink), "pool");
      system.spawn(() => new Fetcher(pool, { log: () => crawler }), "single");
    }`);
  expect(render(model).replaceAll(` shutdown null ${NO_LIMIT}`, "")).toBe(
    [
      "Crawler",
      "  out: Sink",
      "  fetcher-0: Fetcher",
      "  fetcher-1: Fetcher",
      "  job-*: Fetcher many dynamic",
      "crawl",
      "  crawler: Crawler ▸",
      "  pool: Router.roundRobin ▸",
      "  single: Fetcher",
      "pool",
      "  routee-*: Sink many 4",
      "Crawler/fetcher-0 send Crawler/out in later (argument 1 of its start)",
      "Crawler/fetcher-0 send Crawler/out in later (argument 2 of its start.log())",
      "Crawler/fetcher-1 send Crawler/out in later (argument 1 of its start)",
      "Crawler/fetcher-1 send Crawler/out in later (argument 2 of its start.log())",
      "Crawler/job-* send Crawler/out in later (argument 1 of its start)",
      "crawl/single send crawl/pool in later (argument 1 of its start)",
      "crawl/single send crawl/crawler in later (argument 2 of its start.log())",
    ].join("\n"),
  );
});

test("what loops spawn without a name is there once for each turn; with names, or with a parent for each, it is as before", () => {
  const model =
    analyze(`import { Actor, ActorSystem } from "actor-ts"; import { start, spawn } from "nact"; import { repeat } from "./gone";
    class Leaf extends Actor { onReceive() {} }
    class Tree extends Actor { preStart() { for (const n of [1, 2]) this.context.spawnAnonymous(Leaf); this.context.spawnAnonymous(Leaf); } onReceive() {} }
    const few = ActorSystem.create("few");
    for (let i = 0; i < 3; i++) few.spawnAnonymous(Leaf);
    const many = ActorSystem.create("many");
    for (let i = 0; i < 1000; i++) many.spawnAnonymous(Leaf);
    const open = ActorSystem.create("open");
    for (const name of process.argv) open.spawn(Leaf, name);
    const some = ActorSystem.create("some");
    [1, 2].forEach(() => { if (process.env.SOME) some.spawnAnonymous(Leaf); });
    const once = ActorSystem.create("once");
    for (const n of [1]) once.spawnAnonymous(Leaf);
    const named = ActorSystem.create("named");
    for (const id of ["a", "b"]) named.spawn(Tree, id);
    for (const id of ["x", "y"]) ActorSystem.create("each").spawnAnonymous(Leaf);
    function bench() {
      const inside = ActorSystem.create("inside");
      repeat(() => { for (const n of [10, 100]) inside.spawnAnonymous(Leaf); });
    }
    const nact = start();
    for (let i = 0; i < 4; i++) spawn(nact, (state) => state);
    for (let i = 0; i < Number(process.env.MORE); i++) spawn(nact, (state) => state, \`more-\${i}\`);`);
  const children = model.supervisors.map(
    (s) => `${s.name}: ${s.children.map((c) => [c.id ?? "?", c.cardinality, c.count].join(" ")).join(", ")}`,
  );
  expect(children.sort()).toEqual([
    "Tree: ? many 2, ? one ",
    "each: ? one ",
    "few: ? many 3",
    "inside: ? many ",
    "many: ? many ",
    "nact: ? many 4, ? many ",
    "named: a one , b one ",
    "once: ? one ",
    "open: ? many ",
    "some: ? many ",
  ]);
});

test("actor-ts: what is spawned is said, or why it is not known", () => {
  const model = analyze(`import { Actor, ActorSystem, Props } from "actor-ts"; import { made } from "./gone";
    class Ponger extends Actor { onReceive() {} }
    class Pinger extends Actor { preStart() { this.context.spawn(Props.create(() => new Ponger()), "ponger"); this.context.spawn(made(), "other"); } onReceive() {} }
    ActorSystem.create("s").spawn(Props.create(() => new Pinger()), "p");`);
  const children = model.supervisors.flatMap((s) => s.children);
  expect(
    children.map((c) => [c.id, c.start.symbol, c.unknown.find((u) => u.field === "start")?.reason]),
  ).toEqual([
    ["ponger", "Ponger", undefined],
    ["other", null, 'computed at run time: made() (import of "./gone" leads to no file)'],
    ["p", "Pinger", undefined],
  ]);
  expect(model.supervisors.map(({ name, children }) => [name, children.length])).toEqual([
    ["Pinger", 2],
    ["s", 1],
  ]);
});

describe("limits of actor-ts", () => {
  const A = `import { Actor, ActorOptions, ActorSystem, AllForOneStrategy, Behaviors, Directive, OneForOneStrategy, stoppingStrategy } from "actor-ts";
  class W extends Actor { onReceive() {} }
  `;

  test("one more than maxRetries, counted by the parent, which goes on; what a child brings along is its own", () => {
    const model = analyze(`${A}
      class P extends Actor {
        supervisorStrategy() { return new OneForOneStrategy(() => Directive.Restart, { maxRetries: 3, withinTimeRangeMs: 10_000 }); }
        preStart() {
          this.context.spawn(W, "plain");
          this.context.spawn(W, "own", { supervisorStrategy: new AllForOneStrategy(() => Directive.Restart, { maxRetries: 0 }) });
          this.context.spawn(W, "stops", ActorOptions.create().withSupervisorStrategy(stoppingStrategy));
          this.context.spawn(W, "free", { supervisorStrategy: new OneForOneStrategy(() => Directive.Restart) });
          this.context.spawnTyped(Behaviors.supervise(typed()).onFailure(new OneForOneStrategy(() => Directive.Restart, { maxRetries: 2, withinTimeRangeMs: 1000 })), "typed");
        }
        onReceive() {}
      }
      const typed = () => Behaviors.receive(() => Behaviors.same);
      ActorSystem.create("app").spawn(P, "p");`);
    const [p, app] = model.supervisors;
    expect([p!.intensity, p!.period]).toEqual([4, 10]);
    expect([app!.intensity, app!.period]).toEqual([11, 60]);
    expect(p!.children.map(({ id, ownLimit }) => [id, ownLimit])).toEqual([
      ["plain", undefined],
      ["own", { intensity: 1, period: null }],
      ["stops", undefined],
      ["free", { intensity: null, period: null }],
      ["typed", { intensity: 2, period: 1 }],
    ]);
    expect(model.dialects).toMatchObject([{ name: "parent-spawn", pastLimit: "children_stop" }]);
  });
});

describe("helpers that make a system for each caller", () => {
  test.each([
    [
      "nact",
      `import { start, spawn } from "nact";
      export const fresh = () => start();
      export function put(system, name) { spawn(system, (s) => s, name); }`,
    ],
    [
      "actor-ts",
      `import { Actor, ActorSystem } from "actor-ts";
      class W extends Actor { onReceive() {} }
      export function fresh() { return ActorSystem.create(process.env.NAME); }
      export const put = (system, name) => { system.spawn(W, name); };`,
    ],
  ])("%s", (_, helpers) => {
    const model = analyze(`
      // FILE helpers.ts
      ${helpers}
      // FILE a.ts
      import { fresh, put } from "./helpers";
      const one = fresh();
      put(one, "a");
      it("x", () => { const two = fresh(); put(two, "b"); });
      // FILE b.ts
      import { fresh, put } from "./helpers";
      const three = fresh();
      put(three, "c");`);
    expect(model.supervisors.map(({ name, children }) => [name, children.map(({ id }) => id)])).toEqual([
      ["one", ["a"]],
      ["two", ["b"]],
      ["three", ["c"]],
    ]);
  });
});

describe("wrappers around spawn (nact)", () => {
  const NO_TIME = "!shutdown: actors are stopped without a time limit of their own;";
  const NO_NAME = "!id: no name is given: one is made up at run time;";
  const UNCOUNTED = "restarts are not counted: each actor has its own policy, a function";

  test("of other files: each call is an actor, its first state may spawn others and keep them", () => {
    check(
      `
      // FILE relay.ts
      import { spawn, dispatch } from "@nact/core";
      export const spawnRelay = (parent) => spawn(parent, (state, message) => { dispatch(state.to, message); return state; });
      // FILE selector.ts
      import { spawn, dispatch } from "@nact/core";
      import { spawnRelay } from "./relay";
      export const spawnSelector = (parent, name) => spawn(parent, (state, message) => { dispatch(state.relay, message); return state; },
        { name, initialStateFunc: (context) => ({ relay: spawnRelay(context.self) }) });
      // FILE main.ts
      import { start } from "@nact/core";
      import { spawnSelector } from "./selector";
      import { spawnRelay } from "./relay";
      const system = start();
      export const a = spawnSelector(system, "a");
      export const b = spawnSelector(system, "b");
      export const c = spawnRelay(system);
      export const d = spawnRelay(system);
      `,
      `
      a null in nulls
        ?: spawnRelay shutdown null ${NO_TIME} ${NO_NAME}
        ! intensity: ${UNCOUNTED}
        ! period: ${UNCOUNTED}
      b null in nulls
        ?: spawnRelay shutdown null ${NO_TIME} ${NO_NAME}
        ! intensity: ${UNCOUNTED}
        ! period: ${UNCOUNTED}
      system null in nulls
        a: a ▸ shutdown null ${NO_TIME}
        b: b ▸ shutdown null ${NO_TIME}
        ?: spawnRelay shutdown null ${NO_TIME} ${NO_NAME}
        ?: spawnRelay shutdown null ${NO_TIME} ${NO_NAME}
        ! intensity: ${UNCOUNTED}
        ! period: ${UNCOUNTED}
      system/a send a/?1 in later (field state.relay)
      system/b send b/?1 in later (field state.relay)
      `,
    );
  });
});

describe("a condition between parents", () => {
  const childrenOf = (text: string) =>
    analyze(text).supervisors.map(({ name, children }) => [
      name,
      children.map(({ id, cardinality, unknown }) => [
        id,
        cardinality,
        unknown.find(({ field }) => field === "parent")?.reason,
      ]),
    ]);
  const reason = "a condition at run time decides whose child it is";

  test("is not decided: it may be the child of each", () => {
    expect(
      childrenOf(`import { start, spawn } from "nact";
      const main = start();
      const spare = start();
      spawn(process.env.SPARE ? spare : main, (s) => s, "worker");
      spawn(main, (s) => s, "other");`),
    ).toEqual([
      [
        "main",
        [
          ["worker", "maybe", reason],
          ["other", "one", undefined],
        ],
      ],
      ["spare", [["worker", "maybe", reason]]],
    ]);
  });

  test("between actors, too", () => {
    expect(
      childrenOf(`import { start, spawn } from "nact";
      const system = start();
      const a = spawn(system, (s) => s, "a");
      const b = spawn(system, (s) => s, "b");
      spawn(process.argv[2] ? a : b, (s) => s, "c");`).filter(([name]) => name !== "system"),
    ).toEqual([
      ["a", [["c", "maybe", reason]]],
      ["b", [["c", "maybe", reason]]],
    ]);
  });

  test("one system that is started in one way or another is one", () => {
    const [[, children] = []] = childrenOf(`import { start, spawn } from "nact";
      const system = process.env.LOG ? start(console) : start();
      spawn(system, (s) => s, "worker");`);
    expect(children).toEqual([["worker", "one", undefined]]);
  });
});

test("actor-ts: an abstract class is no actor, those that extend it are", () => {
  const { supervisors } =
    analyze(`import { Actor, ActorSystem, Directive, OneForOneStrategy } from "actor-ts";
    class Engine extends Actor<number> { onReceive() {} }
    abstract class Train extends Actor<number> {
      abstract readonly max: number;
      supervisorStrategy() { return new OneForOneStrategy(() => Directive.Restart, { maxRetries: this.max, withinTimeRangeMs: 1000 }); }
      preStart() { this.context.spawn(Engine, "engine"); }
      onReceive() {}
    }
    class Express extends Train { readonly max = 4; }
    ActorSystem.create("rail").spawn(Express, "express");`);
  expect(supervisors.map(({ name, intensity }) => [name, intensity]).sort()).toEqual([
    ["Express", 5],
    ["rail", 11],
  ]);
});

/** Each supervisor's name with its children's, also of several of one name. */
const namesIn = (source: string): string[] =>
  analyze(source)
    .supervisors.map(({ name, children }) => `${name}: ${children.map(({ id }) => id).join(", ")}`)
    .sort();

describe("a function that makes actors is shown for those that call it", () => {
  const factory = (library: string, body: string): string => `
    // FILE main.ts
    import { boot } from "./boot";
    const app = boot("main");
    // FILE boot.ts
    ${library}
    ${body}`;
  const nact = 'import { start, spawn } from "nact"; const f = (s) => s;';

  test("in another file, with and without parameters: not once more for itself", () => {
    const tree = ["a: b", "s: a"];
    const inside = 'const s = start(); const a = spawn(s, f, "a"); spawn(a, f, "b"); return s;';
    expect(namesIn(factory(nact, `export function boot() { ${inside} }`))).toEqual(tree);
    expect(namesIn(factory(nact, `export function boot(name) { ${inside} }`))).toEqual(tree);
    expect(
      namesIn(factory(nact, `function low() { ${inside} } export const boot = () => low();`)),
      "through another function",
    ).toEqual(tree);
    expect(
      namesIn(`// FILE index.ts
        import { go } from "./go"; export const main = () => go();
        // FILE go.ts
        import { boot } from "./boot"; export function go() { return boot(); }
        // FILE boot.ts
        ${nact} export function boot() { ${inside} }`),
      "where nobody calls the last one",
    ).toEqual(tree);
    expect(
      namesIn(
        factory(
          'import { Actor, ActorSystem } from "actor-ts"; class W extends Actor { onReceive() {} }',
          'export function boot(name) { const s = ActorSystem.create("s"); s.spawn(W, "a"); }',
        ),
      ),
    ).toEqual(["s: a"]);
  });

  test("with a parent as parameter, and more below it", () => {
    expect(
      namesIn(`// FILE main.ts
        import { start } from "nact"; import { outer } from "./outer";
        const system = start();
        outer(system);
        // FILE outer.ts
        import { spawn } from "nact"; import { inner } from "./inner";
        export function outer(parent) { const own = spawn(parent, (s) => s, "outer"); inner(own); }
        // FILE inner.ts
        import { spawn } from "nact";
        export function inner(parent) { const own = spawn(parent, (s) => s, "inner"); spawn(own, (s) => s, "leaf"); }`),
    ).toEqual(["inner: leaf", "outer: inner", "system: outer"]);
  });

  test("with what its actors spawn when they get messages", () => {
    expect(
      namesIn(`// FILE main.ts
        import { start } from "nact"; import { pages } from "./pages";
        const system = start();
        pages(system);
        // FILE pages.ts
        import { spawn, spawnStateless } from "nact";
        export const pages = (parent) =>
          spawnStateless(parent, (msg, ctx) => { page(ctx.self, "one"); }, "pages");
        const page = (parent, id) => spawn(parent, (s) => s, id);`),
    ).toEqual(["pages: one", "system: pages"]);
  });

  test("called twice there are two; called by nobody there is one; of two that call each other one stays", () => {
    const inside = 'const s = start(); spawn(s, f, "a"); return s;';
    expect(
      namesIn(`// FILE main.ts
        import { boot } from "./boot"; const one = boot(); const two = boot();
        // FILE boot.ts
        ${nact} export function boot() { ${inside} }`),
    ).toEqual(["s: a", "s: a"]);
    expect(namesIn(`${nact} export function boot(name) { ${inside} }`)).toEqual(["s: a"]);
    expect(
      namesIn(`${nact} export function ping(n) { ${inside.replace("return s;", "if (n) pong(n);")} }
        export function pong(n) { ping(n - 1); }`).length,
    ).toBeGreaterThan(0);
  });
});

describe("actor-ts: a system that functions put into a variable or a field", () => {
  const head = 'import { Actor, ActorSystem } from "actor-ts"; class W extends Actor { onReceive() {} }';

  test("in functions and methods that nobody calls here", () => {
    expect(
      namesIn(`${head} let system: ActorSystem;
        export function boot() { system = ActorSystem.create("app"); }
        export function add() { return system.spawn(W, "w"); }`),
    ).toEqual(["app: w"]);
    expect(
      namesIn(`${head} export class App {
        system!: ActorSystem;
        boot() { this.system = ActorSystem.create("app"); }
        add() { this.system.spawn(W, "w"); }
      }`),
    ).toEqual(["app: w"]);
    expect(
      namesIn(`// FILE system.ts
        import { ActorSystem } from "actor-ts"; export let system: ActorSystem;
        export function boot() { system = ActorSystem.create("app"); }
        // FILE w.ts
        import { Actor } from "actor-ts"; import { system } from "./system";
        class W extends Actor { onReceive() {} }
        export function add() { system.spawn(W, "w"); }`),
    ).toEqual(["app: w"]);
  });

  test("what else has a method of that name makes nobody's child", () => {
    expect(
      namesIn(`${head} let pool;
        export function boot() { pool = new Pool(); ActorSystem.create("app").spawn(W, "own"); }
        export function add() { pool.spawn(W, "w"); }`),
    ).toEqual(["app: own"]);
    expect(namesIn(`${head} export const add = (system) => system.spawn(W, "w");`)).toEqual([]);
  });
});

const cardinalities = (code: string) =>
  analyze(code).supervisors.flatMap(({ children }) =>
    children.map(({ id, cardinality }) => `${id} ${cardinality}`),
  );

test("actor-ts: what is spawned on a condition is perhaps there", () => {
  expect(
    cardinalities(`import { Actor, ActorSystem } from "actor-ts";
    class W extends Actor<string> { onReceive() {} }
    const system = ActorSystem.create("s");
    const a = process.env.A ? system.spawn(W, "a") : null;
    if (process.env.B) system.spawn(W, "b");
    const c = process.env.C && system.spawn(W, "c");
    function d(on: boolean) { if (!on) return; system.spawn(W, "d"); }
    d(process.env.D === "1");
    for (const n of ["x", "y"]) system.spawn(W, n);
    if (1 < 2) system.spawn(W, "z");
    class P extends Actor<string> {
      preStart() { if (process.env.E) this.context.spawn(W, "e"); this.context.spawn(W, "f"); }
      onReceive() {}
    }
    system.spawn(P, "p");`).sort(),
  ).toEqual([
    ...["a maybe", "b maybe", "c maybe", "d maybe", "e maybe", "f one"],
    ...["p one", "x one", "y one", "z one"],
  ]);
});

test("nact: what is spawned on a condition is perhaps there", () => {
  expect(
    cardinalities(`import { start, spawn } from "nact";
    const system = start();
    const w = (s) => s;
    const a = process.env.A ? spawn(system, w, "a") : null;
    if (process.env.B) spawn(system, w, "b");
    spawn(system, w, "c");
    const p = spawn(system, w, "p", { initialStateFunc: (ctx) => { if (process.env.E) spawn(ctx.self, w, "e"); return {}; } });`).sort(),
  ).toEqual(["a maybe", "b maybe", "c one", "e maybe", "p one"]);
});

test("actor-ts: one place that uses several is an edge to each of them", () => {
  const { edges } = analyze(`import { Actor, ActorSystem, type ActorRef } from "actor-ts";
    class Leaf extends Actor<string> { onReceive() {} }
    class Boss extends Actor<string> {
      kid(name: string) { const one = this.context.spawn(Leaf, name); this.context.watch(one); return one; }
      preStart() { this.kid("left"); this.kid("right"); for (const n of ["a", "b"]) this.context.watch(this.context.spawn(Leaf, n)); }
      onReceive() {}
    }
    ActorSystem.create("s").spawn(Boss, "boss");`);
  expect(edges.map(({ kind, to }) => `${kind} ${to.split("/").at(-1)}`)).toEqual([
    ...["monitor left", "monitor right", "monitor a", "monitor b"],
  ]);
});

test("actor-ts: a supervisor of the library that starts its child again after a while", () => {
  const model = analyze(`import { Actor, ActorSystem, BackoffSupervisor, type ActorRef } from "actor-ts";
    class Connector extends Actor<string> { onReceive(m: string) {} }
    class Client extends Actor<number> {
      constructor(private readonly connector: ActorRef<string>) { super(); }
      async onReceive() { await this.connector.ask("x", 10); }
    }
    const system = ActorSystem.create("app");
    const up = system.spawn(BackoffSupervisor.factory({ child: Connector, childName: "link", minBackoff: 1, maxBackoff: 9 }), "up");
    system.spawn(() => new Client(up), "client");
    class Holder extends Actor<string> {
      preStart() {
        const how = { child: () => new Connector(), minBackoff: 1, maxBackoff: 9 };
        this.context.spawn(BackoffSupervisor.factory({ ...how, triggerOn: "failure" }), "failing");
        this.context.spawn(BackoffSupervisor.factory({ ...how, triggerOn: "stop" }), "stopping");
      }
      onReceive() {}
    }
    system.spawn(Holder, "holder");`);
  const why = "restarts are not limited: each comes later than the one before";
  expect(
    model.supervisors
      .filter(({ name }) => ["up", "failing", "stopping"].includes(name))
      .map((s) => [
        s.name,
        s.unknown.map(({ reason }) => reason),
        s.children.map((c) => [c.id, c.start.symbol, c.restart]),
      ]),
  ).toEqual([
    ["up", [why, why], [["link-*", "Connector", "permanent"]]],
    ["failing", [why, why], [["child-*", "Connector", "transient"]]],
    ["stopping", [why, why], [["child-*", "Connector", null]]],
  ]);
  expect(model.edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`)).toEqual([
    "main.ts#app/client call main.ts#app/up",
  ]);
});

test("actor-ts: a reference that is handed on, and files that import types only", () => {
  const told = (truck: string) =>
    analyze(`// FILE base.ts
    import { Actor } from "actor-ts";
    export abstract class Tracked<T> extends Actor<T> { abstract handle(m: T): void; onReceive(m: T) { this.handle(m); } }
    // FILE truck.ts
    import { Tracked } from "./base.ts";
    import type { ActorRef } from "actor-ts";
    ${truck}
    // FILE main.ts
    import { Actor, ActorSystem, type ActorRef } from "actor-ts";
    import { Truck } from "./truck.ts";
    class Depot extends Actor<string> { onReceive() {} }
    class Fleet extends Actor<string> {
      constructor(private readonly depot: ActorRef<string>) { super(); }
      onReceive(id: string) { this.context.spawn(() => new Truck(this.depot), \`truck-\${id}\`); }
    }
    const system = ActorSystem.create("fleet");
    const depot = system.spawn(Depot, "depot");
    system.spawn(() => new Fleet(depot), "fleet");`).edges.map(
      ({ from, kind, to }) => `${from} ${kind} ${to}`,
    );
  const truck = (does: string, is = "extends Tracked<{ to: string }>") =>
    told(`export class Truck ${is} {
      constructor(private readonly depot: ActorRef<string>) { ${is === "" ? "" : "super();"} }
      handle(m: { to: string }) { ${does} }
    }`);
  expect(truck("this.depot.tell(m.to);")).toEqual(["main.ts#Fleet/truck-* send main.ts#fleet/depot"]);
  expect(truck("const { depot } = this; depot.tell(m.to);")).toEqual([
    "main.ts#Fleet/truck-* send main.ts#fleet/depot",
  ]);
  expect(truck("this.other.tell(m.to);")).toEqual([]);
  expect(truck("this.depot.tell(m.to);", "")).toEqual([]);
});
