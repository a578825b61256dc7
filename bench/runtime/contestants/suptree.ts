/**
 * Ours, as an application has it: bundled from `src/runtime` without minification, real clock, default timeout
 * of calls, monitors, links, names and fairness in force; reports are off, as they are for every contestant.
 */
import type * as Suptree from "../../../src/runtime/index.ts";
import { importOurs } from "../ours.ts";
import {
  BURST,
  CLIENTS,
  type Contestant,
  type CounterMessage,
  type LoopRunner,
  RING_SIZE,
  type SpawnRunner,
} from "../workloads.ts";

const { GenServer, Supervisor, System, processName, reply } = await importOurs<typeof Suptree>();

interface CounterProtocol extends Suptree.Protocol {
  calls: Suptree.Call<{ type: "add"; by: number }, number> | Suptree.Call<{ type: "get" }, number>;
  casts: CounterMessage;
}

class Counter extends GenServer<CounterProtocol> {
  #total = 0;

  override handleCall(request: CounterProtocol["calls"]): Suptree.Reply {
    switch (request.type) {
      case "add":
        this.#total += request.by;
        return reply(request, this.#total);
      case "get":
        return reply(request, this.#total);
    }
  }

  override handleCast(message: CounterMessage): void {
    switch (message.type) {
      case "add":
        this.#total += message.by;
    }
  }
}

interface ChildProtocol extends Suptree.Protocol {
  calls: Suptree.Call<{ type: "crash" }, never> | Suptree.Call<{ type: "get" }, number>;
}

interface Up {
  incarnation: number;
  hook: () => void;
}

class Child extends GenServer<ChildProtocol> {
  #incarnation = 0;

  override init(up: Up): void {
    this.#incarnation = ++up.incarnation;
    up.hook();
  }

  override handleCall(request: ChildProtocol["calls"]): Suptree.Reply {
    switch (request.type) {
      case "crash":
        throw new Error("told to crash");
      case "get":
        return reply(request, this.#incarnation);
    }
  }
}

const CHILD = processName<Child>("child");

class ChildSup extends Supervisor {
  override init(up: Up): Suptree.SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 1_000_000,
      period: 1,
      children: [{ id: "child", start: [Child, up], name: CHILD }],
    };
  }
}

interface MemberProtocol extends Suptree.Protocol {
  casts: number;
}

class Member extends GenServer<MemberProtocol> {
  #ring!: { members: Suptree.Pid<Member>[]; done: () => void };
  #next = 0;

  override init(ring: { members: Suptree.Pid<Member>[]; done: () => void }, next: number): void {
    this.#ring = ring;
    this.#next = next;
  }

  override handleCast(left: number): void {
    if (left === 0) this.#ring.done();
    else this.cast(this.#ring.members[this.#next]!, left - 1);
  }
}

/** `observed`: what an observer that is attached wants. */
export function contestant(observed: "all" | "supervision" | null): Contestant {
  let events = 0;
  const makeSystem = (): Suptree.System => {
    const system = new System({ logger: null });
    if (observed !== null) {
      system.observe(observed, () => {
        events++;
      });
    }
    return system;
  };
  const done = (): void => {
    if (observed !== null && events === 0) throw new Error("the observer saw nothing");
  };

  const counterRunner = async (
    work: (system: Suptree.System, pid: Suptree.Pid<Counter>, n: number) => Promise<void>,
  ): Promise<LoopRunner> => {
    const system = makeSystem();
    const pid = await system.start(Counter);
    return {
      async run(n) {
        const before = await system.call(pid, { type: "get" });
        await work(system, pid, n);
        const total = await system.call(pid, { type: "get" });
        if (total !== before + n) throw new Error(`the counter is at ${total}, not at ${before + n}`);
        done();
      },
    };
  };
  const addTimes = async (system: Suptree.System, pid: Suptree.Pid<Counter>, n: number): Promise<void> => {
    for (let i = 0; i < n; i++) await system.call(pid, { type: "add", by: 1 });
  };
  const casts = (burst: number) => () =>
    counterRunner(async (system, pid, n) => {
      for (let sent = 0; sent < n; sent += burst) {
        for (let i = 0; i < burst; i++) system.cast(pid, { type: "add", by: 1 });
        await system.call(pid, { type: "get" });
      }
    });

  return {
    "call-1": () => counterRunner(addTimes),
    "call-1000": () =>
      counterRunner(async (system, pid, n) => {
        await Promise.all(Array.from({ length: CLIENTS }, () => addTimes(system, pid, n / CLIENTS)));
      }),
    "cast-1k": casts(BURST),
    "cast-10k": casts(10_000),
    "cast-1m": casts(1_000_000),

    spawn(): SpawnRunner {
      const system = makeSystem();
      return {
        async start(n) {
          const pids = new Array<unknown>(n);
          for (let i = 0; i < n; i++) pids[i] = await system.start(Counter);
          return pids;
        },
        async stop(pids) {
          for (const pid of pids as Suptree.Pid<Counter>[]) await system.stopProcess(pid);
        },
      };
    },

    async crash(): Promise<LoopRunner> {
      const system = makeSystem();
      const up: Up = { incarnation: 0, hook: () => {} };
      await system.start(ChildSup, up);
      return {
        async run(n) {
          const before = up.incarnation;
          for (let i = 0; i < n; i++) {
            const restarted = new Promise<void>((resolve) => {
              up.hook = resolve;
            });
            await system.call(CHILD, { type: "crash" }).catch(() => {});
            await restarted;
            await system.call(CHILD, { type: "get" });
          }
          const incarnation = await system.call(CHILD, { type: "get" });
          if (incarnation !== before + n) throw new Error(`incarnation ${incarnation}, not ${before + n}`);
          done();
        },
      };
    },

    async ring(): Promise<LoopRunner> {
      const system = makeSystem();
      const ring = { members: [] as Suptree.Pid<Member>[], done: (): void => {} };
      for (let i = 0; i < RING_SIZE; i++) {
        ring.members.push(await system.start(Member, ring, (i + 1) % RING_SIZE));
      }
      return {
        run: (n) =>
          new Promise((resolve) => {
            ring.done = () => {
              done();
              resolve();
            };
            system.cast(ring.members[0]!, n);
          }),
      };
    },
  };
}
