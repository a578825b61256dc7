/**
 * The promise floor: the least that a hand-written actor does in JavaScript. An array as its queue, a switch on
 * the message's type and one awaited promise per call; no timeouts, monitors, links, names or fairness. Each
 * workload has the floor that is quickest for it, so that the ratios are the hardest that can be asked for.
 */
import {
  BURST,
  CLIENTS,
  type Contestant,
  type CounterMessage,
  type LoopRunner,
  RING_SIZE,
  type SpawnRunner,
} from "./workloads.ts";

interface Request {
  message: CounterMessage;
  resolve: ((value: number) => void) | null;
}

class Counter {
  total = 0;

  handle(message: CounterMessage): number {
    switch (message.type) {
      case "add":
        this.total += message.by;
        return this.total;
      case "get":
        return this.total;
    }
  }
}

const settled = Promise.resolve();

class Server {
  readonly #counter = new Counter();
  readonly #queue: Request[] = [];
  #running = false;
  #scheduled = false;

  /** Answered in the same turn unless the server is at work: no scheduling, one promise. */
  call(message: CounterMessage): Promise<number> {
    return new Promise((resolve) => {
      this.#queue.push({ message, resolve });
      if (!this.#running) this.#drain();
    });
  }

  cast(message: CounterMessage): void {
    this.#queue.push({ message, resolve: null });
    if (!this.#scheduled) {
      this.#scheduled = true;
      settled.then(this.#drain);
    }
  }

  readonly #drain = (): void => {
    this.#running = true;
    const queue = this.#queue;
    for (let i = 0; i < queue.length; i++) {
      const { message, resolve } = queue[i]!;
      const value = this.#counter.handle(message);
      if (resolve !== null) resolve(value);
    }
    queue.length = 0;
    this.#running = false;
    this.#scheduled = false;
  };
}

async function addTimes(server: Server, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await server.call({ type: "add", by: 1 });
}

async function expectTotal(server: Server, before: number, n: number): Promise<void> {
  const total = await server.call({ type: "get" });
  if (total !== before + n) throw new Error(`the counter is at ${total}, not at ${before + n}`);
}

function calls(clients: number): LoopRunner {
  const server = new Server();
  return {
    async run(n) {
      const before = await server.call({ type: "get" });
      if (clients === 1) await addTimes(server, n);
      else await Promise.all(Array.from({ length: clients }, () => addTimes(server, n / clients)));
      await expectTotal(server, before, n);
    },
  };
}

function casts(burst: number): LoopRunner {
  const server = new Server();
  return {
    async run(n) {
      const before = await server.call({ type: "get" });
      for (let sent = 0; sent < n; sent += burst) {
        for (let i = 0; i < burst; i++) server.cast({ type: "add", by: 1 });
        await server.call({ type: "get" });
      }
      await expectTotal(server, before, n);
    },
  };
}

class IdleServer {
  total = 0;
  queue: Request[] | null = null;
  running = false;

  async init(): Promise<void> {
    this.total = 0;
  }
}

function spawn(): SpawnRunner {
  return {
    async start(n) {
      const servers = new Array<unknown>(n);
      for (let i = 0; i < n; i++) {
        const server = new IdleServer();
        await server.init();
        servers[i] = server;
      }
      return servers;
    },
    async stop() {},
  };
}

/**
 * A counter that crashes on demand. Whoever runs its queue catches, tells the caller and starts another. The
 * client sees its call fail, waits for the restart and has the new one answer: so for every contestant.
 */
function crash(): LoopRunner {
  interface CrashRequest {
    message: "crash" | "get";
    resolve: (value: number) => void;
    reject: (error: unknown) => void;
  }
  const queue: CrashRequest[] = [];
  let started = 0;
  let restarted = (): void => {};
  let running = false;
  class Child {
    readonly #incarnation: number;
    constructor() {
      this.#incarnation = ++started;
      restarted();
    }
    handle(message: CrashRequest["message"]): number {
      switch (message) {
        case "crash":
          throw new Error("told to crash");
        case "get":
          return this.#incarnation;
      }
    }
  }
  let child = new Child();
  const drain = (): void => {
    running = true;
    for (let i = 0; i < queue.length; i++) {
      const { message, resolve, reject } = queue[i]!;
      try {
        resolve(child.handle(message));
      } catch (error) {
        reject(error);
        child = new Child();
      }
    }
    queue.length = 0;
    running = false;
  };
  const call = (message: CrashRequest["message"]): Promise<number> =>
    new Promise((resolve, reject) => {
      queue.push({ message, resolve, reject });
      if (!running) drain();
    });
  return {
    async run(n) {
      const before = started;
      for (let i = 0; i < n; i++) {
        const up = new Promise<void>((resolve) => {
          restarted = resolve;
        });
        await call("crash").catch(() => {});
        await up;
        await call("get");
      }
      const incarnation = await call("get");
      if (incarnation !== before + n) throw new Error(`incarnation ${incarnation}, not ${before + n}`);
    },
  };
}

function ring(): LoopRunner {
  interface Member {
    next: number;
  }
  const members: Member[] = Array.from({ length: RING_SIZE }, (_, i) => ({ next: (i + 1) % RING_SIZE }));
  const queue: { member: number; left: number }[] = [];
  return {
    run(n) {
      return new Promise((resolve) => {
        queue.push({ member: 0, left: n });
        for (let i = 0; i < queue.length; i++) {
          const { member, left } = queue[i]!;
          if (left === 0) resolve();
          else queue.push({ member: members[member]!.next, left: left - 1 });
          if (i === 1_023) {
            queue.splice(0, 1_024);
            i = -1;
          }
        }
        queue.length = 0;
      });
    },
  };
}

export const contestant: Contestant = {
  "call-1": () => calls(1),
  "call-1000": () => calls(CLIENTS),
  "cast-1k": () => casts(BURST),
  "cast-10k": () => casts(10_000),
  "cast-1m": () => casts(1_000_000),
  spawn,
  crash,
  ring,
};
