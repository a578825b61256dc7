/**
 * XState 5: a transition function, or a machine with a context. It has no request and reply, so a call is an
 * event that carries the callback of a promise; it has no supervisor, so there is no crash.
 */

import { importPeer } from "../peers.ts";
import {
  BURST,
  CLIENTS,
  type Contestant,
  type LoopRunner,
  RING_SIZE,
  type SpawnRunner,
} from "../workloads.ts";

type Answer = (total: number) => void;
type CounterEvent = { type: "add"; by: number; reply?: Answer } | { type: "get"; reply: Answer };
interface Actor<E> {
  send(event: E): void;
  start(): Actor<E>;
  stop(): void;
}
interface MachineArguments {
  context: { total: number };
  event: CounterEvent;
}
type Logic<E> = { readonly logicOf?: E };
interface XState {
  createActor<E>(logic: Logic<E>): Actor<E>;
  fromTransition<S, E>(transition: (state: S, event: E) => S, initial: S): Logic<E>;
  createMachine(config: {
    context: { total: number };
    on: Record<string, { actions: readonly unknown[] }>;
  }): Logic<CounterEvent>;
  assign(assignment: { total: (of: MachineArguments) => number }): unknown;
}

const { createActor, fromTransition, createMachine, assign } = await importPeer<XState>("xstate");

const transitionLogic = (): Logic<CounterEvent> =>
  fromTransition(
    (state: { total: number }, event: CounterEvent) => {
      switch (event.type) {
        case "add": {
          const total = state.total + event.by;
          event.reply?.(total);
          return { total };
        }
        case "get":
          event.reply(state.total);
          return state;
      }
    },
    { total: 0 },
  );

const machineLogic = (): Logic<CounterEvent> => {
  const answer = ({ context, event }: MachineArguments): void => event.reply?.(context.total);
  return createMachine({
    context: { total: 0 },
    on: {
      add: {
        actions: [
          assign({
            total: ({ context, event }) => context.total + (event.type === "add" ? event.by : 0),
          }),
          answer,
        ],
      },
      get: { actions: [answer] },
    },
  });
};

function build(logic: () => Logic<CounterEvent>): Contestant {
  const call = (actor: Actor<CounterEvent>): Promise<number> =>
    new Promise((reply) => {
      actor.send({ type: "add", by: 1, reply });
    });
  const get = (actor: Actor<CounterEvent>): Promise<number> =>
    new Promise((reply) => {
      actor.send({ type: "get", reply });
    });
  const addTimes = async (actor: Actor<CounterEvent>, n: number): Promise<void> => {
    for (let i = 0; i < n; i++) await call(actor);
  };
  const counterRunner = (work: (actor: Actor<CounterEvent>, n: number) => Promise<void>): LoopRunner => {
    const actor = createActor(logic()).start();
    return {
      async run(n) {
        const before = await get(actor);
        await work(actor, n);
        const total = await get(actor);
        if (total !== before + n) throw new Error(`the counter is at ${total}, not at ${before + n}`);
      },
    };
  };
  const casts = (burst: number) => () =>
    counterRunner(async (actor, n) => {
      for (let sent = 0; sent < n; sent += burst) {
        for (let i = 0; i < burst; i++) actor.send({ type: "add", by: 1 });
        await get(actor);
      }
    });
  return {
    "call-1": () => counterRunner(addTimes),
    "call-1000": () =>
      counterRunner(async (actor, n) => {
        await Promise.all(Array.from({ length: CLIENTS }, () => addTimes(actor, n / CLIENTS)));
      }),
    "cast-1k": casts(BURST),
    "cast-10k": casts(10_000),
    "cast-1m": casts(1_000_000),
    spawn(): SpawnRunner {
      const shared = logic();
      return {
        async start(n) {
          const actors = new Array<unknown>(n);
          for (let i = 0; i < n; i++) actors[i] = createActor(shared).start();
          return actors;
        },
        async stop(actors) {
          for (const actor of actors as Actor<CounterEvent>[]) actor.stop();
        },
      };
    },
  };
}

/** A send runs the receiver inside the sender; the stack is as deep as the ring, where the first is busy. */
function ring(): LoopRunner {
  type Token = { type: "token"; left: number };
  let done = (): void => {};
  const members: Actor<Token>[] = [];
  for (let i = 0; i < RING_SIZE; i++) {
    const hop = (state: number, { left }: Token): number => {
      if (left === 0) done();
      else members[(i + 1) % RING_SIZE]!.send({ type: "token", left: left - 1 });
      return state;
    };
    members.push(createActor(fromTransition(hop, 0)).start());
  }
  return {
    run: (n) =>
      new Promise((resolve) => {
        done = resolve;
        members[0]!.send({ type: "token", left: n });
      }),
  };
}

export const transition: Contestant = { ...build(transitionLogic), ring };
export const machine: Contestant = build(machineLogic);
