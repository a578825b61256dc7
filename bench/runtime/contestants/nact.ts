/** nact 7: actors under a parent, a state per message, `query` with a timeout (it has no other). */

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
  readonly name: string;
}
interface Context {
  readonly sender: Ref;
  readonly self: Ref;
  readonly reset: symbol;
}
interface Nact {
  start(): Ref;
  spawn<S, M>(
    parent: Ref,
    behaviour: (state: S, message: M, context: Context) => S,
    name: string,
    properties: {
      initialState?: S;
      initialStateFunc?: () => S;
      onCrash?: (message: M, error: unknown, context: Context) => symbol;
    },
  ): Ref;
  dispatch(to: Ref, message: unknown, sender?: Ref): void;
  query(to: Ref, message: unknown, timeout: number): Promise<unknown>;
  stop(actor: Ref): void;
}

const { start, spawn, dispatch, query, stop } = await importPeer<Nact>("nact");
const TIMEOUT = 5_000;

function counter(total: number, message: CounterMessage, context: Context): number {
  switch (message.type) {
    case "add": {
      const next = total + message.by;
      if (context.sender) dispatch(context.sender, next, context.self);
      return next;
    }
    case "get":
      dispatch(context.sender, total, context.self);
      return total;
  }
}

async function addTimes(actor: Ref, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await query(actor, { type: "add", by: 1 }, TIMEOUT);
}

async function get(actor: Ref): Promise<number> {
  return (await query(actor, { type: "get" }, 60_000)) as number;
}

function counterRunner(work: (actor: Ref, n: number) => Promise<void>): LoopRunner {
  const actor = spawn(start(), counter, "counter", { initialState: 0 });
  return {
    async run(n) {
      const before = await get(actor);
      await work(actor, n);
      const total = await get(actor);
      if (total !== before + n) throw new Error(`the counter is at ${total}, not at ${before + n}`);
    },
  };
}

const casts = (burst: number) => () =>
  counterRunner(async (actor, n) => {
    for (let sent = 0; sent < n; sent += burst) {
      for (let i = 0; i < burst; i++) dispatch(actor, { type: "add", by: 1 });
      await get(actor);
    }
  });

function spawning(): SpawnRunner {
  const system = start();
  let names = 0;
  return {
    async start(n) {
      const actors = new Array<unknown>(n);
      for (let i = 0; i < n; i++) {
        actors[i] = spawn(system, counter, `counter-${names++}`, { initialState: 0 });
      }
      return actors;
    },
    async stop(actors) {
      for (const actor of actors as Ref[]) stop(actor);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A query to an actor that crashes is not told of it, so the crash is a dispatch. */
function crash(): LoopRunner {
  let started = 0;
  let restarted = (): void => {};
  const child = spawn(
    start(),
    (incarnation: number, message: string, context: Context): number => {
      if (message === "crash") throw new Error("told to crash");
      dispatch(context.sender, incarnation, context.self);
      return incarnation;
    },
    "child",
    {
      initialStateFunc: () => {
        restarted();
        return ++started;
      },
      onCrash: (_message, _error, context) => context.reset,
    },
  );
  return {
    async run(n) {
      const before = started;
      for (let i = 0; i < n; i++) {
        const up = new Promise<void>((resolve) => {
          restarted = resolve;
        });
        dispatch(child, "crash");
        await up;
        await query(child, "get", TIMEOUT);
      }
      const incarnation = await query(child, "get", TIMEOUT);
      if (incarnation !== before + n) throw new Error(`incarnation ${incarnation}, not ${before + n}`);
    },
  };
}

function ring(): LoopRunner {
  const system = start();
  let done = (): void => {};
  const members: Ref[] = [];
  for (let i = 0; i < RING_SIZE; i++) {
    const hop = (state: number, left: number): number => {
      if (left === 0) done();
      else dispatch(members[(i + 1) % RING_SIZE]!, left - 1);
      return state;
    };
    members.push(spawn(system, hop, `member-${i}`, { initialState: 0 }));
  }
  return {
    run: (n) =>
      new Promise((resolve) => {
        done = resolve;
        dispatch(members[0]!, n);
      }),
  };
}

export const contestant: Contestant = {
  "call-1": () => counterRunner(addTimes),
  "call-1000": () =>
    counterRunner(async (actor, n) => {
      await Promise.all(Array.from({ length: CLIENTS }, () => addTimes(actor, n / CLIENTS)));
    }),
  "cast-1k": casts(BURST),
  "cast-10k": casts(10_000),
  "cast-1m": casts(1_000_000),
  spawn: spawning,
  crash,
  ring,
};
