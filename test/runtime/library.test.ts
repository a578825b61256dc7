/** Tasks, registries, applications, dynamic supervisors, timers, reports. */
import { describe, expect, it } from "vitest";
import {
  type CallResult,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  GenServer,
  type Info,
  ignore,
  noReply,
  type Pid,
  processName,
  Registry,
  type Report,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  startOrder,
  Task,
  TaskSupervisor,
  type TraceEvent,
} from "../../src/runtime/index.ts";

const virtual = () => new System({ clock: "virtual" });

class Idle extends GenServer {
  override handleCall(request: object): CallResult {
    return reply(request, "here");
  }
}

describe("tasks", () => {
  class Owner extends GenServer {
    override async handleCall(request: { type: string }): Promise<CallResult> {
      this.trapExit(true);
      switch (request.type) {
        case "value":
          return reply(request, await this.await(this.async(async () => 42)));
        case "sync":
          return reply(request, await this.await(this.async(() => "at once")));
        case "crash":
          return reply(
            request,
            await this.await(this.async(() => Promise.reject(new Error("bad task")))).catch((e) => e.reason),
          );
        case "slow":
          return reply(
            request,
            await this.await(
              this.async((task) => task.sleep(1000)),
              50,
            ).catch((e) => e.reason),
          );
        default:
          return reply(request, await this.await(this.async(() => "supervised", { under: "tasks" })));
      }
    }
  }

  it.each([
    ["value", 42],
    ["sync", "at once"],
    ["crash", { raised: new Error("bad task") }],
    ["slow", "timeout"],
    ["supervised", "supervised"],
  ])("%s", async (type, expected) => {
    const system = virtual();
    await system.start([TaskSupervisor], { name: "tasks" });
    const owner = await system.start(Owner);
    const result = system.call(owner, { type });
    await system.settle();
    expect(await result).toEqual(expected);
    await system.stop();
  });

  it("as children run and end normally", async () => {
    let ran = 0;
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return {
          children: [{ id: "t", start: [Task, () => void ran++], restart: "transient" }],
        };
      }
    }
    const system = virtual();
    const sup = await system.start(Sup);
    await system.settle();
    expect(ran).toBe(1);
    expect(await system.whichChildren(sup)).toEqual([
      { id: "t", child: undefined, type: "worker", module: "Task" },
    ]);
  });
});

describe("Registry", () => {
  class Member extends GenServer {
    override handleCall(request: { type: string; key: string }): CallResult {
      if (request.type === "leave") {
        Registry.unregister(this, "peers", request.key);
        return reply(request, true);
      }
      return reply(request, Registry.register(this, "peers", request.key, request.type));
    }
  }

  it("with unique keys has one process per key, until that exits", async () => {
    const system = virtual();
    await system.start([Registry, { keys: "unique" }], { name: "peers" });
    const a = await system.start(Member);
    const b = await system.start(Member);
    expect(await system.call(a, { type: "one", key: "k" })).toEqual({ ok: true });
    expect(await system.call(b, { type: "two", key: "k" })).toEqual({ error: { already_registered: a } });
    expect(Registry.lookup(system, "peers", "k")).toEqual([{ pid: a, value: "one" }]);
    system.kill(a);
    expect(Registry.whereis(system, "peers", "k")).toBeUndefined();
    expect(await system.call(b, { type: "two", key: "k" })).toEqual({ ok: true });
    expect(Registry.whereis(system, "peers", "k")).toBe(b);
    await system.call(b, { type: "leave", key: "k" });
    expect(Registry.keys(system, "peers")).toEqual([]);
  });

  it("with duplicate keys has any number, in the order of registration", async () => {
    const system = virtual();
    await system.start([Registry, { keys: "duplicate" }], { name: "peers" });
    const members = [await system.start(Member), await system.start(Member), await system.start(Member)];
    for (const pid of members) await system.call(pid, { type: "x", key: "room" });
    system.kill(members[1] as (typeof members)[number]);
    expect(Registry.lookup(system, "peers", "room").map(({ pid }) => pid)).toEqual([members[0], members[2]]);
  });

  it("that does not run is an error that says so", () => {
    expect(() => Registry.lookup(virtual(), "peers", "k")).toThrow(
      'badarg: "peers" is not a running Registry',
    );
  });
});

describe("applications", () => {
  const application = (name: string, applications: ReturnType<typeof defineApplication>[] = []) => {
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: name, start: [Idle], name }] };
      }
    }
    return defineApplication({ name, applications, start: [Sup] });
  };

  it("start after those that they need and stop in reverse", async () => {
    const events: TraceEvent[] = [];
    const system = new System({ clock: "virtual", observer: (event) => events.push(event) });
    const store = application("store");
    const log = application("log", [store]);
    const web = application("web", [log, store]);
    await system.startApplication(web);
    expect(system.applications.map(({ name }) => name)).toEqual(["store", "log", "web"]);
    await system.stop();
    const told = events.flatMap((event) =>
      event.type === "application" ? [`${event.name} ${event.state}`] : [],
    );
    expect(told).toEqual([
      "store starting",
      "store started",
      "log starting",
      "log started",
      "web starting",
      "web started",
      "web stopping",
      "web stopped",
      "log stopping",
      "log stopped",
      "store stopping",
      "store stopped",
    ]);
  });

  it("a failing one takes back what was started for it", async () => {
    class Bad extends Supervisor {
      override init(): SupervisorSpec {
        throw new Error("no config");
      }
    }
    const system = virtual();
    const store = application("store");
    const web = defineApplication({ name: "web", applications: [store], start: [Bad] });
    const start = system.startApplication(web);
    const outcome = expect(start).rejects.toThrow("Bad did not start: Error: no config");
    await system.settle();
    await outcome;
    expect(system.applications).toEqual([]);
    expect(system.processCount).toBe(0);
  });

  it("that need each other in a circle are refused", () => {
    const applications: ReturnType<typeof defineApplication>[] = [];
    const a = { name: "a", applications, start: undefined };
    applications.push({ name: "b", applications: [a], start: undefined });
    expect(() => startOrder(a)).toThrow("applications need each other in a circle: a → b → a");
  });
});

describe("dynamic supervisors", () => {
  it("without a template take whole specifications", async () => {
    class Open extends DynamicSupervisor {
      override init(): DynamicSupervisorSpec {
        return { intensity: 3 };
      }
    }
    const system = virtual();
    const sup = await system.start(Open);
    const a = await system.startChild(sup, { id: "x", start: [Idle] });
    const b = await system.startChild(sup, { id: "x", start: [Idle], restart: "temporary" });
    expect(await system.countChildren(sup)).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
    system.crash(a, "boom");
    system.crash(b, "boom");
    await system.settle();
    expect((await system.whichChildren(sup)).length).toBe(1);
    expect(await system.startChildResult(sup, [])).toMatchObject({ error: { kind: "bad_start_spec" } });
    expect(await system.terminateChild(sup, "x")).toEqual({ error: "simple_one_for_one" });
    await system.stop();
  });
});

describe("names of dynamic children", () => {
  it.for([
    { what: "a template", child: { start: [Idle, "own"] as const }, more: ["x"], named: "1 x" },
    {
      what: "whole specifications",
      child: undefined,
      more: { id: "i", start: [Idle, "own", "x"] },
      named: "1 own x",
    },
  ])("are made of what they are started with, with $what", async ({ child, more, named }) => {
    class Named extends DynamicSupervisor {
      override init(): DynamicSupervisorSpec {
        const childLabel = (n: number, args: readonly unknown[]) => [n, ...args].join(" ");
        return (child === undefined ? { childLabel } : { child, childLabel }) as DynamicSupervisorSpec;
      }
    }
    const events: TraceEvent[] = [];
    const system = new System({ clock: "virtual", observer: (event) => void events.push(event) });
    await system.startChildResult(await system.start(Named), more as never);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "child_started", child: expect.objectContaining({ id: named }) }),
    );
    await system.stop();
  });
});

describe("GenServer", () => {
  it("continues before the next message, also from init", async () => {
    const log: string[] = [];
    class Continuing extends GenServer {
      override init() {
        log.push("init");
        return continueWith("load");
      }
      override handleContinue(term: unknown) {
        log.push(`continue ${String(term)}`);
        return term === "load" ? continueWith("more") : undefined;
      }
      override handleCast(message: unknown) {
        log.push(`cast ${String(message)}`);
        return message === 1 ? continueWith("after 1") : undefined;
      }
    }
    const system = virtual();
    const start = system.start([Continuing], { name: "c" });
    system.cast("c", 1);
    system.cast("c", 2);
    await system.settle();
    await start;
    expect(log).toEqual(["init", "continue load", "continue more", "cast 1", "continue after 1", "cast 2"]);
  });

  it("init may ignore the start", async () => {
    class Shy extends GenServer {
      override init() {
        return ignore;
      }
    }
    const system = virtual();
    const outcome = expect(system.start(Shy)).rejects.toMatchObject({ reason: "ignore" });
    await system.settle();
    await outcome;
    expect(system.processCount).toBe(0);
  });

  it("timers fire in time, may be cancelled, and outlive their owner", async () => {
    const heard: string[] = [];
    class Listener extends GenServer {
      override handleInfo(message: Info<{ type: "tick"; n: string }>): void {
        if (message.type === "tick") heard.push(`${message.n}@${this.now()}`);
      }
    }
    const EAR = processName<GenServer>("ear");
    class Setter extends GenServer {
      override init(): void {
        this.sendAfter(100, EAR, { type: "tick", n: "a" });
        const b = this.sendAfter(50, EAR, { type: "tick", n: "b" });
        this.sendAfter(20, EAR, { type: "tick", n: "c" });
        this.sendAfter(100, EAR, { type: "tick", n: "d" });
        expect(this.cancelTimer(b)).toBe(50);
        expect(this.cancelTimer(b)).toBe(false);
      }
    }
    const system = virtual();
    await system.start([Listener], { name: EAR });
    const setter = await system.start(Setter);
    system.kill(setter);
    await system.settle();
    expect(heard).toEqual([]);
    expect(system.nextDeadline()).toBe(20);
    await system.advance(99);
    expect(heard).toEqual(["c@20"]);
    await system.advance(1);
    expect(heard).toEqual(["c@20", "a@100", "d@100"]);
  });

  it("knows its ancestors and its parent", async () => {
    let seen: string[] = [];
    class Leaf extends GenServer {
      override init(): void {
        seen = [String(this.self), String(this.parent), ...this.ancestors.map(String)];
      }
    }
    class Inner extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "leaf", start: [Leaf] }] };
      }
    }
    class Outer extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "inner", start: [Inner] }] };
      }
    }
    await virtual().start(Outer);
    expect(seen).toEqual(["<3>", "<2>", "<2>", "<1>"]);
  });
});

describe("the call protocol", () => {
  class Callee extends GenServer {
    override handleCall(request: { type: string }): CallResult {
      if (request.type === "leave") return this.exit("no_mood");
      return request.type === "mute" ? noReply : reply(request, "hello");
    }
  }
  class Caller extends GenServer {
    override async handleCast(message: { to: Pid | string; type: string }): Promise<void> {
      await this.call(message.to as string, { type: message.type }, 100).catch(() => {});
    }
  }

  it.each([
    ["hi", ["monitor", "send call", "receive", "send reply", "demonitor", "call_end reply"]],
    ["mute", ["monitor", "send call", "receive", "demonitor", "call_end timeout"]],
    ["leave", ["monitor", "send call", "receive", "report", "terminate", "exit", "down", "call_end down"]],
    ["nobody", ["send call", "call_end down"]],
    ["self", ["send call", "call_end down"]],
  ])("is OTP's: %s", async (type, expected) => {
    const events: TraceEvent[] = [];
    const system = new System({ clock: "virtual", observer: (event) => void events.push(event) });
    const callee = await system.start(Callee);
    const caller = await system.start(Caller);
    events.length = 0;
    system.cast(caller, { to: type === "nobody" ? "nobody" : type === "self" ? caller : callee, type });
    await system.settle();
    const words = events.slice(2).map((event) => {
      if (event.type === "send") return `send ${event.kind}`;
      return event.type === "call_end" ? `call_end ${event.outcome}` : event.type;
    });
    expect(words).toEqual(expected);
    const refs = events.flatMap((event) => ("ref" in event && event.ref !== undefined ? [event.ref] : []));
    expect(new Set(refs).size).toBe(1);
    const ends = events.filter((event) => event.type === "call_end");
    expect(ends.map(({ pid, to }) => [pid, to])).toEqual([
      [caller.id, type === "nobody" ? null : type === "self" ? caller.id : callee.id],
    ]);
  });
});

describe("reports", () => {
  it("have OTP's shape: error, crash, supervisor and progress", async () => {
    const reports: Report[] = [];
    class Crashing extends GenServer {
      override handleCast(): void {
        throw new Error("boom");
      }
    }
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return { intensity: 0, children: [{ id: "c", start: [Crashing], name: "crashing" }] };
      }
    }
    const system = new System({ clock: "virtual", logger: (report) => void reports.push(report) });
    const sup = await system.start(Sup);
    system.cast("crashing", 1);
    await system.settle();
    expect(sup.alive).toBe(false);
    expect(reports.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "progress: Sup <1>: child c started as <2>",
      "error: crashing <2> terminates in handleCast: Error: boom; state Crashing {}",
      "crash: crashing <2> crashed: Error: boom",
      "supervisor: Sup <1>: child c terminated: Error: boom",
      "supervisor: Sup <1>: gives up after an exit of child c: reached_max_restart_intensity",
    ]);
    expect(reports[2]).toMatchObject({ registeredNames: ["crashing"], ancestors: [sup], trapExit: false });
  });

  it("a logger that throws harms nobody", async () => {
    const system = new System({
      clock: "virtual",
      logger: () => {
        throw new Error("disk full");
      },
    });
    const pid = await system.start(Idle);
    system.crash(pid, "boom");
    await system.settle();
    expect(system.processCount).toBe(0);
  });
});
