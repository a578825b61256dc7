/** noex: GenServer and Supervisor in Elixir's manner, behaviours as objects, state passed along. */

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
  readonly id: string;
}
interface Behaviour<S, C, T> {
  init(): S;
  handleCall(message: C, state: S): readonly [number, S];
  handleCast(message: T, state: S): S;
}
interface Noex {
  GenServer: {
    start<S, C, T>(behaviour: Behaviour<S, C, T>): Promise<Ref>;
    call(ref: Ref, message: unknown, options?: { timeout: number }): Promise<number>;
    cast(ref: Ref, message: unknown): void;
    stop(ref: Ref): Promise<void>;
    _forceTerminate(ref: Ref, reason: { error: Error }): void;
  };
  Supervisor: {
    start(options: {
      strategy: string;
      children: { id: string; start: () => Promise<Ref> }[];
      restartIntensity: { maxRestarts: number; withinMs: number };
    }): Promise<Ref>;
  };
}

const { GenServer, Supervisor } = await importPeer<Noex>("@hamicek/noex");

const counter: Behaviour<number, CounterMessage, CounterMessage> = {
  init: () => 0,
  handleCall(message, total) {
    switch (message.type) {
      case "add":
        return [total + message.by, total + message.by];
      case "get":
        return [total, total];
    }
  },
  handleCast: (message, total) => (message.type === "add" ? total + message.by : total),
};

const get = (ref: Ref): Promise<number> => GenServer.call(ref, { type: "get" }, { timeout: 120_000 });

async function addTimes(ref: Ref, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await GenServer.call(ref, { type: "add", by: 1 });
}

async function counterRunner(work: (ref: Ref, n: number) => Promise<void>): Promise<LoopRunner> {
  const ref = await GenServer.start(counter);
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
      for (let i = 0; i < burst; i++) GenServer.cast(ref, { type: "add", by: 1 });
      await get(ref);
    }
  });

function spawning(): SpawnRunner {
  return {
    async start(n) {
      const refs = new Array<unknown>(n);
      for (let i = 0; i < n; i++) refs[i] = await GenServer.start(counter);
      return refs;
    },
    async stop(refs) {
      for (const ref of refs as Ref[]) await GenServer.stop(ref);
    },
  };
}

/** A handler that throws does not end a server of noex; this is how one dies of an error. */
async function crash(): Promise<LoopRunner> {
  let started = 0;
  let restarted = (): void => {};
  let current: Ref | undefined;
  const child: Behaviour<number, "get", never> = {
    init: () => ++started,
    handleCall: (_message, incarnation) => [incarnation, incarnation],
    handleCast: (_message, state) => state,
  };
  await Supervisor.start({
    strategy: "one_for_one",
    children: [
      {
        id: "child",
        start: async () => {
          current = await GenServer.start(child);
          restarted();
          return current;
        },
      },
    ],
    restartIntensity: { maxRestarts: 1_000_000, withinMs: 1_000 },
  });
  return {
    async run(n) {
      const before = started;
      for (let i = 0; i < n; i++) {
        const up = new Promise<void>((resolve) => {
          restarted = resolve;
        });
        GenServer._forceTerminate(current!, { error: new Error("told to crash") });
        await up;
        await GenServer.call(current!, "get");
      }
      const incarnation = await GenServer.call(current!, "get");
      if (incarnation !== before + n) throw new Error(`incarnation ${incarnation}, not ${before + n}`);
    },
  };
}

async function ring(): Promise<LoopRunner> {
  let done = (): void => {};
  const members: Ref[] = [];
  for (let i = 0; i < RING_SIZE; i++) {
    const hop: Behaviour<number, never, number> = {
      init: () => 0,
      handleCall: (_message, state) => [state, state],
      handleCast(left, state) {
        if (left === 0) done();
        else GenServer.cast(members[(i + 1) % RING_SIZE]!, left - 1);
        return state;
      },
    };
    members.push(await GenServer.start(hop));
  }
  return {
    run: (n) =>
      new Promise((resolve) => {
        done = resolve;
        GenServer.cast(members[0]!, n);
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
