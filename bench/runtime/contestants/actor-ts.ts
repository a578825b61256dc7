/** actor-ts: actors as classes in Akka's manner, `ask` with a timeout, parents that restart. */

import { importPeer } from "../peers.ts";
import {
  BURST,
  CLIENTS,
  type Contestant,
  type CounterMessage,
  type LoopRunner,
  RING_SIZE,
  type SpawnRunner,
} from "../workloads.ts";

interface Ref {
  tell(message: unknown): void;
  ask(message: unknown, timeout: number): Promise<unknown>;
  stop(): void;
}
interface Sender {
  forEach(use: (ref: Ref) => void): void;
}
declare class ActorBase {
  protected readonly sender: Sender;
  preStart(): void;
  postStop(): void;
  onReceive(message: unknown): void;
}
interface System {
  spawnAnonymous(actor: (new () => ActorBase) | (() => ActorBase), options?: unknown): Ref;
}
interface Builder {
  withLogger(logger: unknown): Builder;
  withLogLevel(level: unknown): Builder;
  withSupervisorStrategy(strategy: unknown): Builder;
}
interface ActorTs {
  Actor: typeof ActorBase;
  ActorSystem: { create(name: string, options: unknown): System };
  ActorSystemOptions: { create(): Builder };
  ActorOptions: { create(): Builder };
  LogLevel: { Off: unknown };
  NoopLogger: new () => unknown;
  OneForOneStrategy: new (decide: () => unknown, limits?: object) => unknown;
  Directive: { Restart: unknown };
}

const {
  Actor,
  ActorSystem,
  ActorSystemOptions,
  ActorOptions,
  LogLevel,
  NoopLogger,
  OneForOneStrategy,
  Directive,
} = await importPeer<ActorTs>("actor-ts");

const TIMEOUT = 5_000;
const system = ActorSystem.create(
  "bench",
  ActorSystemOptions.create().withLogger(new NoopLogger()).withLogLevel(LogLevel.Off),
);

class Counter extends Actor {
  #total = 0;
  override onReceive(message: CounterMessage): void {
    switch (message.type) {
      case "add":
        this.#total += message.by;
        this.sender.forEach((to) => {
          to.tell(this.#total);
        });
        break;
      case "get":
        this.sender.forEach((to) => {
          to.tell(this.#total);
        });
        break;
    }
  }
}

const get = async (ref: Ref): Promise<number> => (await ref.ask({ type: "get" }, 60_000)) as number;

async function addTimes(ref: Ref, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await ref.ask({ type: "add", by: 1 }, TIMEOUT);
}

function counterRunner(work: (ref: Ref, n: number) => Promise<void>): LoopRunner {
  const ref = system.spawnAnonymous(Counter);
  return {
    async run(n) {
      const before = await get(ref);
      await work(ref, n);
      const total = await get(ref);
      if (total !== before + n) throw new Error(`the counter is at ${total}, not at ${before + n}`);
    },
  };
}

const casts = (burst: number) => () =>
  counterRunner(async (ref, n) => {
    for (let sent = 0; sent < n; sent += burst) {
      for (let i = 0; i < burst; i++) ref.tell({ type: "add", by: 1 });
      await get(ref);
    }
  });

/** A spawn is done when the actor's preStart has run, a stop when its postStop has: both happen later. */
function spawning(): SpawnRunner {
  let left = 0;
  let done = (): void => {};
  const countDown = (): void => {
    if (--left === 0) done();
  };
  class Probe extends Actor {
    override preStart(): void {
      countDown();
    }
    override postStop(): void {
      countDown();
    }
    override onReceive(): void {}
  }
  const counted = (n: number, work: () => void): Promise<void> =>
    new Promise((resolve) => {
      left = n;
      done = resolve;
      work();
    });
  return {
    async start(n) {
      const refs = new Array<unknown>(n);
      await counted(n, () => {
        for (let i = 0; i < n; i++) refs[i] = system.spawnAnonymous(Probe);
      });
      return refs;
    },
    async stop(refs) {
      await counted(refs.length, () => {
        for (const ref of refs as Ref[]) ref.stop();
      });
    },
  };
}

/** An ask of an actor that crashes is not told of it, so the crash is a tell. */
function crash(): LoopRunner {
  let started = 0;
  let restarted = (): void => {};
  class Child extends Actor {
    #incarnation = 0;
    override preStart(): void {
      this.#incarnation = ++started;
      restarted();
    }
    override onReceive(message: string): void {
      if (message === "crash") throw new Error("told to crash");
      this.sender.forEach((to) => {
        to.tell(this.#incarnation);
      });
    }
  }
  const always = new OneForOneStrategy(() => Directive.Restart);
  const ref = system.spawnAnonymous(Child, ActorOptions.create().withSupervisorStrategy(always));
  return {
    async run(n) {
      const before = started;
      for (let i = 0; i < n; i++) {
        const up = new Promise<void>((resolve) => {
          restarted = resolve;
        });
        ref.tell("crash");
        await up;
        await ref.ask("get", TIMEOUT);
      }
      const incarnation = await ref.ask("get", TIMEOUT);
      if (n > 0 && before > 0 && incarnation !== before + n) {
        throw new Error(`incarnation ${String(incarnation)}, not ${before + n}`);
      }
    },
  };
}

function ring(): LoopRunner {
  let done = (): void => {};
  const members: Ref[] = [];
  class Member extends Actor {
    readonly #next: number;
    constructor(next: number) {
      super();
      this.#next = next;
    }
    override onReceive(left: number): void {
      if (left === 0) done();
      else members[this.#next]!.tell(left - 1);
    }
  }
  for (let i = 0; i < RING_SIZE; i++) {
    members.push(system.spawnAnonymous(() => new Member((i + 1) % RING_SIZE)));
  }
  return {
    run: (n) =>
      new Promise((resolve) => {
        done = resolve;
        members[0]!.tell(n);
      }),
  };
}

export const contestant: Contestant = {
  "call-1": () => counterRunner(addTimes),
  "call-1000": () =>
    counterRunner(async (ref, n) => {
      await Promise.all(Array.from({ length: CLIENTS }, () => addTimes(ref, n / CLIENTS)));
    }),
  "cast-1k": casts(BURST),
  "cast-10k": casts(10_000),
  "cast-1m": casts(1_000_000),
  spawn: spawning,
  crash,
  ring,
};
