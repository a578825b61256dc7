/**
 * Programs at random of everything that the library can do: supervisors of every kind, and servers whose callbacks are
 * sequences of the library's actions, whether they make sense together or not. Nothing in them depends on chance or on the
 * world outside, and messages lead to others a few times only.
 */
import fc from "fast-check";
import { type Callback, type Drawn, drawnStatement, type Names, Statements } from "./random-actions.ts";

const few = (most: number) => fc.array(drawnStatement, { maxLength: most });
const result = fc.nat({ max: 999 });

/** A class of servers as it was drawn. */
const server = fc.record({
  init: few(3),
  continued: few(2),
  call: few(2),
  later: few(1),
  cast: few(2),
  tick: few(2),
  end: few(2),
  terminate: few(1),
  results: fc.array(result, { minLength: 8, maxLength: 8 }),
});
type Server = typeof server extends fc.Arbitrary<infer T> ? T : never;

const flags = fc.record({
  strategy: fc.constantFrom("one_for_one", "one_for_all", "rest_for_one"),
  intensity: fc.nat({ max: 4 }),
  period: fc.constantFrom(5, 1, 60),
  autoShutdown: fc.constantFrom(null, null, null, "any_significant", "all_significant"),
});
const child = fc.record({
  of: fc.nat({ max: 99 }),
  restart: fc.constantFrom(null, "permanent", "transient", "temporary"),
  shutdown: fc.constantFrom(null, null, '"brutal_kill"', "100", '"infinity"'),
  significant: fc.boolean(),
  startTimeout: fc.constantFrom(null, null, null, 400),
  given: fc.nat({ max: 4 }),
});
type Child = typeof child extends fc.Arbitrary<infer T> ? T : never;
const group = fc.record({
  flags,
  children: fc.array(child, { minLength: 1, maxLength: 3 }),
  way: fc.nat({ max: 5 }),
  restart: child,
});
type Group = typeof group extends fc.Arbitrary<infer T> ? T : never;

const drawnProgram = fc.record({
  flags,
  servers: fc.array(server, { minLength: 1, maxLength: 4 }),
  jobs: fc.array(server, { minLength: 1, maxLength: 2 }),
  groups: fc.array(group, { minLength: 1, maxLength: 2 }),
  nested: fc.boolean(),
  pool: fc.option(
    fc.record({
      flags,
      restart: fc.constantFrom("permanent", "transient", "temporary"),
      max: fc.constantFrom(null, 2),
      significant: fc.boolean(),
    }),
  ),
  open: fc.boolean(),
  tasks: fc.boolean(),
  registry: fc.constantFrom(null, null, "unique", "duplicate"),
  task: fc.constantFrom(null, null, null, "permanent", "transient", "temporary"),
  application: fc.boolean(),
});
type DrawnProgram = typeof drawnProgram extends fc.Arbitrary<infer T> ? T : never;

const IMPORTS =
  'import { CallError, continueWith, defineApplication, type CallResult, describeTerm, DynamicSupervisor, type DynamicSupervisorSpec, formatReason, type From, GenServer, type HandlerResult, hibernate, ignore, type Info, type InitResult, type MonitorRef, noReply, ok, type Pid, processName, Registry, reply, StartError, stop, Supervisor, type SupervisorSpec, Task, TaskSupervisor, timeout, type TimerRef, via } from "suptree";';

const HELPERS = `
type M = { type: "poke" | "more" | "odd" | "tick" | "tock" | "hello" | "other" | "answer" | "get" | "put" | "later" | "who"; n: number; key?: string; from?: Pid };
function twice(n: number): number { return n * 2; }
function greetFor(server: Base, name: string, n: number): void { server.cast(name, { type: "poke", n }); }
abstract class Base extends GenServer {
  left = 4;
  count = 0;
  last: unknown = null;
  friend: Pid | undefined;
  ref: MonitorRef | undefined;
  timer: TimerRef | undefined;
  readonly refs = new Map<MonitorRef, string>();
  readonly table = new Map<string, number>();
  readonly pids: Pid[] = [];
  readonly waiting: From[] = [];
  byName: { a?: Pid; b?: Pid } = {};
  base(n: number): number { return n + this.table.size; }
  greet(name: string, n: number): void { this.send(name, { type: "tick", n }); }
  async ask(name: string, n: number): Promise<void> { this.last = await this.call(name, { type: "get", n }); }
  help(n: number): number { return n > 2 ? n - 1 : n + 1; }
  override init(given: number = 0): InitResult | Promise<InitResult> { this.count = given; }
}
abstract class Served extends Base {
  override handleContinue(term: unknown): HandlerResult | Promise<HandlerResult> { this.last = term; }
  override handleCall(m: M, from: From): CallResult | Promise<CallResult> {
    switch (m.type) {
      case "who": return reply(m, this.self);
      case "later": this.waiting.push(from); this.sendAfter(40, this.self, { type: "answer", n: 0 }); return noReply;
      case "put": this.table.set(m.key ?? "k", m.n); this.count++; return reply(m, true);
      default: return reply(m, this.count);
    }
  }
  override handleCast(m: M): HandlerResult | Promise<HandlerResult> { if (m.type === "more") this.count += 2; }
  override handleInfo(m: Info<M>): HandlerResult | Promise<HandlerResult> {
    switch (m.type) {
      case "DOWN": this.refs.delete(m.ref); break;
      case "EXIT": this.count++; break;
      case "timeout": for (const from of this.waiting.splice(0)) this.reply(from, "late"); break;
      case "task" as never: this.count++; break;
      case "answer": {
        const from = this.waiting.shift();
        if (from !== undefined) this.reply(from, "here");
        break;
      }
      case "hello": if (m.from !== undefined) { this.friend = m.from; this.pids.push(m.from); }
    }
  }
}
class Filler extends GenServer {
  override init() { return continueWith("fill"); }
  override async handleContinue() {
    if (this.whereis("pool") !== undefined) await this.startChild("pool", [1]);
    if (this.whereis("open") !== undefined) await this.startChild("open", { id: "first", start: [J0, 0], restart: "transient" });
  }
}`;

/** A callback that awaits is async. */
function method(head: string, result: string, body: string): string {
  const waits = /\bawait\b/.test(body.replace(/async (?:\(\w*\)) => (?:\{[^{}]*\}|[^;]*)/g, ""));
  return `  override ${waits ? "async " : ""}${head}: ${waits ? `Promise<${result}>` : `${result} | Promise<${result}>`} {\n    ${body}\n  }`;
}

const INIT = [
  "",
  "",
  "",
  'return continueWith("go");',
  "return timeout(300);",
  "return ok(1);",
  "return hibernate;",
  "if (given === 3) return ignore;",
  'if (given === 2) return stop("declined");',
];
const AFTER = [
  "",
  "",
  "",
  'if (this.left-- > 0) return continueWith("on");',
  "if (this.left-- > 0) return timeout(200);",
  "return hibernate;",
  'if (this.count === 3) return stop("normal");',
];
const ANSWER = [
  "return reply(m, this.count);",
  "return reply(m, { ok: true, n: this.count });",
  'return reply(m, this.table.get(m.key ?? "k0"));',
  'return this.left-- > 0 ? reply(m, 1, continueWith("after")) : reply(m, 0);',
  'if (this.count === 2) return stop("shutdown", reply(m, "bye")); return reply(m, 2);',
  'if (this.count > 3) throw new Error("full"); return reply(m, 3);',
  "this.waiting.push(from); return noReply;",
  'return stop("boom", reply(m, null));',
];
const LATER = [
  "",
  "this.waiting.push(from); return noReply;",
  "this.waiting.push(from); return timeout(60);",
  "await this.sleep(20); return reply(m, 1);",
];

function serverClass(name: string, drawn: Server, write: Statements): string {
  const pick = (from: readonly string[], n: number): string =>
    from[(drawn.results[n] ?? 0) % from.length] ?? "";
  const all = (of: readonly Drawn[], at: Callback): string => write.all(of, at);
  const methods: string[] = [];
  const add = (head: string, result: string, parts: readonly string[], last: string): void => {
    const written = parts.filter((each) => each.trim() !== "");
    if (written.length > 0) methods.push(method(head, result, [...written, last].join("\n    ")));
  };
  const isServed = (drawn.results[3] ?? 0) % 8 !== 7;
  add(
    "init(given: number = 0)",
    "InitResult",
    [write.careful(drawn.init), pick(INIT, 0)].map((each, n) =>
      n === 0 ? `this.count = given;\n    ${each}` : each,
    ),
    "",
  );
  add(
    "handleContinue(term: unknown)",
    "HandlerResult",
    [all(drawn.continued, "continue")],
    "this.last = term;",
  );
  const later = [all(drawn.later, "call"), pick(LATER, 1)].filter((each) => each !== "").join(" ");
  add(
    "handleCall(m: M, from: From)",
    "CallResult",
    [
      later === "" ? "" : `if (m.type === "later") { ${later} }`,
      drawn.call.length === 0
        ? ""
        : `if (m.type === "get") { ${all(drawn.call, "call")} ${pick(ANSWER, 2)} }`,
    ],
    isServed ? "return super.handleCall(m, from);" : "return noReply;",
  );
  add(
    "handleCast(m: M)",
    "HandlerResult",
    [all(drawn.cast, "cast"), pick(AFTER, 5)],
    isServed ? "return super.handleCast(m);" : "",
  );
  const ends = all(drawn.end, "end");
  const types = ['m.type === "DOWN"', 'm.type === "EXIT"', 'm.type === "DOWN" || m.type === "EXIT"'][
    (drawn.results[6] ?? 0) % 3
  ];
  const ticks = [all(drawn.tick, "info"), pick(AFTER, 7)].join("\n    ").trim();
  add(
    "handleInfo(m: Info<M>)",
    "HandlerResult",
    [
      ends === "" ? "" : `if (${types}) { ${ends} }`,
      ticks === "" ? "" : `if (m.type === "tick" || m.type === "tock") { ${ticks} }`,
    ],
    isServed ? "return super.handleInfo(m);" : "",
  );
  add("terminate(reason: unknown)", "void", [all(drawn.terminate, "terminate")], "this.last = reason;");
  return `class ${name} extends ${isServed ? "Served" : "Base"} {\n${methods.join("\n")}\n}`;
}

function flagsOf(
  { strategy, intensity, period, autoShutdown }: DrawnProgram["flags"],
  hasStrategy = true,
): string {
  const auto = autoShutdown === null ? "" : `autoShutdown: "${autoShutdown}", `;
  return `${hasStrategy ? `strategy: "${strategy}", ` : ""}${auto}intensity: ${intensity}, period: ${period}, `;
}

/** What a specification says beside its id and its start. */
function optionsOf(
  { restart, shutdown, significant, startTimeout }: Child,
  mayBeSignificant: boolean,
): string {
  const isSignificant =
    mayBeSignificant && significant && (restart === "transient" || restart === "temporary");
  return [
    restart === null ? null : `restart: "${restart}"`,
    shutdown === null ? null : `shutdown: ${shutdown}`,
    isSignificant ? "significant: true" : null,
    startTimeout === null ? null : `startTimeout: ${startTimeout}`,
  ]
    .filter((each) => each !== null)
    .map((each) => `, ${each}`)
    .join("");
}

/** Names, and where they are. */
function namesOf(drawn: DrawnProgram): Names {
  const servers = drawn.groups.flatMap(({ children }, g) => children.map((_, n) => `n${g}${n}`));
  return {
    servers,
    ids: servers,
    supervisors: ["root", ...drawn.groups.map((_, g) => `s${g}`)].slice(1),
    pools: drawn.pool === null ? [] : ["pool"],
    open: drawn.open ? ["open"] : [],
    tasks: drawn.tasks ? ["tasks"] : [],
    registries: drawn.registry === null ? [] : ["table"],
    jobs: drawn.jobs.map((_, n) => `J${n}`),
  };
}

function groupClass(
  { flags: own, children, way }: Group,
  g: number,
  servers: number,
  below: string | null,
): string {
  const significant = own.autoShutdown !== null;
  const specs = children.map(
    (each, n) =>
      `{ id: "n${g}${n}", start: [W${each.of % servers}, ${each.given}] as const, name: "n${g}${n}"${optionsOf(each, significant)} }`,
  );
  if (below !== null) specs.push(below);
  const list = `[${specs.join(", ")}]`;
  const [params, made] = (
    [
      ["", list],
      ["", list],
      [
        "size: number = 2",
        `[...Array.from({ length: size }, (_, n) => ({ id: \`x\${n}\`, start: [J0, n] as const })), ...${list}]`,
      ],
      ["size: number = 2", `size > 1 ? ${list} : []`],
      [
        "_size: number = 2",
        `["a", "b"].map((id) => ({ id, start: [J0, 1] as const, restart: "transient" as const })).concat(${list} as never)`,
      ],
      ["", list],
    ] as const
  )[way] ?? ["", list];
  return `class G${g} extends Supervisor {
  override init(${params}): SupervisorSpec {
    return { ${flagsOf(own)}children: ${made} };
  }
}`;
}

/** Children of the root that are no groups. */
function others(drawn: DrawnProgram): string[] {
  return [
    drawn.registry === null
      ? null
      : `{ id: "table", start: [Registry, { keys: "${drawn.registry}" }], name: "table" }`,
    drawn.pool === null ? null : '{ id: "pool", start: [Pool], name: "pool" }',
    drawn.open ? '{ id: "open", start: [Open], name: "open" }' : null,
    drawn.tasks ? '{ id: "tasks", start: [TaskSupervisor], name: "tasks" }' : null,
    drawn.task === null
      ? null
      : `{ id: "task", start: [Task, async (task: Task) => { await task.sleep(500); }], restart: "${drawn.task}" }`,
  ].filter((each) => each !== null);
}

/** Pools are filled by somebody in the run, mostly: of others children are invented. */
function fillers({ pool, open, application }: DrawnProgram): string[] {
  return pool !== null || open || application ? ['{ id: "filler", start: [Filler] }'] : [];
}

export function programOf(drawn: DrawnProgram): string {
  const names = namesOf(drawn);
  const classes = [
    ...drawn.jobs.map((each, n) => serverClass(`J${n}`, each, new Statements(names, "job", false))),
    ...drawn.servers.map((each, n) => serverClass(`W${n}`, each, new Statements(names, `n0${n}`, true))),
  ];
  const pool = drawn.pool;
  if (pool !== null)
    classes.push(`class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { ${flagsOf({ ...pool.flags, autoShutdown: null }, false)}${pool.max === null ? "" : `maxChildren: ${pool.max}, `}child: { start: [J0], restart: "${pool.restart}" } };
  }
}`);
  if (drawn.open)
    classes.push(`class Open extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec { return { intensity: 2, period: 5 }; }
}`);
  const placed: string[] = [];
  drawn.groups.forEach((each, g) => {
    const given = each.way === 2 || each.way === 3 ? `, ${each.restart.given % 3}` : "";
    const spec = `{ id: "s${g}", start: [G${g}${given}], name: "s${g}"${optionsOf({ ...each.restart, startTimeout: null }, drawn.flags.autoShutdown !== null)} }`;
    const below = drawn.nested && g > 0 ? (placed.pop() ?? null) : null;
    classes.push(groupClass(each, g, drawn.servers.length, below));
    placed.push(spec);
  });
  const root = `export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { ${flagsOf(drawn.flags)}children: [${[...others(drawn), ...placed, ...fillers(drawn)].join(", ")}] };
  }
}`;
  const application = drawn.application
    ? '\nexport const app = defineApplication({ name: "app", start: [Root] });'
    : "";
  return `${IMPORTS}\n${HELPERS}\n${classes.join("\n")}\n${root}${application}\n`;
}

/** The source of a program whose root is `app.ts#Root`. */
export const randomProgram: fc.Arbitrary<string> = drawnProgram.map(programOf);
