/** The library used wrongly: every door says `badarg` and what is wrong, and nothing else happens. */
import { describe, expect, it } from "vitest";
import {
  type CallError,
  type CallResult,
  DynamicSupervisor,
  defineApplication,
  type From,
  formatReason,
  GenServer,
  type HandlerResult,
  noReply,
  type Pid,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  type SystemOptions,
} from "../../src/runtime/index.ts";

class Idle extends GenServer {
  override handleCall(request: object): CallResult {
    return reply(request, request);
  }
}

class Sup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "a", start: [Idle] }] };
  }
}

function refusing(): never {
  throw new Error("trap");
}

const quiet = (): System => new System({ logger: null });

/** What is no target, each with how the refusal describes it. */
const NO_TARGETS: [string, unknown, string][] = [
  ["undefined", undefined, "undefined"],
  ["a number", 5, "5"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["a class", Idle, "[Idle]"],
  ["a function", () => 1, "[function]"],
  ["an empty object", Object.freeze({}), "{}"],
  ["a name that is no string", { name: 5 }, "{ name: 5 }"],
];

/** Whatever takes a target. */
const DOORS: [string, (system: System, target: never) => unknown][] = [
  ["call", (system, target) => system.call(target, {})],
  ["cast", (system, target) => system.cast(target, {} as never)],
  ["send", (system, target) => system.send(target, {} as never)],
  ["sendAfter", (system, target) => system.sendAfter(1, target, {} as never)],
  ["sendExit", (system, target) => system.sendExit(target, "boom")],
  ["stopServer", (system, target) => system.stopServer(target)],
  ["stopProcess", (system, target) => system.stopProcess(target)],
  ["startChild", (system, target) => system.startChild(target, [] as never)],
  ["whichChildren", (system, target) => system.whichChildren(target)],
  ["getState", (system, target) => system.getState(target)],
  ["kill", (system, target) => system.kill(target)],
];

describe.each(DOORS)("%s", (_, act) => {
  it.each(NO_TARGETS)("refuses %s", async (__, target, described) => {
    const system = quiet();
    await expect(async () => act(system, target as never)).rejects.toThrow(
      `badarg: a target is a pid, a processName, a via or a registered name, not ${described}`,
    );
    await system.stop();
  });

  it("refuses the pid of another system, which notices nothing", async () => {
    const [here, there] = [quiet(), quiet()];
    const pid = await there.start(Sup);
    await expect(async () => act(here, pid as never)).rejects.toThrow(
      `badarg: ${pid} is a process of another System`,
    );
    expect([pid.alive, there.processCount]).toEqual([true, 2]);
    await there.stop();
  });
});

describe("inside a process", () => {
  it("a pid of another system crashes whoever uses it, and only that", async () => {
    const [here, there] = [quiet(), quiet()];
    const pid = await there.start(Idle);
    const uses: [string, (server: GenServer) => unknown][] = [
      ["call", (server) => server.call(pid, {})],
      ["cast", (server) => server.cast(pid, 1)],
      ["send", (server) => server.send(pid, {})],
      ["link", (server) => server.link(pid)],
      ["monitor", (server) => server.monitor(pid)],
      ["sendExit", (server) => server.sendExit(pid, "boom")],
      ["register", (server) => server.register("there", pid)],
      ["Registry", (server) => Registry.lookup(server, pid, "k")],
    ];
    class User extends GenServer {
      override async handleCast(message: unknown): Promise<HandlerResult> {
        await (message as (server: GenServer) => unknown)(this);
      }
    }
    for (const [name, use] of uses) {
      const user = await here.start(User);
      here.cast(user, use);
      const error = (await here.call(user, {}).catch((thrown: unknown) => thrown)) as CallError;
      const what = name === "Registry" ? "is not a running Registry" : "is a process of another System";
      expect([name, formatReason(error.reason)]).toEqual([name, `ProcessError: badarg: ${pid} ${what}`]);
    }
    expect([here.processCount, here.registered().size, pid.alive]).toEqual([0, 0, true]);
    expect(there.processInfo(pid)).toMatchObject({ links: [], monitoredBy: [], mailboxLength: 0 });
    await there.stop();
  });

  it("the call of another system cannot be answered here", async () => {
    const [here, there] = [quiet(), quiet()];
    class Mute extends GenServer {
      from: From | null = null;
      override handleCall(_: object, from: From): CallResult {
        this.from = from;
        return noReply;
      }
    }
    const pid = await there.start(Mute);
    const answer = there.call(pid, {});
    const { from } = await there.getState(pid);
    expect(() => here.reply(from as From, 1)).toThrow("badarg: From(outside) is a call of another System");
    there.reply(from as From, 2);
    expect(await answer).toBe(2);
    await there.stop();
  });

  it("await takes tasks only", async () => {
    class Waiting extends GenServer {
      override async handleCall(request: object): Promise<CallResult> {
        return reply(request, await this.await(Promise.resolve(1) as never));
      }
    }
    const system = quiet();
    const pid = await system.start(Waiting);
    await expect(system.call(pid, {})).rejects.toThrow(/badarg: await takes what async gave, not/);
    await system.stop();
  });
});

describe("tasks under a supervisor that refuses them", () => {
  it("fail with the supervisor's reason", async () => {
    class Pool extends DynamicSupervisor {
      override init() {
        return { child: { start: [Idle] as const } };
      }
    }
    class Boss extends GenServer {
      override async handleCall(request: { under: Pid }): Promise<CallResult> {
        const task = this.async(() => 1, { under: request.under });
        return reply(request, await this.await(task).catch((error: CallError) => formatReason(error.reason)));
      }
    }
    const system = quiet();
    const boss = await system.start(Boss);
    expect(await system.call(boss, { under: await system.start(Pool) })).toBe(
      "failed to start child task: simple_one_for_one",
    );
    await system.stop();
  });
});

describe("timers", () => {
  it("to a process end with it, and are over when it is dead already", async () => {
    const events: string[] = [];
    const system = new System({
      clock: "virtual",
      observer: (event) => event.type === "timer" && void events.push(`${event.action} ${event.ref}`),
    });
    const pid = await system.start(Idle);
    const [first, second, third] = [1000, 2000, 3000].map((ms) => system.sendAfter(ms, pid, {})) as [
      number,
      number,
      number,
    ];
    expect(system.cancelTimer(second)).toBe(2000);
    system.kill(pid);
    expect([first, second, third].map((ref) => system.cancelTimer(ref))).toEqual([false, false, false]);
    expect(system.cancelTimer(system.sendAfter(5, pid, {}))).toBe(false);
    // One to a name waits for whoever has it then.
    expect(system.cancelTimer(system.sendAfter(5, "nobody", {}))).toBe(5);
    await system.advance(10_000);
    expect(events).toEqual([
      "set 1",
      "set 2",
      "set 3",
      "cancelled 2",
      "cancelled 3",
      "cancelled 1",
      "set 4",
      "cancelled 4",
      "set 5",
      "cancelled 5",
    ]);
  });

  it("take a finite time", () => {
    expect(() => quiet().sendAfter(Number.POSITIVE_INFINITY, "x", {})).toThrow(
      "badarg: sendAfter takes milliseconds from 0 up, not Infinity",
    );
  });
});

describe("supervisors", () => {
  it.each<[string, (system: System, sup: string) => unknown, string]>([
    ["cast", (system, sup) => system.cast(sup, { type: "hello" }), 'no cast but its own: { type: "hello" }'],
    [
      "call",
      (system, sup) => system.call(sup, { type: "toString" }).catch(() => {}),
      'no call but its own: { type: "toString" }',
    ],
  ])("crash of a %s that they do not know, as OTP's do", async (_, act, sentence) => {
    const reasons: string[] = [];
    class Watcher extends GenServer {
      override init(): void {
        this.monitor("sup");
      }
      override handleInfo(message: { reason?: unknown }): void {
        reasons.push(formatReason(message.reason as never));
      }
    }
    const system = quiet();
    await system.start([Sup], { name: "sup" });
    await system.start(Watcher);
    await act(system, "sup");
    await system.idle();
    expect(reasons).toEqual([`ProcessError: function_clause: a supervisor understands ${sentence}`]);
    expect(system.processCount).toBe(1);
    await system.stop();
  });

  it("a child with no time to stop is killed before its terminate", async () => {
    const log: string[] = [];
    class Slow extends GenServer {
      override init(): void {
        this.trapExit(true);
      }
      override terminate(): void {
        log.push("terminate");
      }
    }
    class Hasty extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "slow", start: [Slow], shutdown: 0 }] };
      }
    }
    for (const system of [quiet(), new System({ clock: "virtual" })]) {
      await system.start(Hasty);
      await system.stop();
      expect([log, system.processCount]).toEqual([[], 0]);
    }
  });
});

describe("what is set up wrongly", () => {
  it.each<[string, () => unknown, string]>([
    [
      "clock",
      () => new System({ clock: "virtaul" as "virtual" }),
      'the clock of a System is "real", "virtual"',
    ],
    ["seed", () => new System({ seed: Number.NaN }), "the seed of a System is a number, not NaN"],
    [
      "observer",
      () => new System({ observer: {} } as SystemOptions),
      "the observer of a System is a function",
    ],
    ["logger", () => new System({ logger: console } as unknown as SystemOptions), "a function or null, not"],
    ["listener", () => quiet().onApplicationEnd(1 as never), "onApplicationEnd takes a function, not 1"],
    [
      "application",
      () => defineApplication({} as never),
      "an application is { name, applications?, start? }",
    ],
    [
      "needed application",
      () => defineApplication({ name: "a", applications: ["b" as never] }),
      'application a needs what is no application: "b" was not made by defineApplication',
    ],
    ["started application", () => quiet().startApplication(Idle as never), "[Idle] was not made by"],
    [
      "name",
      () =>
        quiet().whereis({
          get name() {
            return refusing();
          },
        } as never),
      "a name is a string",
    ],
    ["registered", () => quiet().register("a", { id: 1 } as never), "badarg: a target is a pid"],
    ["registered name", () => quiet().register("a", "b" as never), 'cannot register "b" as a'],
  ])("%s", async (_, act, sentence) => {
    await expect(async () => act()).rejects.toThrow(sentence);
  });

  it("a Registry wants to know what its keys are", async () => {
    await expect(quiet().start(Registry, { keys: "uniq" as "unique" })).rejects.toThrow(
      'badarg: the keys of a Registry are "unique" or "duplicate", not "uniq"',
    );
  });

  it.each<[string, unknown, string]>([
    ["a proxy that refuses", new Proxy(class extends Idle {}, { get: refusing }), "the process"],
    [
      "an anonymous function",
      (
        () => () =>
          1
      )(),
      "the process",
    ],
  ])("%s is no class", async (_, cls, name) => {
    const system = quiet();
    await expect(system.start([cls as typeof Idle])).rejects.toThrow(
      new RegExp(`^${name} did not start: TypeError: .* is no process class`),
    );
    expect(system.processCount).toBe(0);
  });

  it("a class may hide its name", async () => {
    class Odd extends Idle {
      static override get name(): string {
        return refusing();
      }
    }
    class Holder extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "odd", start: [Odd] }] };
      }
    }
    const system = new System({ logger: null, observer: () => {} });
    const sup = await system.start(Holder);
    expect(await system.whichChildren(sup)).toMatchObject([{ id: "odd", module: "" }]);
    expect(system.processes().map(({ label }) => label)).toEqual(["Holder", "worker"]);
    await system.stop();
  });

  it("a promise of init whose value is another thenable is a bad return value, not a loop", async () => {
    class Loop extends GenServer {
      override init(): never {
        // biome-ignore lint/suspicious/noThenProperty: that is the point
        const again = { then: (tell: (value: unknown) => void) => queueMicrotask(() => tell(again)) };
        return again as never;
      }
    }
    await expect(quiet().start(Loop)).rejects.toThrow(
      "Loop did not start: bad return value: { then: [then] }",
    );
  });
});

describe("children that do not start", () => {
  class Bad extends GenServer {
    override init(): never {
      throw new Error("no socket");
    }
  }
  class Pool extends DynamicSupervisor {
    override init() {
      return { child: { start: [Bad] as const } };
    }
  }

  it("say why, under any supervisor", async () => {
    const system = quiet();
    const [sup, pool] = [await system.start(Sup), await system.start(Pool)];
    const sentence = "the child did not start: Error: no socket";
    await expect(system.startChild(sup, { id: "b", start: [Bad] })).rejects.toThrow(sentence);
    await expect(system.startChild(pool, [])).rejects.toMatchObject({
      message: sentence,
      reason: { raised: { message: "no socket" } },
    });
    await system.stop();
  });

  it("a template is a child specification", async () => {
    class Nothing extends DynamicSupervisor {
      override init() {
        return { child: null as never };
      }
    }
    await expect(quiet().start(Nothing)).rejects.toThrow(
      "Nothing did not start: null is not a child specification",
    );
  });
});

describe("what comes late or never", () => {
  it("a reply whose promise rejects when the caller has given up", async () => {
    class Late extends GenServer {
      override async handleCall(request: object): Promise<CallResult> {
        await this.sleep(5);
        return reply(request, Promise.reject(new Error("nobody listens")) as never);
      }
    }
    const system = quiet();
    const pid = await system.start(Late);
    await expect(system.call(pid, {}, 1)).rejects.toMatchObject({ reason: "timeout" });
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pid.alive).toBe(true);
    await system.stop();
  });

  it("a supervisor without a specification says what is missing", async () => {
    const system = quiet();
    const bare = DynamicSupervisor as unknown as new () => Sup;
    await expect(system.start(bare)).rejects.toThrow(
      "DynamicSupervisor has no init: start a class that extends it, whose init returns the specification",
    );
    await system.stop();
  });

  it("a supervisor whose init never ends does not keep its system from stopping", async () => {
    class Never extends Supervisor {
      override init(): Promise<SupervisorSpec> {
        return new Promise(() => {});
      }
    }
    const system = new System({ clock: "virtual" });
    const start = system.start(Never).catch((error: unknown) => error);
    await system.idle();
    await system.stop();
    expect(await start).toMatchObject({ reason: "killed" });
    expect(system.processCount).toBe(0);
  });
});
