import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { analyze, check, render, sources } from "./check.ts";

const N = `import { GenServer, Supervisor, Registry, type GenServerBehavior } from "@hamicek/noex";
const counter = { init: () => 0, handleCall: (_m, s) => [s, s], handleCast: (_m, s) => s };
const makeCache = (name: string): GenServerBehavior => ({ init() { return new Map(); }, handleCall(m, s) { return [0, s]; }, handleCast(m, s) { return s; } });
`;

describe("noex", () => {
  test("a supervisor of tasks", () => {
    check(
      `import { Supervisor, Task } from "@hamicek/noex";
      const jobs = await Task.Supervisor.start({ name: "jobs" });
      export const app = await Supervisor.start({ children: [{ id: "tasks", start: () => Task.Supervisor.start() }] });`,
      `
      jobs simple_one_for_one
        task: ? many dynamic !start: the functions that it runs are given at run time;
      app
        tasks: supervisor ▸
      supervisor simple_one_for_one
        task: ? many dynamic !start: the functions that it runs are given at run time;
      `,
    );
  });

  test("what listeners at a module's top ask of a supervisor that it starts further down, each time anew", () => {
    check(
      `${N}
      import { createInterface } from "node:readline";
      let pool = null;
      const state = { sup: null, count: 0, limit: 7 };
      const lines = createInterface({ input: process.stdin });
      async function addWorker() {
        await Supervisor.startChild(state.sup, { id: \`worker-\${++state.count}\`, start: () => GenServer.start(counter) });
      }
      lines.on("line", async (line) => { if (line === "add") await addWorker(); });
      process.once("SIGUSR1", () => Supervisor.startChild(pool, { id: "once-" + state.limit, start: () => GenServer.start(counter) }));
      setTimeout(() => Supervisor.startChild(pool, { id: "timed", start: () => GenServer.start(counter) }), 10);
      async function main() {
        state.sup = await Supervisor.start({ name: "workers" });
        pool = await Supervisor.start({ name: "pool" });
        process.on("message", ({ start }) => { if (start) Supervisor.startChild(pool, { id: "fixed", start: () => GenServer.start(counter) }); });
      }
      main();`,
      `
      workers
        worker-*: counter many dynamic
      pool
        fixed: counter maybe dynamic
        once-7: counter maybe dynamic
        timed: counter maybe dynamic
      `,
    );
  });

  test("a supervisor, its defaults and units; children start by closures", () => {
    const model = check(
      `${N}
      const app = await Supervisor.start({
        strategy: "rest_for_one",
        restartIntensity: { maxRestarts: 10, withinMs: 60_000 },
        children: [
          { id: "counter", start: () => GenServer.start(counter), restart: "transient", shutdownTimeout: 1_000 },
          { id: "cache", start: async () => { const ref = await GenServer.start(makeCache("x"), { name: "cache" }); return ref; }, significant: true },
          { id: "inner", start: () => Supervisor.start({ children: [{ id: "c", start: () => GenServer.start(counter) }] }) },
        ],
      });`,
      `
      app rest_for_one 10 in 60s
        counter: counter transient shutdown 1000
        cache: makeCache significant as cache
        inner: supervisor ▸
      supervisor
        c: counter
      `,
    );
    const app = model.supervisors[0]!;
    expect(app.children[1]).toMatchObject({ shutdown: 5000, restart: "permanent", type: "worker" });
    expect(model.supervisors[1]).toMatchObject({ intensity: 3, period: 5, strategy: "one_for_one" });
    expect(model.roots).toEqual([app.key]);
    expect(model.orphans).toEqual([]);
  });

  test("named after the option, the variable, the field or the function", () => {
    const names = analyze(`${N}
      async function startTree() { return Supervisor.start({ children: [] }); }
      const build = async () => { await Supervisor.start({ name: "payments" }); const inner = await Supervisor.start({}); return inner; };
      class App { private sup; async start() { this.sup = await Supervisor.start(); } }`).supervisors.map(
      (s) => s.name,
    );
    expect(names.toSorted()).toEqual(["inner", "payments", "startTree", "sup"]);
  });

  test("nesting through a server's init, and through a captured reference", () => {
    check(
      `${N}
      const wrapper = { async init() { const inner = await Supervisor.start({ strategy: "one_for_all", children: [{ id: "c", start: () => GenServer.start(counter) }] }); return { inner }; }, handleCall(m, s) { return [0, s]; }, handleCast(m, s) { return s; } };
      async function main() {
        const shared = await Supervisor.start({ children: [] });
        const top = await Supervisor.start({ children: [
          { id: "wrapped", start: () => GenServer.start(wrapper) },
          { id: "shared", start: async () => shared },
        ] });
        return top;
      }`,
      `
      inner one_for_all
        c: counter
      shared
      top
        wrapped: wrapper ▸
        shared: shared ▸
      `,
    );
  });

  test("a template, children added at run time, and a helper with arguments", () => {
    check(
      `${N}
      const pool = await Supervisor.start({ strategy: "simple_one_for_one", childTemplate: { start: (name: string) => GenServer.start(makeCache(name)), restart: "temporary" } });
      const free = await Supervisor.start({});
      await Supervisor.startChild(free, { id: "late", start: () => GenServer.start(counter) });
      const spec = (id: string, behavior) => ({ id, start: () => GenServer.start(behavior) });
      async function boot(ids: string[]) {
        const helped = await Supervisor.start({ children: [spec("one", counter), ...ids.map((id) => spec(\`w-\${id}\`, counter))] });
      }
      boot(process.argv);`,
      `
      pool simple_one_for_one
        makeCache: makeCache many dynamic temporary
      free
        late: counter maybe dynamic
      helped
        one: counter
        w-*: counter many
      `,
    );
  });

  test("what a callback counts, nobody knows: it runs any number of times", () => {
    const started = (id: string) =>
      `void Supervisor.startChild(sup, { id: ${id}, start: () => GenServer.start(counter) });`;
    check(
      `${N}
      import { createServer } from "node:net";
      const sup = await Supervisor.start({});
      let n = 0;
      createServer((socket) => { ${started("`conn_${++n}`")} });
      function listen() { let k = 0; createServer(async () => { k += 1; ${started("`local_${k}`")} }); }
      listen();
      const ids = { next: 0 };
      createServer().on("request", () => { ids.next++; ${started('"prop_" + ids.next')} });
      let ticks = 0;
      setInterval(() => { ${started('"tick_" + ticks++')} }, 1_000);
      let calls = 0;
      export function uncalled() { ${started('"call_" + calls++')} }
      let late = 0;
      setTimeout(() => { ${started('"late_" + late++')} }, 1_000);
      createServer(() => { let own = 0; own++; ${started('"own_" + own')} });
      let twice = 0;
      const add = () => { ${started('"twice_" + twice++')} };
      add();
      add();`,
      `
      sup
        conn_*: counter many dynamic
        local_*: counter many dynamic
        own_1: counter maybe dynamic
        twice_0: counter maybe dynamic
        twice_1: counter maybe dynamic
        prop_*: counter many dynamic
        tick_*: counter many dynamic
        late_0: counter maybe dynamic
        call_*: counter many dynamic
      `,
    );
  });

  test("an application is started with its configuration", () => {
    const app = (config: string) => `${N}
      import { Application } from "@hamicek/noex";
      const App = Application.create({
        async start(config) {
          return Supervisor.start({ name: "app", restartIntensity: { maxRestarts: config.limit, withinMs: 1_000 }, children: [
            ...config.names.map((name) => ({ id: name, start: () => GenServer.start(makeCache(name), { name }) })),
          ] });
        },
      });
      ${config}`;
    check(
      app(`await Application.start(App, { name: "app", config: { limit: 7, names: ["a", "b"] } });`),
      `
      app 7 in 1s
        a: makeCache as a
        b: makeCache as b
      `,
    );
    const unknown = analyze(
      app(`export async function main(config) { await Application.start(App, { name: "app", config }); }`),
    );
    expect(unknown.supervisors.map(({ name, intensity }) => [name, intensity])).toEqual([["app", null]]);
    expect(analyze(app("")).supervisors.map(({ name, intensity }) => [name, intensity])).toEqual([
      ["app", null],
    ]);
  });

  test("edges: by registered name, by reference; orphans", () => {
    check(
      `${N}
      const client = {
        async init() { await GenServer.call(Registry.lookup("cache"), 1); return 0; },
        handleCall(m, s) { GenServer.cast("cache", 2); const ref = Registry.whereis("cache"); GenServer.call(ref, 3); return [0, s]; },
        handleCast(m, s) { return s; },
      };
      const app = await Supervisor.start({ children: [
        { id: "cache", start: () => GenServer.start(makeCache("x"), { name: "cache" }) },
        { id: "client", start: () => GenServer.start(client) },
      ] });
      const logger = await GenServer.start(counter, { name: "log" });`,
      `
      app
        cache: makeCache as cache
        client: client
      orphan log
      app/client lookup app/cache in init (name "cache")
      app/client call app/cache in init (name "cache")
      app/client cast app/cache in later (name "cache")
      app/client lookup app/cache in later (name "cache")
      app/client call app/cache in later unawaited (name "cache")
      `,
    );
  });

  test("names that are registered after the start", () => {
    check(
      `${N}
      const client = { init: () => 0, handleCall: (m, s) => { GenServer.call(Registry.lookup("cache"), 1); GenServer.cast("log", 1); return [0, s]; }, handleCast: (m, s) => s };
      const log = await GenServer.start(counter);
      Registry.register("log", log);
      const app = await Supervisor.start({ children: [
        { id: "cache", start: async () => { const ref = await GenServer.start(makeCache("x")); Registry.register("cache", ref); return ref; } },
        { id: "client", start: () => GenServer.start(client) },
      ] });`,
      `
      app
        cache: makeCache as cache
        client: client
      orphan log
      app/client lookup app/cache in later (name "cache")
      app/client call app/cache in later unawaited (name "cache")
      app/client cast log in later (name "log")
      `,
    );
  });

  test("through aliases, namespaces and barrels; not by name alone", () => {
    check(
      `
      // FILE lib.ts
      export { Supervisor as Sup, GenServer } from "@hamicek/noex";
      export * as noex from "@hamicek/noex";
      // FILE main.ts
      import { Sup, GenServer, noex } from "./lib.ts";
      import { worker } from "./worker.ts";
      const a = await Sup.start({ children: [{ id: "w", start: () => GenServer.start(worker) }] });
      const b = await noex.Supervisor.start({ strategy: "one_for_all" });
      // FILE worker.ts
      export const worker = { init: () => 0, handleCall: (m, s) => [0, s], handleCast: (m, s) => s };
      // FILE other.ts
      import { Supervisor } from "./mine.ts";
      const c = Supervisor.start({ strategy: "one_for_one", children: [{ id: "w", start: () => 1 }] });
      // FILE mine.ts
      export const Supervisor = { start(o: unknown) { return o; } };
      `,
      `
      a
        w: worker
      b one_for_all
      `,
    );
  });

  test("what cannot be known", () => {
    check(
      `${N}
      export async function startAll(options) {
        const sup = await Supervisor.start({ strategy: options.strategy, children: [{ id: options.id, start: options.start }, { id: "b", start: () => makeIt() }] });
      }`,
      `
      sup null
        ?: ? null !start: parameter "options" is not known; !id: parameter "options" is not known; !type: what it starts is not known;
        b: ? null !start: computed at run time: makeIt(); !type: what it starts is not known;
        ! strategy: parameter "options" is not known
      `,
    );
  });
});

describe("definitions as programs write them", () => {
  test("a function of another file is one definition, however often it is called", () => {
    check(
      `// FILE pool.ts
      import { Supervisor, GenServer } from "@hamicek/noex";
      const worker = { init: () => 0 };
      export async function startPool(size: number) {
        return Supervisor.start({ children: [{ id: "w", start: () => GenServer.start(worker) }] });
      }
      export const lonely = async () => GenServer.start(worker);
      // FILE main.ts
      import { Supervisor } from "@hamicek/noex";
      import { lonely, startPool } from "./pool";
      export async function main() { const pool = await startPool(3); await lonely(); await Supervisor.stop(pool); }
      // FILE other.ts
      import { Supervisor } from "@hamicek/noex";
      import { startPool } from "./pool";
      const pool = await startPool(4);
      await Supervisor.stop(pool);`,
      `
      startPool
        w: worker
      orphan worker
      `,
    );
  });

  test("what another file puts together is that file's", () => {
    check(
      `// FILE lib.ts
      import { Supervisor } from "@hamicek/noex";
      export const boot = (children: unknown[]) => Supervisor.start({ children });
      // FILE main.ts
      import { GenServer } from "@hamicek/noex";
      import { boot } from "./lib";
      const worker = { init: () => 0 };
      export const main = () => boot([{ id: "a", start: () => GenServer.start(worker) }]);`,
      `
      boot
        ! children: parameter "children" is not known
      boot
        a: worker
      `,
    );
  });

  test("starts in objects, in what factories return, and in objects of a class", () => {
    check(
      `import { GenServer, Supervisor } from "@hamicek/noex";
      export const api = { nested: { async boot() { const inApi = await Supervisor.start({ strategy: "one_for_all" }); } } };
      export function create() { return { start: async () => { const made = await Supervisor.start({}); } }; }
      const bucket = () => ({ init: () => new Map() });
      export class Store {
        readonly #supervisor: unknown;
        private constructor(supervisor: unknown) { this.#supervisor = supervisor; }
        static async open() { const buckets = await Supervisor.start({ name: "buckets" }); return new Store(buckets); }
        async define(name: string) {
          await Supervisor.startChild(this.#supervisor, { id: \`bucket:\${name}\`, start: () => GenServer.start(bucket()) });
        }
      }`,
      `
      inApi one_for_all
      made
      buckets
        bucket:*: bucket many dynamic
      `,
    );
  });

  test("servers that the library brings along", () => {
    check(
      `import { Cache, EventBus, Registry, Supervisor } from "@hamicek/noex";
      const app = await Supervisor.start({ children: [
        { id: "bus", start: async () => { const ref = await EventBus.start(); Registry.register("bus", ref); return ref; } },
        { id: "cache", start: () => Cache.start({ name: "cache" }) },
      ] });`,
      `
      app
        bus: EventBus as bus
        cache: Cache as cache
      `,
    );
  });

  test("in the library's own repository its objects count, too", () => {
    const files = sources(`// FILE src/core/supervisor.ts
      export const Supervisor = { async start(options: unknown) { return {}; } } as const;
      // FILE src/index.ts
      export { Supervisor } from "./core/supervisor";
      // FILE examples/main.ts
      import { Supervisor } from "../src/index";
      const app = await Supervisor.start({ strategy: "rest_for_one" });`);
    const to = new Map([
      ["./core/supervisor", "src/core/supervisor.ts"],
      ["../src/index", "src/index.ts"],
    ]);
    const model = analyzeSources(files, {
      resolve: (_from, specifier) => ({ file: to.get(specifier)!, package: "@hamicek/noex" }),
    });
    expect(model.supervisors.map((s) => [s.name, s.strategy])).toEqual([["app", "rest_for_one"]]);
  });

  test("the library's sources are a folder of its package, not every folder of such a name", () => {
    const files = sources(`// FILE src/index.ts
      export const Supervisor = { async start(options: unknown) { return {}; } } as const;
      // FILE bench/lib/harness.ts
      export async function group(cases) { for (const one of cases) await one.run(); }
      // FILE bench/one/start.ts
      import { Supervisor } from "../../src/index"; import { group } from "../lib/harness";
      const start = (strategy) => Supervisor.start({ strategy });
      await group([{ run: () => start("rest_for_one") }]);`);
    const to = new Map([
      ["../../src/index", "src/index.ts"],
      ["../lib/harness", "bench/lib/harness.ts"],
    ]);
    const strategiesOf = (folder: string) =>
      analyzeSources(files, {
        resolve: (_from, specifier) => ({ file: to.get(specifier)!, package: "@hamicek/noex", folder }),
      }).supervisors.map((s) => s.strategy);
    expect(strategiesOf("")).toContain("rest_for_one");
    // Where the package is the folder of the benchmarks, its sources are in `lib`.
    expect(strategiesOf("bench")).not.toContain("rest_for_one");
  });

  test("a variable that a function of another module assigns is that module's, whatever it is called", () => {
    const files = (name: string) => `// FILE main.ts
      ${N}
      import { boot } from "./boot"; ${name === "sup" ? "" : 'import { sup } from "./boot";'}
      let ${name};
      export const go = () => boot();
      export const set = (next) => { ${name} = next; };
      export const add = () => Supervisor.startChild(sup, { id: "w", start: () => GenServer.start({ init: () => 0 }) });
      // FILE boot.ts
      ${N}
      export let sup;
      export async function boot() { sup = await Supervisor.start({ name: "B" }); }`;
    const childrenOf = (name: string) =>
      analyze(files(name)).supervisors.map(({ children }) => children.map(({ id }) => id));
    expect(childrenOf("sup")).toEqual([[]]);
    expect(childrenOf("other")).toEqual([["w"]]);
  });
});

describe("noex: what is not known is not the default", () => {
  const head = (expression: string): string =>
    render(
      analyze(
        `${N}\nimport { limits } from "some-config";\nexport function make(limit, opts) { return Supervisor.start(${expression}); }`,
      ),
    );

  test.each([
    ["{ restartIntensity: limit }", ["intensity", "period"]],
    ["{ restartIntensity: limits }", ["intensity", "period"]],
    ["{ restartIntensity: { ...limit, maxRestarts: 7 } }", ["period"]],
    ["{ restartIntensity: { maxRestarts: limit } }", ["intensity"]],
    [
      "{ ...opts, restartIntensity: { maxRestarts: 1, withinMs: 1000 }, name: 'x', children: [] }",
      ["strategy", "autoShutdown", "children"],
    ],
    [
      "{ name: 'x', ...(opts.b ? { restartIntensity: { maxRestarts: 9, withinMs: 1000 } } : {}) }",
      ["intensity", "period"],
    ],
    ["opts.a ? { restartIntensity: { maxRestarts: 9 } } : {}", ["intensity"]],
    ["{ restartIntensity: opts.a ? { maxRestarts: 9, withinMs: 5000 } : undefined }", ["intensity"]],
    ["{ restartIntensity: undefined, strategy: undefined }", []],
    ["{}", []],
  ])("%s", (expression, fields) => {
    const text = head(expression);
    expect([...text.matchAll(/! (\w+):/g)].map(([, field]) => field).filter((f) => f !== "name")).toEqual(
      fields,
    );
    expect(text).not.toContain("dynamic");
  });

  test("of children neither", () => {
    const [supervisor] = analyze(`${N}
      export const mk = (opts, ms) => Supervisor.start({ children: [
        { id: "a", start: () => GenServer.start(counter), shutdownTimeout: ms, restart: opts.restart },
        { id: "b", start: () => GenServer.start(counter), ...opts },
      ] });`).supervisors;
    expect(supervisor?.children.map(({ restart, shutdown }) => [restart, shutdown])).toEqual([
      [null, null],
      [null, null],
    ]);
  });
});

describe("noex: the library's own processes and supervisors", () => {
  test("services are processes, and their members are uses", () => {
    check(
      `${N.replace("Registry,", "Registry, EventBus, RateLimiter, TimerService, Cache,")}
      const user = {
        init: async () => { const bus = await EventBus.start({ name: "own" }); await EventBus.publish(bus, "t", 1); return { bus }; },
        handleCall: async (_m, s) => { const ok = await RateLimiter.check("limits", "k"); Cache.isRunning("limits"); return [ok, s]; },
        handleCast: async (_m, { bus }) => { await EventBus.subscribe(bus, "t", () => {}); return { bus }; },
      };
      const top = await Supervisor.start({ children: [
        { id: "limits", start: () => RateLimiter.start({ name: "limits" }) },
        { id: "timers", start: TimerService.start },
        { id: "user", start: () => GenServer.start(user) },
      ] });`,
      `
      top
        limits: RateLimiter as limits
        timers: TimerService
        user: user
      orphan own
      top/user cast own in init (the process started here)
      top/user call top/limits in later (name "limits")
      top/user call own in later (field state.bus)
      `,
    );
  });

  test("distributed supervisors start what is registered under a name", () => {
    check(
      `import { BehaviorRegistry, DistributedSupervisor } from "@hamicek/noex/distribution";
      import { counter } from "./counter.js";
      BehaviorRegistry.register("counter", counter);
      export const pool = await DistributedSupervisor.start({ strategy: "one_for_all", children: [
        { id: "a", behavior: "counter", restart: "transient" },
        { id: "b", behavior: "elsewhere" },
      ] });
      await DistributedSupervisor.startChild(pool, { id: "c", behavior: "counter" });
      // FILE counter.ts
      export const counter = { init: () => 0, handleCall: (_m, s) => [s, s], handleCast: (_m, s) => s };
      `,
      `
      pool one_for_all
        a: counter transient
        b: elsewhere !start: "elsewhere" is registered nowhere that was read;
        c: counter maybe dynamic
      `,
    );
  });

  test("a member of what a library exports that gives its caller the reference starts nothing by itself", () => {
    const files = `
      // FILE lib.ts
      ${N}
      export const Thing = { async start(name) { return GenServer.start({ ...counter }, { name }); } };
      export class Box { static async open() { const ref = await GenServer.start(counter, { name: "box" }); return ref; } }
      export const Forgetful = { async start() { await GenServer.start(counter, { name: "forgotten" }); } };
      const Own = { async start() { return GenServer.start(counter, { name: "own" }); } };
      `;
    check(files, "orphan forgotten\norphan own");
    check(
      `${files}
      // FILE main.ts
      import { Thing } from "./lib.js";
      export const thing = await Thing.start("x");
      `,
      "orphan start\norphan forgotten\norphan own",
    );
  });
});

describe("noex: references that are kept", () => {
  test("in the state, also in a Map in it, and in variables that another child's start sets", () => {
    check(
      `${N}
      const api = (db) => ({
        init: () => ({ db, workers: new Map() }),
        handleCall: async (m, state) => [await GenServer.call(state.db, m), state],
        handleCast: async (m, state) => {
          const worker = await GenServer.start(counter, { name: "w" });
          state.workers.set(m.id, worker);
          for (const each of state.workers.values()) GenServer.cast(each, m);
          return { ...state, last: worker };
        },
        handleInfo: (m, { last }) => { GenServer.cast(last, m); return { last }; },
      });
      async function main() {
        let db;
        return Supervisor.start({ children: [
          { id: "db", start: async () => (db = await GenServer.start(counter, { name: "db" })) },
          { id: "api", start: () => GenServer.start(api(db)) },
        ] });
      }`,
      `
      main
        db: counter as db
        api: api
      orphan w
      main/api call main/db in later (field state.db)
      main/api cast w in later undecided (field state.workers[])
      main/api cast w in later (field state.last)
      `,
    );
  });
});

describe("what a child's closure does in the name of the process that it starts", () => {
  const usesOf = (start: string, before = "") => {
    const { edges, orphans } = analyze(`${N}${before}
      export const app = await Supervisor.start({ children: [
        { id: "first", start: () => GenServer.start(counter, { name: "first" }) },
        { id: "tied", start: ${start} },
        { id: "free", start: () => GenServer.start(counter) },
      ] });`);
    expect(orphans).toEqual([]);
    return edges.map(({ from, to, kind, phase, possible, guarded }) =>
      [from, kind, to, phase, possible, guarded ? "guarded" : ""]
        .filter(Boolean)
        .join(" ")
        .replaceAll("main.ts#app/", ""),
    );
  };
  test("links, whichever stands first, and lookups", () => {
    for (const pair of ['ref, Registry.lookup("first")', 'Registry.lookup("first"), ref'])
      expect(
        usesOf(
          `async () => { const ref = await GenServer.start(counter); await GenServer.link(${pair}); return ref; }`,
        ),
      ).toEqual(["tied lookup first init", "tied link first init"]);
  });
  test("through a helper, behind a condition, in a try", () => {
    const helper = `async function tie(name: string) {
      const ref = await GenServer.start(counter, { trapExit: true });
      try { await GenServer.monitor(ref, Registry.lookup(name)); } catch {}
      if (process.env.WARM) GenServer.cast(Registry.lookup(name), "warm");
      GenServer.cast(ref, "begin");
      return ref;
    }`;
    expect(usesOf(`() => tie("first")`, helper)).toEqual([
      "tied lookup first init guarded",
      "tied monitor first init guarded",
      "tied lookup first init undecided",
      "tied cast first init undecided",
    ]);
  });
  test("not what a supervisor below it does, nor a link between two others", () => {
    expect(
      usesOf(
        `async () => { await GenServer.link(Registry.lookup("a"), Registry.lookup("b")); return GenServer.start(counter); }`,
      ),
    ).toEqual([]);
  });
});

test("a behaviour that is written in the call is called after its name, or the child's id, not after the function around", () => {
  const { supervisors, orphans } = analyze(`${N}
    export async function main() {
      const gauge = await GenServer.start({ init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s });
      return Supervisor.start({ children: [
        { id: "crane", start: () => GenServer.start({ init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s }) },
        { id: "ramp", start: () => GenServer.start({ init: () => 1, handleCall: (m, s) => [s, s], handleCast: (m, s) => s }, { name: "ramp-1" }) },
        { id: "named", start: () => GenServer.start(counter) },
      ] });
    }`);
  expect(supervisors[0]!.children.map(({ start }) => start.symbol)).toEqual(["crane", "ramp-1", "counter"]);
  expect(orphans.map(({ name }) => name)).toEqual(["gauge"]);
});

describe("noex: agents, state machines, and what processes ask for", () => {
  test("agents and state machines are servers", () => {
    check(
      `import { Agent, GenServer, GenStateMachine, Registry, Supervisor } from "@hamicek/noex";
      const startConfig = () => Agent.start(() => ({ url: "x" }), { name: "config" });
      const door = {
        init: () => ({ state: "shut", data: { opened: 0 } }),
        states: {
          shut: { handleEvent: async (e, data) => { await Agent.get(Registry.lookup("config"), (c) => c.url); return { type: "transition", nextState: "open", data }; } },
          open: { onEnter(data) { Agent.castUpdate(Registry.lookup("config"), (c) => c); }, handleEvent: (e, data) => ({ type: "keep_state", data }) },
        },
      };
      const api = { init: () => 0, handleCall: async (_m, s) => [await GenStateMachine.call(Registry.lookup("door"), "push"), s], handleCast: (_m, s) => s };
      export const top = await Supervisor.start({ children: [
        { id: "config", start: startConfig },
        { id: "door", start: () => GenStateMachine.start(door, { name: "door" }), restart: "transient" },
        { id: "api", start: () => GenServer.start(api) },
      ] });
      const flags = await Agent.start(() => new Set());
      const bell = await GenStateMachine.start(door, { name: "bell" });`,
      `
      top
        config: config as config
        door: door transient as door
        api: api
      orphan flags
      orphan bell
      top/door lookup top/config in later (name "config")
      top/door call top/config in later (name "config")
      top/door lookup top/config in later (name "config")
      top/door cast top/config in later (name "config")
      top/api lookup top/door in later (name "door")
      top/api call top/door in later (name "door")
      bell lookup top/config in later (name "config")
      bell call top/config in later (name "config")
      bell lookup top/config in later (name "config")
      bell cast top/config in later (name "config")
      `,
    );
  });

  test("children that a server asks a supervisor in its state or its arguments for", () => {
    const { supervisors, edges } = analyze(`${N}
      const room = (name) => ({ init: () => ({ name }), handleCall: (_m, s) => [s, s], handleCast: async (_m, s) => { await GenServer.call(Registry.lookup("log"), 1); return s; } });
      const lobby = (sup) => ({
        init: () => ({ sup, n: 0 }),
        async handleCall(m, s) {
          await Supervisor.startChild(s.sup, { id: \`room-\${m.name}\`, start: () => GenServer.start(room(m.name)), restart: "transient" });
          return [1, s];
        },
        async handleCast(m, s) { await Supervisor.startChild(sup, { id: "spare", start: async () => GenServer.start(counter) }); return s; },
      });
      const rooms = await Supervisor.start({ name: "rooms" });
      await Supervisor.start({ name: "top", children: [
        { id: "log", start: () => GenServer.start(counter, { name: "log" }) },
        { id: "lobby", start: () => GenServer.start(lobby(rooms)) },
      ] });`);
    const children = supervisors.find(({ name }) => name === "rooms")?.children;
    expect(children?.map(({ id, restart, cardinality }) => [id, restart, cardinality])).toEqual([
      ["room-*", "transient", "many"],
      ["spare", "permanent", "maybe"],
    ]);
    // What the child does is the child's own doing.
    expect(edges.map(({ from, kind, to }) => [from, kind, to].join(" ").replaceAll("main.ts#", ""))).toEqual([
      "rooms/room-* lookup top/log",
      "rooms/room-* call top/log",
      "top/lobby start rooms",
      "top/lobby start rooms",
    ]);
  });

  test("the library's own servers outside any tree", () => {
    const { orphans } = analyze(`import { Cache, EventBus, Supervisor, TimerService } from "@hamicek/noex";
      const bus = await EventBus.start({ name: "bus" });
      async function main() { const cache = await Cache.start(); return Supervisor.start({ children: [{ id: "timers", start: TimerService.start }] }); }
      main();`);
    expect(orphans.map(({ name }) => name)).toEqual(["bus", "Cache"]);
  });

  test("who returns what another reference is made of leaves the process to its callers, who tells of it only does not", () => {
    const started = (returned: string) =>
      analyze(`${N}
        export const Machine = {
          async start(options) {
            const ref = await GenServer.start(counter, { name: "machine" });
            GenServer.cast(ref, { kind: "begin" });
            return ${returned};
          },
        };
        export const app = await Supervisor.start({ children: [] });`).orphans.map(({ name }) => name);
    expect(started('{ _type: "MachineRef", id: ref.id }')).toEqual([]);
    expect(started("ref")).toEqual([]);
    expect(started('{ _type: "MachineRef", id: options.id }')).toEqual(["machine"]);
    expect(started("{ count: await GenServer.call(ref, 1) }")).toEqual(["machine"]);
  });
});
