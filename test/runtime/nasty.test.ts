/**
 * Nasty values in every place that a user can put them: whatever a callback returns, throws, sends or names, only its
 * own process may suffer, and nothing may escape. Vitest fails the run when a rejection or an exception does.
 */
import { afterEach, describe, expect, it } from "vitest";
import {
  CallError,
  continueWith,
  DynamicSupervisor,
  describeTerm,
  type ExitReason,
  formatReason,
  GenServer,
  type InitResult,
  isNormalReason,
  noReply,
  ok,
  Registry,
  Reply,
  type Report,
  Supervisor,
  type SupervisorSpec,
  System,
  type SystemOptions,
  stop,
  Task,
} from "../../src/runtime/index.ts";

const oops = (): never => {
  throw new Error("trap");
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cyclicCause(): Error {
  const error = new Error("cyclic");
  error.cause = { error, list: [error] };
  return error;
}

function hostileError(): Error {
  const error = new Error("hostile");
  for (const key of ["message", "name", "stack", "cause"]) Object.defineProperty(error, key, { get: oops });
  return error;
}

const traps = [
  "get",
  "has",
  "ownKeys",
  "getPrototypeOf",
  "getOwnPropertyDescriptor",
  "defineProperty",
  "set",
  "isExtensible",
] as const;

const cyclic: Record<string, unknown> = { type: "cycle" };
cyclic.self = cyclic;

// biome-ignore-start lint/suspicious/noThenProperty: that is the point
/** Made anew for each use: some can be used once only. */
const VALUES: [string, () => unknown][] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["a number", () => 42],
  ["NaN", () => Number.NaN],
  ["a string", () => "word"],
  ["the empty string", () => ""],
  ["a long string", () => "x".repeat(10_000_000)],
  ["a bigint", () => 10n],
  ["a symbol", () => Symbol("s")],
  ["a function", () => () => 1],
  ["a class", () => class A {}],
  [
    "a class instance",
    () =>
      new (class Point {
        x = 1;
      })(),
  ],
  ["an empty object", () => ({})],
  ["an object without a prototype", () => Object.create(null) as unknown],
  ["an array", () => [1, 2]],
  ["a million entries", () => new Array(1_000_000).fill({})],
  ["a sparse array", () => new Array(1_000_000)],
  ["a cycle", () => cyclic],
  [
    "a map of itself",
    () => {
      const map = new Map<unknown, unknown>();
      map.set(map, map);
      return map;
    },
  ],
  ["an error", () => new Error("e")],
  ["a frozen error", () => Object.freeze(new Error("frozen"))],
  ["an error with a cyclic cause", cyclicCause],
  ["an error that throws when it is read", hostileError],
  ["an error without a prototype", () => Object.setPrototypeOf(new Error("bare"), null) as unknown],
  ["an aggregate error", () => new AggregateError([new Error("a")], "many")],
  [
    "a getter that throws",
    () => ({
      type: "x",
      get bad() {
        return oops();
      },
    }),
  ],
  [
    "a then that throws",
    () => ({
      get then() {
        return oops();
      },
    }),
  ],
  ["a thenable that throws", () => ({ then: oops })],
  [
    "a thenable that fulfils at once, twice",
    () => ({
      then: (f: (v: unknown) => void) => {
        f(1);
        f(2);
      },
    }),
  ],
  [
    "a thenable that rejects at once",
    () => ({ then: (_: unknown, r: (v: unknown) => void) => r(new Error("r")) }),
  ],
  [
    "a thenable of a thenable",
    () => ({ then: (f: (v: unknown) => void) => f({ then: (g: (v: unknown) => void) => g(1) }) }),
  ],
  ["a promise of nothing", () => Promise.resolve()],
  [
    "a toString that throws",
    () => ({ toString: oops, toJSON: oops, [Symbol.toPrimitive]: oops, valueOf: oops }),
  ],
  ["an iterator that throws", () => ({ [Symbol.iterator]: oops })],
  ["a set whose iterator throws", () => Object.assign(new Set([1]), { [Symbol.iterator]: oops })],
  ["a map that lies about its size", () => Object.defineProperty(new Map([[1, 2]]), "size", { get: oops })],
  ["a date that is none", () => new Date(Number.NaN)],
  [
    "a constructor that throws when it is read",
    () =>
      Object.create(
        {
          get constructor() {
            return oops();
          },
        },
        { a: { value: 1, enumerable: true } },
      ) as unknown,
  ],
  [
    "a name that is no string",
    () =>
      new (class {
        static name = 5 as unknown as string;
        a = 1;
      })(),
  ],
  ["a revoked proxy", revoked],
  [
    "a revoked proxy of a function",
    () => {
      const { proxy, revoke } = Proxy.revocable(() => {}, {});
      revoke();
      return proxy;
    },
  ],
  ["a proxy of an error", () => new Proxy(new Error("p"), {})],
  ["a proxy of a Reply", () => new Proxy(new Reply(1, undefined), {})],
  [
    "a proxy that answers everything with itself",
    () => {
      const p: object = new Proxy(() => p, { get: () => p, has: () => true });
      return p;
    },
  ],
  ...traps.map((trap): [string, () => unknown] => [
    `a proxy whose ${trap} throws`,
    () => new Proxy({ type: "x", a: 1 }, { [trap]: oops }),
  ]),
  ["a typed array", () => new Float64Array(3)],
  ["globalThis", () => globalThis],
  ["a weak map", () => new WeakMap()],
  ["a reason that looks like a failed call", () => ({ reason: revoked(), call: null })],
  ["a reason that looks like a start failure", () => ({ failed_to_start_child: [revoked()] })],
  ["a reason with a strange shutdown", () => ({ shutdown: revoked() })],
  ["a reason with a raised that is none", () => ({ raised: revoked() })],
  [
    "a very deep reason",
    () => {
      let r: unknown = "deep";
      for (let i = 0; i < 20_000; i++) r = { shutdown: r };
      return r;
    },
  ],
];

// biome-ignore-end lint/suspicious/noThenProperty: that was the point
/** What an observer or a logger found wrong: what they throw is dropped. */
const complaints: string[] = [];
const bounded = (what: string, text: string): void => {
  // Names are shown as they are, however long.
  if (text.length > 5000 && !text.includes("x".repeat(5000)))
    complaints.push(`${what} of ${text.length} characters`);
};
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** Everything is read that an observer and a logger could read. */
function greedy(clock: "real" | "virtual"): SystemOptions {
  return {
    clock,
    observer: (event) => {
      try {
        bounded(event.type, JSON.stringify(event));
      } catch (error) {
        complaints.push(`${event.type}: ${String(error)}`);
      }
    },
    logger: (report: Report) => {
      try {
        bounded(report.kind, report.text);
        if (report.kind === "crash" || report.kind === "error") formatReason(report.reason);
      } catch (error) {
        complaints.push(`${report.kind}: ${String(error)}`);
      }
    },
  };
}

class Bystander extends GenServer {
  override init(): void {
    this.trapExit(true);
  }
  override handleCall(): Reply {
    return new Reply("here", undefined);
  }
  override handleInfo(): void {}
}

class Victim extends GenServer {
  override init(act: (self: Victim) => unknown, when: string): InitResult {
    this.#act = act;
    this.#when = when;
    if (when === "init") return act(this) as InitResult;
    if (when === "trap") this.trapExit(true);
    if (when === "handleContinue") return continueWith(1);
  }
  #act: (self: Victim) => unknown = () => {};
  #when = "";
  #do(place: string): never {
    return (place === this.#when ? this.#act(this) : undefined) as never;
  }
  override handleCall(): never {
    return this.#do("handleCall");
  }
  override handleCast(): never {
    return this.#do("handleCast");
  }
  override handleInfo(): never {
    return this.#do("handleInfo");
  }
  override handleContinue(): never {
    const result = this.#do("handleContinue");
    // Once: who continues with continuing is never done.
    this.#when = "";
    return result;
  }
  override terminate(): never {
    return this.#do("terminate");
  }
}

class Sup extends Supervisor {
  override init(act: (self: Victim) => unknown, when: string): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "bystander", start: [Bystander], name: "bystander" },
        { id: "victim", start: [Victim, act, when], name: "victim", restart: "temporary", shutdown: 10 },
      ],
    };
  }
}

class Friend extends GenServer {
  override init(): void {
    this.trapExit(true);
    this.link("victim");
    this.monitor("victim");
  }
}

/** What becomes of a system one of whose processes does `act` in callback `when`. */
async function survives(
  act: (self: Victim) => unknown,
  when: string,
  clock: "real" | "virtual",
): Promise<void> {
  const system = new System(greedy(clock));
  const start = system.start(Sup, act, when).catch(() => null);
  await system.idle();
  // What never settles is ended from outside.
  for (const { pid, status } of system.processes())
    if (status === "starting" || status === "busy") system.kill(pid);
  const sup = await start;
  if (system.whereis("victim") !== undefined) {
    await system.start(Friend).catch(() => null);
    const call = system.call("victim", { type: "x" }, 5).catch((error: unknown) => {
      // A reply that is a promise is awaited: what that makes of the nasty ones is the language's business.
      if (error instanceof CallError) expect(error.message.length).toBeLessThan(5000);
    });
    system.cast("victim", { type: "x" });
    system.send("victim", { type: "x" });
    await system.idle();
    if (when === "terminate") system.exit("victim", "boom");
    await system.idle();
    for (const info of system.processes()) expect(JSON.stringify(info.state).length).toBeLessThan(20_000);
    if (clock === "virtual") await system.settle();
    // A reply that is a promise which never settles keeps its caller waiting: nobody else.
    await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 10))]);
    system.kill("victim");
    await system.idle();
  }
  if (sup !== null) {
    expect(system.whereis("victim")).toBeUndefined();
    expect(await system.call("bystander", {})).toBe("here");
  }
  await system.stop();
  expect(system.processCount).toBe(0);
}

const PLACES = ["init", "handleCall", "handleCast", "handleInfo", "handleContinue", "terminate"];
const HOW: [string, (make: () => unknown) => (self: Victim) => unknown][] = [
  ["returned", (make) => () => make()],
  [
    "thrown",
    (make) => () => {
      throw make();
    },
  ],
  ["returned by a promise", (make) => async () => make()],
  ["rejected", (make) => () => Promise.reject(make())],
  ["the reason of exit", (make) => (self) => self.exit(make() as ExitReason)],
  ["the reason of stop", (make) => () => stop(make() as ExitReason)],
  ["the reason of stop by a promise", (make) => async () => stop(make() as ExitReason)],
  ["the reason of stop with a reply", (make) => () => stop("normal", new Reply(make(), make() as never))],
  ["a reply", (make) => () => new Reply(make(), undefined)],
  ["what follows a reply", (make) => () => new Reply(1, make() as never)],
  ["extra", (make) => () => ok(make(), make() as never)],
  ["the term of continue", (make) => () => continueWith(make())],
  [
    "the reason of an exit signal to itself",
    (make) => (self) => {
      self.sendExit(self.self, make() as ExitReason);
    },
  ],
  [
    "a message to itself",
    (make) => (self) => {
      self.send("victim", make());
      self.cast("victim", make());
      return noReply;
    },
  ],
  [
    "a field of its state",
    (make) => (self) => {
      (self as unknown as { field: unknown }).field = make();
      throw new Error("x");
    },
  ],
];

describe.each(["virtual", "real"] as const)("nasty values, %s clock", (clock) => {
  it.each(HOW)(
    "%s",
    async (_, how) => {
      for (const [name, make] of VALUES) {
        // What the clocks differ in does not depend on which callback it is.
        for (const place of clock === "virtual" ? PLACES : ["init", "handleCall", "terminate"]) {
          try {
            await survives(how(make), place, clock);
          } catch (error) {
            throw new Error(`${name} in ${place}: ${error instanceof Error ? error.stack : String(error)}`);
          }
        }
      }
    },
    120_000,
  );
});

describe("an observer and a logger that throw", () => {
  it.each(["virtual", "real"] as const)("harm nobody, %s clock", async (clock) => {
    const system = new System({ clock, observer: oops, logger: oops });
    const sup = await system.start(Sup, oops, "handleCast");
    system.cast("victim", 1);
    await system.idle();
    expect(system.whereis("victim")).toBeUndefined();
    expect(await system.call("bystander", {})).toBe("here");
    await system.stop();
    expect([sup.alive, system.processCount]).toEqual([false, 0]);
  });
});

describe("nasty values from outside", () => {
  it.each(VALUES)("%s", async (_, make) => {
    for (const clock of ["virtual", "real"] as const) {
      const system = new System(greedy(clock));
      const pid = await system.start([Bystander], { name: "bystander" });
      const calls = [
        system.call(pid, make() as never, 5).catch(() => {}),
        system.call("nobody", make(), 5).catch((error: CallError) => error.message),
      ];
      system.cast(pid, make() as never);
      system.send(pid, make() as never);
      system.sendAfter(0, "bystander", make());
      await system.advance(clock === "virtual" ? 10 : 0);
      await Promise.all(calls);
      for (const use of [
        () => system.cast(make() as never, 1),
        () => system.call(make() as never, {}).catch(() => {}),
        () => system.whereis(make() as never),
        () => system.start(make() as never).catch(() => {}),
        () => system.start(Bystander as never, make() as never).catch(() => {}),
        () => system.start([Bystander], { name: make() as never, label: make() as never }).catch(() => {}),
        () => system.register(make() as never, pid),
        () => system.register("other", make() as never),
        () => system.processInfo(make() as never),
        () => system.exit(make() as never, "x"),
        () => system.sendExit("nobody", make() as never),
        () => system.note({ text: "x" }),
        () => system.startChildResult("nobody", make() as never).catch(() => {}),
        () => system.call(pid, {}, make() as never).catch(() => {}),
        () => system.sendAfter(make() as never, pid, {} as never),
        () => system.cancelTimer(make() as never),
      ]) {
        try {
          await use();
        } catch (error) {
          // Refused on the spot is fine too: whoever did it learns of it.
          expect(error).toBeInstanceOf(Error);
        }
      }
      const victim = await system.start(Victim, () => {}, "trap");
      system.sendExit(victim, make() as ExitReason);
      const other = await system.start(Bystander);
      system.crash(other, make() as Error);
      await system.idle();
      if (pid.alive) system.kill(pid);
      await system.stop();
      expect(system.processCount).toBe(0);
    }
  });

  it.each(VALUES)("%s: as a specification, and in one", async (_, make) => {
    class Any extends Supervisor {
      override init(spec: unknown): SupervisorSpec {
        return spec as SupervisorSpec;
      }
    }
    class Dynamic extends DynamicSupervisor {
      override init(spec: unknown): object {
        return spec as object;
      }
    }
    const keys = ["id", "start", "restart", "shutdown", "type", "significant", "name", "label"];
    const flags = ["strategy", "intensity", "period", "autoShutdown", "children"];
    const child = (key: string) => ({ id: "a", start: [Bystander], [key]: make() });
    const specs: unknown[] = [
      make(),
      { children: [make()] },
      ...flags.map((flag) => ({ children: [], [flag]: make() })),
      ...keys.map((key) => ({ children: [child(key)] })),
    ];
    const system = new System(greedy("virtual"));
    for (const cls of [Any, Dynamic]) {
      for (const spec of [...specs, ...keys.map((key) => ({ child: child(key) })), { childLabel: make() }]) {
        const start = system.start(cls as typeof Any, spec).then(
          (pid) => pid,
          (error: Error) => {
            expect(error.message.length).toBeLessThan(5000);
            return null;
          },
        );
        await system.settle();
        const pid = await start;
        if (pid !== null) await system.stopProcess(pid);
      }
    }
    const plain = await system.start(Any, { children: [] });
    const dynamic = await system.start(Dynamic, {});
    for (const sup of [plain, dynamic]) {
      for (const what of [make(), ...keys.map(child)]) {
        const answer = system.startChildResult(sup, what as never).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Error);
        });
        await system.settle();
        await answer;
      }
      for (const use of [
        () => system.terminateChild(sup, make() as never),
        () => system.restartChild(sup, make() as never),
        () => system.deleteChild(sup, make() as never),
        () => system.getChildSpec(sup, make() as never),
      ]) {
        const answer = use().catch((error: unknown) => expect(error).toBeInstanceOf(Error));
        await system.settle();
        await answer;
      }
      expect(sup.alive).toBe(true);
    }
    await system.stop();
    expect(system.processCount).toBe(0);
  });

  it.each(VALUES)("%s: tasks and registries", async (_, make) => {
    const system = new System(greedy("virtual"));
    await system.start([Registry, { keys: "unique" }], { name: "peers" });
    const heard: string[] = [];
    class Owner extends GenServer {
      override async init(): Promise<void> {
        this.trapExit(true);
        for (const fn of [
          () => make(),
          () => {
            throw make();
          },
          async () => make(),
          () => Promise.reject(make()),
        ]) {
          const task = this.async(fn);
          heard.push(
            await this.await(task, 50).then(
              () => "value",
              (error: unknown) => (error as Error).constructor.name,
            ),
          );
        }
        expect(Registry.register(this, "peers", make(), make())).toEqual({ ok: true });
        expect(Registry.lookup(this, "peers", make()).length).toBeLessThanOrEqual(1);
        Registry.unregister(this, "peers", make());
      }
    }
    const start = system.start(Owner);
    await system.settle();
    await start;
    expect(heard.length).toBe(4);
    const task = system
      .start([
        Task,
        () => {
          throw make();
        },
      ])
      .catch(() => {});
    await system.settle();
    await task;
    await system.stop();
    expect(system.processCount).toBe(0);
  });

  it.each(VALUES)("%s: described, formatted, judged", (_, make) => {
    expect(describeTerm(make()).length).toBeLessThanOrEqual(200);
    expect(describeTerm({ inside: [make()] }).length).toBeLessThanOrEqual(200);
    expect(formatReason(make() as ExitReason).length).toBeLessThanOrEqual(200);
    expect(formatReason({ shutdown: make() }).length).toBeLessThanOrEqual(200);
    expect(typeof isNormalReason(make() as ExitReason)).toBe("boolean");
  });
});
