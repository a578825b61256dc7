import { describe, expect, test } from "vitest";
import { analyze, check } from "./check.ts";

const N = `import { GenServer, Supervisor, Registry, type GenServerBehavior } from "@hamicek/noex";
const counter = { init: () => 0, handleCall: (_m, s) => [s, s], handleCast: (_m, s) => s };
const makeCache = (name: string): GenServerBehavior => ({ init() { return new Map(); }, handleCall(m, s) { return [0, s]; }, handleCast(m, s) { return s; } });
`;

describe("noex", () => {
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
        late: counter many dynamic
      helped
        one: counter
        w-*: counter many
      `,
    );
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
      app/client call app/cache in later (name "cache")
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
      app/client call app/cache in later (name "cache")
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
