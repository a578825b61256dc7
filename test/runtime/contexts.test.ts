/** In whose async context the code of a process runs: the sender's, or none, but never somebody else's. */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  continueWith,
  DynamicSupervisor,
  type From,
  GenServer,
  noReply,
  type Pid,
  Reply,
  Supervisor,
  type SupervisorSpec,
  System,
  type SystemOptions,
  stop,
  Task,
  TaskSupervisor,
  timeout,
} from "../../src/runtime/index.ts";

const who = new AsyncLocalStorage<string>();
const NONE = "none";
const here = (): string => who.getStore() ?? NONE;

/** Where what ran, in order. */
type Log = string[];

class Server extends GenServer {
  log: Log = [];
  waiting: From | null = null;

  override async init(log: Log, what?: string) {
    this.log = log;
    log.push(`init ${here()}`);
    if (what === "continue") return continueWith("from init");
    if (what === "async") {
      await null;
      log.push(`after init ${here()}`);
    }
    if (what === "enter") who.enterWith("init's own");
    return undefined;
  }
  override async handleCall(request: unknown, from: From) {
    this.log.push(`call ${String(request)} ${here()}`);
    if (request === "later") {
      this.waiting = from;
      return noReply;
    }
    if (request === "slow") await new Promise((resolve) => setTimeout(resolve, 1));
    this.log.push(`reply ${String(request)} ${here()}`);
    return new Reply(here(), undefined);
  }
  override async handleCast(message: unknown) {
    this.log.push(`cast ${String(message)} ${here()}`);
    if (message === "answer" && this.waiting !== null) this.reply(this.waiting as From<unknown>, here());
    if (message === "sendAfter") this.sendAfter(1, this.self, { type: "timer" });
    if (message === "timeout") return timeout(1);
    if (message === "continue") return continueWith(1);
    if (message === "many") return continueWith(200);
    if (message === "crash") throw new Error("as asked");
    if (message === "task") {
      const value = await this.await(this.async(() => Promise.resolve(here())));
      this.log.push(`task ${value}`);
    }
    if (message === "notify") this.async(() => here(), { notify: true });
    if (message === "under") {
      const value = await this.await(this.async(async () => here(), { under: "tasks" }));
      this.log.push(`task under ${value}`);
    }
    if (message === "stream") {
      for await (const end of this.asyncStream([1, 2, 3], () => here(), { max: 1 })) {
        this.log.push(`stream ${String(end.value)} ${here()}`);
      }
    }
    return undefined;
  }
  override async handleInfo(message: { type: string }) {
    this.log.push(`info ${message.type} ${here()}`);
  }
  override handleContinue(term: unknown) {
    if (term === 1 || typeof term !== "number") {
      this.log.push(`continue ${here()}`);
      return undefined;
    }
    return continueWith(term - 1);
  }
  override async terminate() {
    this.log.push(`terminate ${here()}`);
  }
}

class Root extends Supervisor {
  override init(log: Log, what?: string): SupervisorSpec {
    log.push(`supervisor ${here()}`);
    return {
      strategy: "one_for_all",
      intensity: 10,
      children: [
        { id: "first", start: [Server, log, what], name: "first" },
        { id: "second", start: [Server, log, what], name: "second" },
        { id: "tasks", start: [TaskSupervisor], name: "tasks" },
      ],
    };
  }
}

class Workers extends DynamicSupervisor {
  override init() {
    return { child: { start: [Server] as const } };
  }
}

type World = { clock: "virtual" | "real"; inline: boolean };
const WORLDS: World[] = [
  { clock: "real", inline: true },
  { clock: "real", inline: false },
  { clock: "virtual", inline: false },
  { clock: "virtual", inline: true },
];

function make({ clock, inline }: World, options: SystemOptions = {}): System {
  return new System({ logger: null, asyncContexts: AsyncLocalStorage, clock, inline, ...options });
}

/** Until everything has happened, timers of a millisecond or two included. */
async function quiet(system: System, { clock }: World): Promise<void> {
  for (let round = 0; round < 4; round++) {
    if (clock === "virtual") await system.advance(5);
    await new Promise((resolve) => setTimeout(resolve, 3));
    await system.idle();
  }
}

describe.for(WORLDS)("clock $clock, inline $inline", (world) => {
  const inWorld = async (test: (system: System, log: Log) => Promise<void>): Promise<void> => {
    const system = make(world);
    try {
      await test(system, []);
    } finally {
      await system.stop();
    }
  };

  const started = async (system: System, log: Log, what?: string): Promise<Pid<Server>> => {
    const starting = system.start(Server, log, what);
    await quiet(system, world);
    const pid = await starting;
    return pid;
  };

  it.for([
    ["a cast", ["continue"], ["cast continue A", "continue A"]],
    ["many continues", ["many"], ["cast many A", "continue A"]],
    ["sendAfter", ["sendAfter"], ["cast sendAfter A", "info timer A"]],
    ["a timeout", ["timeout"], ["cast timeout A", "info timeout A"]],
    ["a task", ["task"], ["cast task A", "task A"]],
    ["a task that tells", ["notify"], ["cast notify A", "info task A"]],
    ["a stream", ["stream"], ["cast stream A", "stream A A", "stream A A", "stream A A"]],
    ["a crash", ["crash"], ["cast crash A", "terminate A"]],
  ] as const)("%s", ([what, messages, expected]) =>
    inWorld(async (system, log) => {
      const pid = await started(system, log);
      log.length = 0;
      who.run("A", () => {
        for (const message of messages) system.cast(pid as Pid, message as never);
      });
      // Somebody else is busy at the same time.
      if (what !== "a timeout") who.run("B", () => system.send(pid as Pid, { type: "other" } as never));
      await who.run("C", () => quiet(system, world));
      expect(log.filter((line) => !line.startsWith("info other"))).toEqual(expected);
      expect(log.filter((line) => line.startsWith("info other")).every((line) => line.endsWith(" B"))).toBe(
        true,
      );
    }),
  );

  it("calls, concurrent ones and such as are answered later; whoever called goes on in its own", () =>
    inWorld(async (system, log) => {
      const pid = await started(system, log);
      log.length = 0;
      const call = (name: string, request: string): Promise<string> =>
        who.run(name, async () => {
          const value = await system.call(pid as Pid, request as never);
          return `${String(value)} then ${here()}`;
        });
      const calls = [call("A", "slow"), call("B", "quick"), call("C", "later")];
      who.run("D", () => system.cast(pid as Pid, "answer" as never));
      await quiet(system, world);
      expect(await Promise.all(calls)).toEqual(["A then A", "B then B", "D then C"]);
      expect(log).toEqual([
        "call slow A",
        "reply slow A",
        "call quick B",
        "reply quick B",
        "call later C",
        "cast answer D",
      ]);
    }));

  it("timers from outside, repeated ones too, and to names", () =>
    inWorld(async (system, log) => {
      const pid = await started(system, log);
      system.register("server", pid);
      log.length = 0;
      who.run("A", () => system.sendAfter(1, "server", { type: "once" }));
      const ref = who.run("B", () => system.sendInterval(1, pid as Pid, { type: "often" } as never));
      await who.run("C", () => quiet(system, world));
      system.cancelTimer(ref);
      expect(log).toContain("info once A");
      const often = log.filter((line) => line.startsWith("info often"));
      expect(often.length).toBeGreaterThan(1);
      expect(new Set(often)).toEqual(new Set(["info often B"]));
    }));

  it("a start from outside runs in the starter's, with what follows it", () =>
    inWorld(async (system, log) => {
      await who.run("A", async () => {
        const starting = system.start(Server, log, "continue");
        await quiet(system, world);
        await starting;
      });
      expect(log).toEqual(["init A", "continue A"]);
    }));

  it("supervisors, their children and restarts run in none, whoever starts them and makes them crash", () =>
    inWorld(async (system, log) => {
      await who.run("A", async () => {
        const starting = system.start(Root, log, "async");
        await quiet(system, world);
        await starting;
      });
      who.run("B", () => system.cast("first", "crash"));
      await who.run("C", () => quiet(system, world));
      expect(log.filter((line) => line === "init none")).toHaveLength(4);
      expect(log.filter((line) => line === "after init none")).toHaveLength(4);
      expect(log.filter((line) => !line.endsWith(" none"))).toEqual(["cast crash B", "terminate B"]);
    }));

  it("what a child enters in its init is not its siblings'", () =>
    inWorld(async (system, log) => {
      const starting = system.start(Root, log, "enter");
      await quiet(system, world);
      await starting;
      expect(log).toEqual(["supervisor none", "init none", "init none"]);
      expect(here()).toBe(NONE);
    }));

  it("children that somebody has started, and stopped", () =>
    inWorld(async (system, log) => {
      const starting = system.start(Workers);
      await quiet(system, world);
      const sup = await starting;
      const child = await who.run("A", async () => {
        const pid = system.startChild(sup, [log]);
        await quiet(system, world);
        return pid;
      });
      expect(log).toEqual(["init none"]);
      log.length = 0;
      await who.run("B", async () => {
        const stopping = system.terminateChild(sup, child);
        await quiet(system, world);
        await stopping;
      });
      expect(log.filter((line) => !line.endsWith(" none"))).toEqual([]);
    }));

  it("a task under a supervisor is its starter's", () =>
    inWorld(async (system, log) => {
      const starting = system.start(Root, log);
      await quiet(system, world);
      await starting;
      log.length = 0;
      who.run("A", () => system.cast("first", "under"));
      await who.run("B", () => quiet(system, world));
      expect(log).toEqual(["cast under A", "task under A"]);
    }));

  it("a task as a supervisor's child runs in none", () =>
    inWorld(async (system, log) => {
      class WithTask extends Supervisor {
        override init(): SupervisorSpec {
          return {
            children: [
              { id: "task", start: [Task, () => void log.push(`task ${here()}`)], restart: "temporary" },
            ],
          };
        }
      }
      await who.run("A", async () => {
        const starting = system.start(WithTask);
        await quiet(system, world);
        await starting;
      });
      expect(log).toEqual(["task none"]);
    }));

  it("what is made of events belongs to whoever emits them", () =>
    inWorld(async (system, log) => {
      const emitter = new EventEmitter();
      class Listener extends Server {
        override async init(into: Log) {
          await super.init(into);
          this.on(emitter, "event", () => ({ type: "event" }) as never);
          return undefined;
        }
      }
      const starting = system.start(Listener, log);
      await quiet(system, world);
      await starting;
      who.run("A", () => emitter.emit("event"));
      await who.run("B", () => quiet(system, world));
      expect(log).toEqual(["init none", "info event A"]);
    }));

  it("terminate, and giving back, of what somebody else ends", () =>
    inWorld(async (system, log) => {
      class Owner extends Server {
        override async init(into: Log) {
          await super.init(into);
          this.trapExit(true);
          this.onExit(() => void log.push(`onExit ${here()}`));
          return undefined;
        }
        override async handleCast(message: unknown) {
          if (message === "hang") await new Promise(() => {});
          return undefined;
        }
      }
      for (const end of ["crash", "kill", "exit", "stop"] as const) {
        for (const busy of [false, true]) {
          const starting = system.start(Owner, log);
          await quiet(system, world);
          const pid = await starting;
          log.length = 0;
          who.run("A", () => {
            if (busy) system.cast(pid as Pid, "hang" as never);
          });
          await quiet(system, world);
          await who.run("B", async () => {
            if (end === "crash") system.crash(pid, "boom");
            if (end === "kill" || busy) system.kill(pid);
            if (end === "exit") system.exit(pid, "over");
            if (end === "stop") {
              const stopping = system.stopProcess(pid);
              await quiet(system, world);
              await stopping;
            }
            await quiet(system, world);
          });
          expect(log, `${end} ${busy}`).not.toEqual([]);
          expect(
            log.filter((line) => !line.endsWith(" none")),
            `${end} ${busy}`,
          ).toEqual([]);
        }
      }
    }));

  it("messages keep theirs while their process is suspended", () =>
    inWorld(async (system, log) => {
      const pid = await started(system, log);
      log.length = 0;
      const done = async (promise: Promise<void>): Promise<void> => {
        await quiet(system, world);
        await promise;
      };
      await done(system.suspendProcess(pid));
      who.run("A", () => system.cast(pid as Pid, "one" as never));
      await quiet(system, world);
      expect(system.processInfo(pid)?.mailbox).toEqual(['"one"']);
      who.run("B", () => system.cast(pid as Pid, "two" as never));
      await who.run("C", () => done(system.resumeProcess(pid)));
      await quiet(system, world);
      expect(log).toEqual(["cast one A", "cast two B"]);
    }));

  it("DOWN of a monitor from outside is told in the context of whoever monitors", () =>
    inWorld(async (system, log) => {
      const pid = await started(system, log);
      log.length = 0;
      who.run("A", () => system.monitor(pid, ({ reason }) => log.push(`down ${String(reason)} ${here()}`)));
      who.run("B", () => system.kill(pid));
      await quiet(system, world);
      expect(log).toEqual(["down killed A"]);
    }));
});

it("any interleaving of senders: everybody's messages run in everybody's own context", async () => {
  class Echo extends GenServer {
    #seen: [string, string][] = [];
    override init(seen: [string, string][]) {
      this.#seen = seen;
    }
    override async handleCast({
      from,
      waits,
      forward,
    }: {
      from: string;
      waits: number;
      forward: Pid | null;
    }) {
      this.#seen.push([from, here()]);
      for (let i = 0; i < waits; i++) await null;
      this.#seen.push([from, here()]);
      if (forward !== null) this.cast(forward as never, { from, waits: 0, forward: null } as never);
    }
  }
  const sending = fc.record({
    from: fc.constantFrom("A", "B", "C", NONE),
    to: fc.nat(2),
    waits: fc.nat(3),
    forward: fc.boolean(),
    yields: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(sending, { maxLength: 30 }),
      fc.constantFrom(...WORLDS),
      async (sendings, world) => {
        const system = make(world);
        const seen: [string, string][] = [];
        const starting = [0, 1, 2].map(() => system.start(Echo, seen));
        await system.idle();
        const servers = await Promise.all(starting);
        let expected = 0;
        for (const { from, to, waits, forward, yields } of sendings) {
          const other = forward ? (servers[(to + 1) % 3] as Pid) : null;
          const send = (): void =>
            system.cast(servers[to] as never, { from, waits, forward: other } as never);
          if (from === NONE) who.exit(send);
          else who.run(from, send);
          if (yields) await system.idle();
          expected += forward ? 4 : 2;
        }
        await system.idle();
        await system.stop();
        expect(seen).toHaveLength(expected);
        for (const [from, ran] of seen) expect(ran).toBe(from);
      },
    ),
    { numRuns: 60 },
  );
});

describe("without being given any", () => {
  it("messages are not held to a context, and what is no AsyncLocalStorage is refused", () => {
    expect(() => new System({ asyncContexts: {} as never })).toThrow(
      /asyncContexts is the class AsyncLocalStorage/,
    );
    expect(() => new System({ asyncContexts: null as never })).toThrow(/asyncContexts is/);
  });

  it("stop works as with them", async () => {
    const system = make({ clock: "real", inline: true });
    const pid = await system.start(
      class extends GenServer {
        override handleCast() {
          return stop();
        }
      },
    );
    system.cast(pid as Pid, 1 as never);
    await system.idle();
    expect(pid.alive).toBe(false);
    await system.stop();
  });
});
