/** Observers that come and go, systems that are found, lists of processes, who blocks the event loop, monitors and tasks from outside. */
import diagnosticsChannel from "node:diagnostics_channel";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Blocked,
  DynamicSupervisor,
  EVENT_TYPES,
  GenServer,
  type Pid,
  plainEvent,
  Reply,
  SUPERVISION_EVENTS,
  Supervisor,
  type SupervisorSpec,
  SYSTEM_CHANNEL,
  System,
  systems,
  type TaskHandle,
  TaskSupervisor,
  type TraceEvent,
  type TraceEventType,
} from "../../src/runtime/index.ts";

class Server extends GenServer {
  override handleCall(request: unknown) {
    return new Reply(request, undefined);
  }
  override handleCast(message: unknown) {
    if (message === "crash") throw new Error("as asked");
    if (message === "hang") return new Promise<undefined>(() => {});
    return undefined;
  }
}

class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 10,
      children: [
        { id: "server", start: [Server], name: "server" },
        { id: "tasks", start: [TaskSupervisor], name: "tasks" },
      ],
    };
  }
}

/** Something of everything. */
async function live(system: System): Promise<void> {
  const starting = system.start(Root);
  await system.idle();
  await starting;
  const call = system.call("server", "hello");
  system.cast("server", "hello");
  system.sendAfter(0, "server", { type: "later" });
  await system.idle();
  await call;
  system.cast("server", "crash");
  await system.idle();
  const task = system.async((it) => {
    it.monitor("server");
    it.link("server");
    return it.call("server", "from a task");
  });
  await system.idle();
  await system.await(task);
  system.note({ text: "done" });
}

const virtual = (): System => new System({ clock: "virtual", logger: null });

describe("observe", () => {
  it("any filter sees exactly the events of its kinds that one who sees all does, numbers apart", async () => {
    const all: TraceEvent[] = [];
    const system = virtual();
    system.observe("all", (event) => all.push(event));
    await live(system);
    await system.stop();
    const body = ({ seq: _seq, cause: _cause, ...rest }: TraceEvent & { cause?: number }): unknown => rest;
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
    await fc.assert(
      fc.asyncProperty(fc.subarray([...EVENT_TYPES]), async (types) => {
        const seen: TraceEvent[] = [];
        const other = virtual();
        other.observe(types, (event) => seen.push(event));
        await live(other);
        await other.stop();
        const wanted = all.filter(({ type }) => types.includes(type));
        // References count what is built, times do not depend on it.
        const strip = (event: TraceEvent): unknown => ({ ...(body(event) as object), ref: undefined });
        expect(seen.map(strip)).toEqual(wanted.map(strip));
      }),
      { numRuns: 40 },
    );
  });

  it("many at once, each its own kinds, who come and go while they are told", async () => {
    const system = virtual();
    const seen: Record<string, TraceEventType[]> = { a: [], b: [], c: [] };
    const leave = system.observe(["spawn"], ({ type }) => {
      seen.a?.push(type);
      leave();
      system.observe(["exit"], (event) => seen.c?.push(event.type));
    });
    system.observe("supervision", ({ type }) => seen.b?.push(type));
    await live(system);
    await system.stop();
    expect(seen.a).toEqual(["spawn"]);
    expect(new Set(seen.c)).toEqual(new Set(["exit"]));
    expect(new Set(seen.b)).toContain("decision");
    expect(seen.b?.every((type) => (SUPERVISION_EVENTS as readonly string[]).includes(type))).toBe(true);
    leave();
  });

  it("one who leaves is told nothing more; what an observer throws hurts nobody", async () => {
    const system = new System({ logger: null });
    const seen: TraceEvent[] = [];
    system.observe("all", () => {
      throw new Error("a bad observer");
    });
    const leave = system.observe("all", (event) => seen.push(plainEvent(event)));
    const pid = await system.start(Server);
    expect(await system.call(pid as Pid, "x" as never)).toBe("x");
    leave();
    const before = seen.length;
    expect(before).toBeGreaterThan(3);
    expect(await system.call(pid as Pid, "x" as never)).toBe("x");
    expect(seen).toHaveLength(before);
    await system.stop();
  });

  it("can begin in the middle of calls", async () => {
    const system = virtual();
    class Slow extends GenServer {
      override async handleCall() {
        await this.sleep(10);
        return new Reply("late", undefined);
      }
    }
    const starting = system.start(Slow);
    await system.idle();
    const pid = await starting;
    const call = system.call(pid as Pid, "x" as never);
    await system.idle();
    const seen: TraceEvent[] = [];
    system.observe("all", (event) => seen.push(event));
    await system.advance(20);
    expect(await call).toBe("late");
    expect(seen.map(({ type }) => type)).toEqual(["send", "call_end"]);
    await system.stop();
  });

  it("nobody describes a message for those who want supervision only", async () => {
    const system = virtual();
    let described = 0;
    const message = {
      type: "m",
      toJSON: () => described++,
      get text() {
        return described++;
      },
    };
    system.observe("supervision", () => {});
    const starting = system.start(Server);
    await system.idle();
    const pid = await starting;
    system.cast(pid as Pid, message as never);
    await system.idle();
    expect(described).toBe(0);
    const leave = system.observe(["receive"], () => {});
    system.cast(pid as Pid, message as never);
    await system.idle();
    expect(described).toBeGreaterThan(0);
    leave();
    await system.stop();
  });

  it("refuses what is no filter, no observer, and a guarded System", () => {
    const system = virtual();
    for (const filter of ["some", ["spwan"], 7, null, {}, [undefined], ["toString"]]) {
      expect(() => system.observe(filter as never, () => {})).toThrow(
        /observe takes "all", "supervision" or/,
      );
    }
    expect(() => system.observe("all", null as never)).toThrow(/observe takes a function/);
    const guarded = new System({
      clock: "virtual",
      observer: () => {},
      guard: { entering: () => {}, waiting: () => {} },
    });
    expect(() => guarded.observe("all", () => {})).toThrow(/guarded System/);
  });
});

describe("systems", () => {
  it("are found: on Node's channel as they come, and later by systems()", () => {
    const told: unknown[] = [];
    const listener = (message: unknown): void => void told.push(message);
    diagnosticsChannel.subscribe(SYSTEM_CHANNEL, listener);
    const system = new System({ name: "found", logger: null });
    diagnosticsChannel.unsubscribe(SYSTEM_CHANNEL, listener);
    expect(told).toEqual([{ system }]);
    expect(systems().find(({ name }) => name === "found")).toBe(system);
    const hook = (
      globalThis as unknown as Record<symbol, { version: number; systems: Set<WeakRef<System>> }>
    )[Symbol.for("suptree.systems")];
    expect(hook?.version).toBe(1);
    expect(runInNewContext("ref.deref()", { ref: [...(hook?.systems ?? [])].at(-1) })).toBe(system);
  });

  it("a guarded one is not", () => {
    const guard = { entering: () => {}, waiting: () => {} };
    const guarded = new System({ clock: "virtual", observer: () => {}, guard });
    expect(systems()).not.toContain(guarded);
  });
});

describe("lists of processes", () => {
  it("say since when, how much, how busy and how often, and touch no state", async () => {
    const system = virtual();
    class Secret extends GenServer {
      get secret(): string {
        throw new Error("looked at");
      }
      override formatStatus(): unknown {
        throw new Error("looked at");
      }
    }
    const starting = system.start(Root);
    await system.idle();
    const root = await starting;
    await system.advance(100);
    const secret = system.start([Secret], { name: "secret" });
    await system.idle();
    await secret;
    for (let i = 0; i < 3; i++) {
      system.cast("server", "crash");
      await system.idle();
    }
    await system.advance(50);
    for (let i = 0; i < 5; i++) system.cast("server", i);
    system.cast("server", "hang");
    system.cast("server", "waits");
    await system.idle();
    await system.advance(25);
    const list = system.listProcesses();
    expect(list.map(({ label }) => label)).toEqual(["Root", "tasks", "secret", "server"]);
    const of = (label: string) => list.find((line) => line.label === label);
    expect(of("server")).toEqual({
      pid: system.whereis("server"),
      className: "Server",
      id: system.whereis("server") && Number(String(system.whereis("server")).slice(1, -1)),
      label: "server",
      kind: "worker",
      status: "busy",
      callback: "handleCast",
      parent: list[0]?.id,
      childId: "server",
      registeredNames: ["server"],
      mailboxLength: 1,
      startedAt: 100,
      busySince: 150,
      handled: 6,
      restarts: 3,
      childRestarts: 0,
    });
    expect(of("Root")).toMatchObject({
      pid: root,
      parent: null,
      childId: null,
      restarts: 0,
      childRestarts: 3,
    });
    expect(of("secret")).toMatchObject({ startedAt: 100, handled: 0, busySince: null, status: "idle" });
    expect(system.processInfo("server")).toMatchObject(of("server") as object);
    await system.stop();
  });

  it("children of a dynamic supervisor count as well, in linear time", async () => {
    const system = new System({ logger: null });
    class Pool extends DynamicSupervisor {
      override init() {
        return { intensity: 10, child: { start: [Server] as const } };
      }
    }
    const sup = await system.start(Pool);
    const first = await system.startChild(sup, []);
    system.cast(first as Pid, "crash" as never);
    await system.idle();
    for (let i = 0; i < 2000; i++) await system.startChild(sup, []);
    const list = system.listProcesses();
    expect(list).toHaveLength(2002);
    expect(list.filter(({ restarts }) => restarts === 1)).toHaveLength(1);
    expect(list[0]?.childRestarts).toBe(1);
    await system.stop();
  });
});

describe("who blocks the event loop", () => {
  const LIMIT = 20;
  const block = (): void => {
    const end = performance.now() + 2 * LIMIT;
    while (performance.now() < end);
  };

  class Blocker extends GenServer {
    override init(what?: string) {
      if (what === "init") block();
    }
    override handleCall(request: unknown) {
      if (request === "call") block();
      return new Reply(1, undefined);
    }
    override async handleCast(message: unknown) {
      if (message === "cast") block();
      if (message === "after await") {
        await null;
        block();
      }
    }
    override handleInfo(message: unknown) {
      if ((message as { type: string }).type === "info") block();
      return { type: "goes on" } as never;
    }
    override terminate() {
      block();
    }
  }

  const inSystem = async (
    test: (system: System, pid: Pid, seen: Blocked[]) => Promise<void>,
  ): Promise<Blocked[]> => {
    const system = new System({ logger: null });
    const seen: Blocked[] = [];
    const end = system.detectBlocking((blocked) => seen.push(blocked), { limit: LIMIT });
    const pid = await system.start([Blocker], { name: "blocker" });
    try {
      await test(system, pid as Pid, seen);
      // The timer of the detector rings after the loop is free.
      await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT));
    } finally {
      end();
      await system.stop();
    }
    return seen;
  };
  const named = (seen: Blocked[]): string[] =>
    seen.flatMap(({ by }) => (by === null ? [] : [`${by.label} ${by.callback}`]));

  it.for([
    ["handleCall", (system: System, pid: Pid): void => void system.call(pid, "call" as never)],
    ["handleCast", (system: System, pid: Pid) => system.cast(pid, "cast" as never)],
    ["handleInfo", (system: System, pid: Pid) => system.send(pid, { type: "info" } as never)],
    ["terminate", (system: System, pid: Pid) => system.exit(pid, "over")],
  ] as const)("%s is named", async ([callback, act]) => {
    const seen = await inSystem(async (system, pid) => {
      act(system, pid);
      await system.idle();
    });
    expect(named(seen)).toContain(`blocker ${callback}`);
    for (const { ms, by } of seen) if (by !== null) expect(ms).toBeGreaterThanOrEqual(LIMIT);
  });

  it("an init within its supervisor's turn is the child's", async () => {
    const seen = await inSystem(async (system) => {
      await system.start(
        class Boot extends Supervisor {
          override init(): SupervisorSpec {
            return { children: [{ id: "slow", start: [Blocker, "init"] }] };
          }
        },
      );
    });
    expect(named(seen)).toContain("Blocker init");
  });

  it("after an await nobody is named, but who may have been", async () => {
    const seen = await inSystem(async (system, pid) => {
      system.cast(pid, "after await" as never);
      await system.idle();
    });
    const unknown = seen.filter(({ by }) => by === null);
    expect(
      unknown.flatMap(({ suspects }) => suspects.map(({ label, callback }) => `${label} ${callback}`)),
    ).toContain("blocker handleCast");
  });

  it("is not looked for any more afterwards, nor by two at once, and takes no nonsense", async () => {
    const system = new System({ logger: null });
    const first: Blocked[] = [];
    const second: Blocked[] = [];
    const endFirst = system.detectBlocking((blocked) => first.push(blocked), { limit: LIMIT });
    const endSecond = system.detectBlocking((blocked) => second.push(blocked), { limit: LIMIT });
    endFirst();
    const pid = (await system.start(Blocker)) as Pid;
    await system.call(pid, "call" as never);
    expect(named(second)).toEqual(["Blocker handleCall"]);
    endSecond();
    await system.call(pid, "call" as never);
    expect(named(second)).toHaveLength(1);
    expect(first).toEqual([]);
    expect(() => system.detectBlocking(null as never)).toThrow(/takes a function/);
    for (const limit of [0, -1, Number.NaN, "1"]) {
      expect(() => system.detectBlocking(() => {}, { limit: limit as never })).toThrow(/limit is/);
    }
    await system.stop();
  });
});

describe("from outside", () => {
  it("a monitor tells once, by pid and by name, of the dead and the unknown too", async () => {
    const system = new System({ logger: null });
    const seen: string[] = [];
    const tell = (what: string) => (down: { reason: unknown; name?: string }) =>
      seen.push(`${what} ${String(down.reason)} ${down.name ?? ""}`);
    const pid = await system.start([Server], { name: "server" });
    system.monitor(pid, tell("pid"));
    system.monitor("server", tell("name"));
    const forget = system.monitor(pid, tell("never"));
    const late = system.monitor(pid, tell("taken back"));
    forget();
    system.kill(pid);
    late();
    expect(seen).toEqual([]);
    await system.idle();
    system.monitor(pid, tell("dead"));
    system.monitor("nobody", tell("nobody"));
    await system.idle();
    expect(seen).toEqual(["pid killed ", "name killed server", "dead noproc ", "nobody noproc nobody"]);
    expect(() => system.monitor(pid, 1 as never)).toThrow(/monitor takes a function/);
    await system.stop();
  });

  it("what a monitor throws or rejects with is reported and hurts nobody", async () => {
    const reports: string[] = [];
    const system = new System({ logger: ({ kind }) => void reports.push(kind) });
    const pid = await system.start(Server);
    system.monitor(pid, () => {
      throw new Error("a bad monitor");
    });
    system.monitor(pid, () => Promise.reject(new Error("another")));
    await system.stop();
    await system.idle();
    expect(reports.filter((kind) => kind === "uncaught")).toHaveLength(2);
  });

  it("a task gives its value, fails alone, can be under a supervisor, cancelled, and timed out", async () => {
    const system = new System({ logger: null });
    await system.start(Root);
    expect(await system.await(system.async(() => 1))).toBe(1);
    expect(await system.await(system.async(async (task) => task.call("server", "x")))).toBe("x");
    const under = system.async((task) => task.self, { under: "tasks" });
    expect(String(await system.await(under))).toBe(String(under.pid));
    const failing = system.async(() => {
      throw new Error("alone");
    });
    await expect(system.await(failing)).rejects.toThrow(/alone/);
    await expect(system.await(system.async(() => 1, { under: "nobody" }))).rejects.toThrow(/noproc/);
    const slow: TaskHandle<void> = system.async((task) => task.sleep(60_000));
    await expect(system.await(slow, 1)).rejects.toThrow(/timeout/);
    system.cancelTask(slow);
    await expect(system.await(slow)).rejects.toThrow(/killed/);
    expect(() => system.await({ pid: null })).toThrow(/await takes what async gave/);
    expect(() => system.async(1 as never)).toThrow(/async takes a function/);
    expect(system.listProcesses().map(({ label }) => label)).toEqual(["Root", "server", "tasks"]);
    const last = system.async((task) => task.sleep(60_000));
    await system.stop();
    expect(last.pid?.alive).toBe(false);
  });
});
