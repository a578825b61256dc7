/** Trees as programs put them together: helpers that start for others, classes that keep references, other files. */
import { expect, test } from "vitest";
import { analyze, check, render } from "./check.ts";

test("noex: a function that starts a supervisor is one for each set of arguments", () => {
  check(
    `import { GenServer, Supervisor } from "@hamicek/noex";
    const worker = (n) => ({ init: () => n, handleCall: (m, s) => [1, s] });
    async function startPool(name: string, size: number, maxRestarts = 3) {
      return Supervisor.start({ name, restartIntensity: { maxRestarts, withinMs: 10_000 },
        children: Array.from({ length: size }, (_, i) => ({ id: \`\${name}-\${i}\`, start: () => GenServer.start(worker(i)) })) });
    }
    async function main() {
      await Supervisor.start({ name: "root", children: [
        { id: "email", start: () => startPool("email", 2) }, { id: "sms", start: () => startPool("sms", 1, 10) },
      ] });
    }
    main();`,
    `
    email 3 in 10s
      email-0: worker
      email-1: worker
    sms 10 in 10s
      sms-0: worker
    root
      email: startPool ▸
      sms: startPool ▸
    `,
  );
});

test("noex: functions of other files start children, not orphans", () => {
  check(
    `// FILE main.ts
    import { Supervisor } from "@hamicek/noex";
    import { startPool, startFixed } from "./pool"; import { startLogger, startWorker } from "./servers";
    Supervisor.start({ name: "root", children: [
      { id: "email", start: () => startPool("email", 2) }, { id: "fixed", start: startFixed },
      { id: "log", start: startLogger }, { id: "w", start: async () => { const ref = await startWorker(3); return ref; } },
    ] });
    // FILE pool.ts
    import { GenServer, Supervisor } from "@hamicek/noex";
    const b = { init: () => 0, handleCall: (m, s) => [s, s] };
    export const startPool = async (name, n) => Supervisor.start({ strategy: "one_for_all", children: Array.from({ length: n }, (_, i) => ({ id: \`\${name}-\${i}\`, start: () => GenServer.start(b) })) });
    export function startFixed() { return Supervisor.start({ name: "fixed", children: [{ id: "b", start: () => GenServer.start(b) }] }); }
    // FILE servers.ts
    import { GenServer } from "@hamicek/noex";
    const logger = { init: () => [], handleCast: (m, s) => s };
    const worker = (n) => ({ init: () => n, handleCall: (m, s) => [s, s] });
    export function startLogger() { return GenServer.start(logger, { name: "logger" }); }
    export async function startWorker(n) { const r = await GenServer.start(worker(n)); return r; }
    export async function startOther() { return GenServer.start(worker(9)); }`,
    `
    root
      email: startPool ▸
      fixed: startFixed ▸
      log: logger as logger
      w: worker
    startPool one_for_all
      *-*: b many
    fixed
      b: b
    `,
  );
});

test("noex: what an exported function starts and gives back, its callers start", () => {
  const servers = `// FILE servers.ts
    import { GenServer } from "@hamicek/noex";
    const worker = { init: () => 0, handleCall: (m, s) => [s, s] };
    export async function startWorker(socket) { const ref = await GenServer.start(worker); socket.on("close", () => GenServer.stop(ref)); return ref; }`;
  check(servers, "");
  check(
    `${servers}\n// FILE main.ts\nimport { startWorker } from "./servers"; startWorker(s);`,
    "orphan worker",
  );
  check(`${servers}\n// FILE main.test.ts\nimport { startWorker } from "./servers"; startWorker(s);`, "");
  // Nobody gets this one.
  check(servers.replace("return ref;", ""), "orphan worker");
});

test("noex: an application class that keeps its supervisors in fields", () => {
  check(
    `import { GenServer, Supervisor, Registry } from "@hamicek/noex";
    const logger = { init: () => [], handleCast: (m, s) => s };
    const conn = { init: () => { GenServer.cast(Registry.lookup("logger"), "up"); return {}; }, handleCall: (m, s) => [1, s] };
    const router = (app: App) => ({ init: () => ({}), handleCall: async (m, s) => [await GenServer.call(app.logger, m), s] });
    class App {
      logger = null; private sup = null; private sessions;
      async start() {
        this.logger = await GenServer.start(logger, { name: "logger" });
        this.sessions = await Supervisor.start({ strategy: "simple_one_for_one", childTemplate: { start: (id) => GenServer.start(conn), restart: "temporary" } });
        this.sup = await Supervisor.start({ children: this.children() });
      }
      private children() { return [{ id: "router", start: () => GenServer.start(router(this)) }]; }
      async connect(id: string) {
        if (!this.sup) throw new Error("not started");
        await Supervisor.startChild(this.sup, { id: \`conn-\${id}\`, start: () => GenServer.start(conn), restart: "temporary" });
        return Supervisor.startChild(this.sessions, [id]);
      }
    }
    export const app = new App();`,
    `
    sessions simple_one_for_one
      conn: conn many dynamic temporary
    sup
      router: router
      conn-*: conn many dynamic temporary
    orphan logger
    sessions/conn lookup logger in init (name "logger")
    sessions/conn cast logger in init (name "logger")
    sup/router call logger in later (the process started here)
    sup/conn-* lookup logger in init (name "logger")
    sup/conn-* cast logger in init (name "logger")
    `,
  );
});

test("noex: servers in module variables that functions assign", () => {
  const model = analyze(`import { GenServer, Supervisor } from "@hamicek/noex";
    let sup = null; let logger;
    const log = { init: () => [], handleCast: (m, s) => s };
    const worker = { init: () => 0, handleCall: (m, s) => { GenServer.cast(logger, m); return [1, s]; } };
    export async function start() {
      logger = await GenServer.start(log);
      sup = await Supervisor.start({ children: [{ id: "w", start: () => GenServer.start(worker) }] });
    }
    export async function add(id: string) {
      if (!sup) throw new Error("no");
      await Supervisor.startChild(sup, { id, start: () => GenServer.start(worker) });
    }`);
  const { children } = model.supervisors[0]!;
  expect(children.map((c) => [c.id, c.dynamic])).toEqual([
    ["w", false],
    [null, true],
  ]);
  expect(model.edges.map((e) => `${e.from.split("#")[1]} ${e.kind} ${e.to.split("#")[1]} ${e.via}`)).toEqual([
    "sup/w cast log variable logger",
    "sup/?2 cast log variable logger",
  ]);
});

test("nact: a helper that spawns for others; actors in fields; the order in which they are spawned", () => {
  const model = analyze(`import { start, spawn, spawnStateless, dispatch } from "nact";
    function bootstrap() {
      const system = start();
      return { actor: (name, fn, initialState) => spawn(system, fn, name, { initialState }), system };
    }
    class Tips {
      constructor(contract) {
        this.director = bootstrap();
        this.contract = contract || this.director.actor("contract", (s) => s);
        this.tipper = this.director.actor("tipper", (s, m) => s, { contract: this.contract });
        this.polling = this.director.actor("polling", (s, m) => { dispatch(this.tipper, m); return s; });
        this.forwarder = forward(this.polling, this.tipper);
      }
    }
    function forward(parent, to) { return spawnStateless(parent, (msg) => { dispatch(to, msg); }, "forwarder"); }
    new Tips();
    export class Invoices {
      system = start();
      setup = spawnStateless(this.system, (msg) => { dispatch(this.create, msg); }, "setup");
      create = spawnStateless(this.system, () => {}, "create");
    }`);
  const lines = render(model)
    .split("\n")
    .filter((line) => !line.startsWith("  !"))
    .map((line) => line.replace(/ shutdown null .*$/, "").replace(" null in nulls", ""));
  expect(lines).toEqual([
    "system",
    "  contract: contract",
    "  tipper: tipper",
    "  polling: polling ▸",
    "polling",
    "  forwarder: forwarder null",
    "system",
    "  setup: setup null",
    "  create: create null",
    "system/polling send system/tipper in later (the process started here)",
    "polling/forwarder send system/tipper in later (the process started here)",
    "system~2/setup send system~2/create in later (the process started here)",
  ]);
});

test("suptree: a pid that is given away is the giver's, whatever the fields of the one who gets it are called", () => {
  check(
    `import { GenServer, Supervisor } from "suptree";
    class Helper extends GenServer { owner; sup; init(owner, sup) { this.owner = owner; this.call(owner, "hi"); this.sup = sup; this.cast(sup, 1); } }
    class Other extends GenServer {}
    class Boss extends GenServer {
      sup;
      init() { this.sup = this.whereis("other"); }
      handleCall() { return this.startLink(Helper, this.self, this.sup); }
    }
    class S extends Supervisor { init() { return { children: [{ id: "other", start: [Other], name: "other" }, { id: "boss", start: [Boss] }] }; } }`,
    `
    S
      other: Other as other
      boss: Boss
    orphan Helper linked
    S/boss lookup S/other in init (name "other")
    Helper call S/boss in init unawaited (argument 1 of its start)
    Helper cast S/other in init (argument 2 of its start)
    `,
  );
});

test("suptree: what the one place that asks for a child of a template gives goes to its init", () => {
  check(
    `import { DynamicSupervisor, GenServer, Supervisor } from "suptree";
    class Job extends GenServer { init(kind, id, queue) { this.call(queue, kind); } }
    class Queue extends GenServer { handleCall(r) { return this.startChild("pool", [r.id, "queue"]); } }
    class Pool extends DynamicSupervisor { init() { return { child: { start: [Job, "small"] } }; } }
    class Top extends Supervisor { init() { return { children: [{ id: "queue", start: [Queue], name: "queue" }, { id: "pool", start: [Pool], name: "pool" }] }; } }`,
    `
    Pool simple_one_for_one
      Job: Job many dynamic
    Top
      queue: Queue as queue
      pool: Pool ▸ as pool
    Pool/Job call Top/queue in init unawaited (argument 3 of its start)
    Top/queue start Top/pool in later (name "pool")
    `,
  );
});

test("noex: a behaviour that is an object of a class; a start that registers a name in a helper", () => {
  check(
    `import { GenServer, Supervisor, Registry } from "@hamicek/noex";
    class Limiter {
      constructor(private readonly limit, private readonly log) {}
      init() { return { n: 0 }; }
      handleCall(msg, state) { GenServer.cast(Registry.lookup(this.log), msg); return [state.n < this.limit, state]; }
      terminate() {}
    }
    const logger = () => ({ init: () => [], handleCast: (m, s) => [...s, m] });
    async function named(name, behaviour) { const ref = await GenServer.start(behaviour); Registry.register(name, ref); return ref; }
    Supervisor.start({ name: "app", children: [
      { id: "logger", start: () => named("logger", logger()) },
      { id: "limiter", start: () => GenServer.start(new Limiter(10, "logger")) },
    ] });`,
    `
    app
      logger: logger as logger
      limiter: Limiter
    app/limiter lookup app/logger in later (name "logger")
    app/limiter cast app/logger in later (name "logger")
    `,
  );
});

test("suptree: children that a program asks a system to start; makers of classes", () => {
  check(
    `import { GenServer, Supervisor, System } from "suptree";
    class A extends GenServer {}
    const child = (id, cls, over = {}) => ({ restart: "permanent", ...over, id, start: [cls] });
    const make = (cls, n) => class extends Supervisor { init() { return { intensity: n, children: Array.from({ length: n }, (_, i) => child(\`\${cls.name}\${i}\`, cls)) }; } };
    class Pool extends make(A, 2) {}
    class Root extends Supervisor { init() { return { children: [{ id: "pool", start: [Pool] }] }; } }
    void (async () => {
      const system = new System();
      const root = await system.start(Root);
      await system.startChild(root, child("late", A, { restart: "temporary" }));
    })();`,
    `
    Pool 2 in
      A0: A permanent
      A1: A permanent
    Root
      pool: Pool ▸
      late: A maybe dynamic temporary
    `,
  );
});

test("noex: what one maker makes does what it is made for; a start that is the library's own function", () => {
  check(
    `import { GenServer, Supervisor, Registry, TimerService } from "@hamicek/noex";
    const make = (svc) => ({
      init: () => ({}),
      handleCall: async (msg, s) => { if (svc === "orders") await GenServer.call(Registry.lookup("auth"), msg); return [1, s]; },
    });
    Supervisor.start({ name: "app", children: [
      { id: "timers", start: TimerService.start },
      ...["auth", "orders"].map((name) => ({ id: name, start: () => GenServer.start(make(name), { name }) })),
    ] });`,
    `
    app
      timers: TimerService
      auth: make as auth
      orders: make as orders
    app/orders lookup app/auth in later (name "auth")
    app/orders call app/auth in later (name "auth")
    `,
  );
});

test("a list that is given to a function that nobody here knows may have more", () => {
  check(
    `import { GenServer, Supervisor } from "suptree"; import { addDefaults } from "defaults";
    class W extends GenServer {}
    class A extends Supervisor { init() { const kids = [{ id: "a", start: [W] }]; console.log(kids); addDefaults(kids); return { children: kids }; } }`,
    `
    A
      a: W
      ! children: given to addDefaults, which may change it
    `,
  );
});

test("suptree: a field in init is as the object was made; a name that the start gives is registered", () => {
  const model = check(
    `import { GenServer, processName, Supervisor } from "suptree";
    const B = processName("b");
    class Named extends GenServer { init(options) { this.register(options.name); } }
    class User extends GenServer {
      target = "a"; private peers = new Map();
      init() { this.ask(); }
      ask() { this.call(this.target, 1); for (const p of this.peers.values()) this.cast(p, 1); }
      handleInfo() { this.target = "b"; this.peers.set("b", B); this.ask(); }
      handleCast() { this.call(this.target, 2); }
    }
    class S extends Supervisor { init() { return { children: [
      { id: "one", start: [Named, { name: "a" }] }, { id: "two", start: [Named, { name: B }] }, { id: "user", start: [User] },
    ] }; } }`,
    `
    S
      one: Named
      two: Named
      user: User
    S/user call S/one in init unawaited (name "a")
    S/user call S/one in later unawaited (field target)
    S/user call S/two in later unawaited (field target)
    S/user call S/two in later unawaited (name "b")
    S/user cast S/two in later undecided (field peers[])
    `,
  );
  expect(model.supervisors[0]!.children.map((c) => c.process?.registers)).toEqual([["a"], ["b"], []]);
});

test("specifiers that name a registry and a version", () => {
  for (const specifier of [
    "npm:@hamicek/noex",
    "npm:@hamicek/noex@^1.2",
    "npm:/@hamicek/noex@1/core",
    "jsr:@hamicek/noex@1",
  ])
    check(
      `import { GenServer, Supervisor } from "${specifier}";
      const worker = { init: () => 0, handleCall: (m, s) => [s, s] };
      export const app = await Supervisor.start({ children: [{ id: "w", start: () => GenServer.start(worker) }] });`,
      `
      app
        w: worker
      `,
    );
  for (const specifier of [
    "npm:@hamicek/noex-store",
    "npm:other",
    "http:@hamicek/noex",
    "npm:x/@hamicek/noex",
  ])
    check(
      `import { Supervisor } from "${specifier}"; export const app = Supervisor.start({ children: [] });`,
      "",
    );
});
