/** Types of messages, checked by the compiler: every line under `@ts-expect-error` must be refused. */
import {
  type Call,
  type CallResult,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  type Protocol,
  processName,
  reply,
  replyTo,
  type System,
  startOf,
  stop,
} from "../../src/runtime/index.ts";

interface CounterProtocol extends Protocol {
  calls: Call<{ type: "get" }, number> | Call<{ type: "name"; of: string }, string | undefined>;
  casts: { type: "add"; by: number };
  infos: { type: "tick"; n: number };
}

const COUNTER = processName<Counter>("counter");

class Counter extends GenServer<CounterProtocol> {
  #waiting: From<number> | null = null;

  override init(options: { from: number }): void {
    void options.from;
    this.sendAfter(10, this.self, { type: "tick", n: 1 });
    // @ts-expect-error the message has another type
    this.sendAfter(10, this.self, { type: "tock" });
  }

  override handleCall(request: CounterProtocol["calls"], from: From): CallResult {
    switch (request.type) {
      case "get":
        // @ts-expect-error the reply is a number
        reply(request, "one");
        this.#waiting = replyTo(request, from);
        return noReply;
      case "name":
        // @ts-expect-error the reply is a string or undefined
        reply(request, 1);
        return stop("normal", reply(request, request.of));
    }
  }

  override handleInfo(message: Info<CounterProtocol["infos"]>): void {
    if (message.type === "DOWN") message.pid.toString();
    else if (message.type === "EXIT") message.from.toString();
    else if (message.type !== "timeout") {
      const n: number = message.n;
      if (this.#waiting !== null) this.reply(this.#waiting, n);
      // @ts-expect-error the waiting caller wants a number
      if (this.#waiting !== null) this.reply(this.#waiting, "n");
    }
    // @ts-expect-error there is no such message
    if (message.type === "tock") return;
  }
}

/** A server without a protocol takes everything. */
class Loose extends GenServer {
  override handleInfo(message: Info<{ type: "anything"; field: string }>): void {
    if (message.type === "DOWN") {
      const pid: Pid = message.pid;
      void pid;
    } else if (message.type === "anything") {
      const field: string = message.field;
      void field;
    }
    this.sendAfter(1, this.self, { type: "anything", field: "x" });
  }
}

class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Counter> {
    return { child: { start: [Counter], restart: "temporary" } };
  }
}
const POOL = processName<Pool>("pool");

export async function typed(system: System, pid: Pid<Counter>): Promise<void> {
  const count: number = await system.call(pid, { type: "get" });
  const name: string | undefined = await system.call(COUNTER, { type: "name", of: "x" });
  void [count, name];
  // @ts-expect-error the reply is a number
  const wrong: string = await system.call(pid, { type: "get" });
  void wrong;
  // @ts-expect-error no such request
  await system.call(pid, { type: "put" });
  // @ts-expect-error the request lacks a field
  await system.call(pid, { type: "name" });
  system.cast(pid, { type: "add", by: 1 });
  // @ts-expect-error a cast is not a call
  system.cast(pid, { type: "get" });
  // @ts-expect-error the cast lacks a field
  system.cast(COUNTER, { type: "add" });
  system.send(pid, { type: "tick", n: 1 });
  // @ts-expect-error no such message
  system.send(pid, { type: "tack" });
  const any: unknown = await system.call("counter", { whatever: true });
  void any;

  const started: Pid<Counter> = await system.start(Counter, { from: 1 });
  void started;
  // @ts-expect-error init takes an object
  await system.start(Counter, 1);
  // @ts-expect-error init takes one argument
  await system.start(Counter);
  startOf(Counter, { from: 1 });
  // @ts-expect-error the argument has another type
  startOf(Counter, { from: "one" });

  const pooled: Pid<Counter> = await system.startChild(POOL, [{ from: 1 }]);
  void pooled;
  const child = await system.startChild(POOL, { id: "c", start: [Counter, { from: 2 }] });
  const of: number = await system.call(child, { type: "get" });
  void of;
  // @ts-expect-error pids of other processes are not interchangeable
  const other: Pid<Counter> = await system.start(Loose);
  void other;
  const base: Pid = child;
  void base;
  // @ts-expect-error only objects made by the runtime are pids
  const fake: Pid = { id: 1 };
  void fake;
}
