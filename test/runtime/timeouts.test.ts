/** What a callback may ask for besides its result: timeouts, continue, hibernate. OTP's traces are in test/otp. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Call,
  type CallResult,
  continueWith,
  formatReason,
  GenServer,
  type HandlerResult,
  hibernate,
  type Info,
  type InitResult,
  type Next,
  ok,
  type Protocol,
  Reply,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  type TraceEvent,
  timeout,
} from "../../src/runtime/index.ts";

interface AskProtocol extends Protocol {
  calls: Call<{ type: "ask"; next: Next }, string> | Call<{ type: "raw"; next: unknown }, string>;
  casts: { type: "ask"; next: Next } | { type: "note"; text: string };
  infos: { type: "poke" };
}

class Asking extends GenServer<AskProtocol> {
  readonly log: string[] = [];
  override init(first?: InitResult): InitResult {
    return first;
  }
  override handleCall(request: AskProtocol["calls"]): CallResult {
    if (request.type === "raw") return new Reply("raw", request.next as Next);
    return reply(request, "yes", request.next);
  }
  override handleCast(message: AskProtocol["casts"]): HandlerResult {
    if (message.type === "ask") return message.next;
    this.log.push(`${message.text}@${this.now()}`);
  }
  override handleInfo(message: Info<AskProtocol["infos"]>): void {
    this.log.push(`${message.type}@${this.now()}`);
  }
  override handleContinue(term: unknown): HandlerResult {
    this.log.push(`continue ${String(term)}@${this.now()}`);
    return term === "again" ? timeout(5) : undefined;
  }
}

const log = (system: System, pid: Parameters<System["processInfo"]>[0]) => system.processInfo(pid)?.state.log;

describe("timeout", () => {
  it("comes when no message has come, once", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking, timeout(100));
    await system.advance(99);
    expect(log(system, pid)).toBe("[]");
    await system.advance(1000);
    expect(log(system, pid)).toBe('["timeout@100"]');
    expect(system.nextDeadline()).toBe(null);
  });

  it("is not sat out by settle, as a timer is not", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking, timeout(100));
    await system.settle();
    expect([system.now(), log(system, pid)]).toEqual([0, "[]"]);
    expect(system.nextDeadline()).toBe(100);
  });

  it("is taken back by any message, and leaves no deadline behind", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking, timeout(100));
    await system.advance(50);
    system.send(pid, { type: "poke" });
    await system.advance(1000);
    expect(log(system, pid)).toBe('["poke@50"]');
    expect(system.nextDeadline()).toBe(null);
  });

  it("does not come to a process that hangs", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking, timeout(100));
    await system.advance(50);
    system.hang(pid);
    await system.advance(1000);
    expect(log(system, pid)).toBe("[]");
    expect(system.nextDeadline()).toBe(null);
  });

  it("follows a reply, and the reply does not wait for it", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking);
    const call = system.call(pid, { type: "ask", next: timeout(0) });
    await system.settle();
    expect(await call).toBe("yes");
    expect(log(system, pid)).toBe('["timeout@0"]');
  });

  it("may come from a promise, also in real time", async () => {
    class Slow extends GenServer {
      readonly log: string[] = [];
      override async init(): Promise<InitResult> {
        return timeout(1);
      }
      override async handleInfo(message: Info): Promise<HandlerResult> {
        this.log.push(message.type);
        return this.log.length < 3 ? timeout(0) : hibernate;
      }
    }
    const system = new System({ logger: null });
    const pid = await system.start(Slow);
    while (log(system, pid) !== '["timeout", "timeout", "timeout"]') {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(system.processInfo(pid)).toMatchObject({ status: "idle", callback: null });
    await system.stop();
  });

  it("of a process that dies goes with it", async () => {
    const events: TraceEvent[] = [];
    const system = new System({ clock: "virtual", observer: (event) => events.push(event) });
    const pid = await system.start(Asking, timeout(100));
    system.kill(pid);
    expect(system.nextDeadline()).toBe(null);
    expect(events.flatMap((event) => (event.type === "timer" ? [event.action] : []))).toEqual([
      "set",
      "cancelled",
    ]);
  });

  it("refuses what is no time, in the process that asks", async () => {
    const system = new System({ clock: "virtual" });
    for (const ms of [-1, Number.NaN, "soon"]) {
      expect(() => timeout(ms as number)).toThrow(/^badarg: timeout takes milliseconds from 0 up/);
    }
    const pid = await system.start(Asking);
    const call = system.call(pid, { type: "raw", next: 5000 });
    await system.settle();
    // As in OTP the reply is out before anybody looks at the rest.
    expect(await call).toBe("raw");
    expect(pid.alive).toBe(false);
  });

  it("with a supervisor: a server whose timeout crashes it is restarted", async () => {
    let starts = 0;
    class Fragile extends GenServer {
      override init(): InitResult {
        starts++;
        return ok("extra", timeout(10));
      }
      override handleInfo(message: Info): void {
        if (message.type === "timeout") throw new Error("too quiet");
      }
    }
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return { intensity: 2, children: [{ id: "f", start: [Fragile] }] };
      }
    }
    const system = new System({ clock: "virtual" });
    const sup = await system.start(Sup);
    await system.advance(25);
    expect([starts, sup.alive]).toEqual([3, true]);
    await system.advance(10);
    expect([starts, sup.alive]).toEqual([3, false]);
  });

  it("law: it comes exactly when the mailbox stayed empty for that long", async () => {
    const steps = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 40 }),
        ask: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
      }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (list, inline) => {
        const system = new System({ clock: "virtual", inline });
        const pid = await system.start(Asking);
        const expected: string[] = [];
        let due: number | null = null;
        for (const { wait, ask } of list) {
          await system.advance(wait);
          if (due !== null && due <= system.now()) expected.push(`timeout@${due}`);
          due = null;
          if (ask === null) {
            system.cast(pid, { type: "note", text: "note" });
            expected.push(`note@${system.now()}`);
          } else {
            system.cast(pid, { type: "ask", next: timeout(ask) });
            due = system.now() + ask;
          }
          await system.idle();
        }
        await system.advance(100);
        if (due !== null) expected.push(`timeout@${due}`);
        const seen = system.processInfo(pid)?.state.log ?? "";
        // The inspector shows the first ones only.
        const shown = expected.slice(0, 8).map((text) => JSON.stringify(text));
        const more = expected.length - shown.length;
        expect(seen).toBe(`[${[...shown, ...(more > 0 ? [`… ${more} more`] : [])].join(", ")}]`);
        expect(system.nextDeadline()).toBe(null);
      }),
      { numRuns: 200 },
    );
  });
});

describe("continue and hibernate", () => {
  it("may follow everything that OTP lets them follow", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking, continueWith("init"));
    system.cast(pid, { type: "ask", next: hibernate });
    system.cast(pid, { type: "ask", next: continueWith("cast") });
    await system.settle();
    expect(await callSettled(system, pid)).toBe("yes");
    await system.advance(10);
    expect(log(system, pid)).toBe('["continue init@0", "continue cast@0", "continue again@0", "timeout@5"]');
  });

  it("ok passes extra and what follows", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Asking, ok("extra", continueWith("go")));
    await system.idle();
    expect(log(system, pid)).toBe('["continue go@0"]');
  });

  it("anything else in that place is a bad return value", async () => {
    const system = new System({ clock: "virtual" });
    const reasons: string[] = [];
    for (const next of [5000, "hibernate", { ms: 1 }, null]) {
      const pid = await system.start(Asking);
      class Watcher extends GenServer {
        override init(): void {
          this.monitor(pid);
        }
        override handleInfo(message: Info): void {
          if (message.type === "DOWN") reasons.push(formatReason(message.reason));
        }
      }
      await system.start(Watcher);
      const call = system.call(pid, { type: "raw", next });
      await system.settle();
      expect(await call).toBe("raw");
    }
    expect(reasons).toEqual([
      "bad return value: 5000",
      'bad return value: "hibernate"',
      "bad return value: { ms: 1 }",
      "bad return value: null",
    ]);
  });
});

async function callSettled(system: System, pid: Parameters<System["processInfo"]>[0]): Promise<unknown> {
  const call = system.call(pid as never, { type: "ask", next: continueWith("again") } as never);
  await system.idle();
  return call;
}

describe("a server that continues for ever", () => {
  class AtOnce extends GenServer {
    rounds = 0;
    override init(): InitResult {
      return continueWith("on");
    }
    override handleContinue(): HandlerResult | Promise<HandlerResult> {
      this.rounds++;
      return continueWith("on");
    }
  }
  class Waiting extends AtOnce {
    override async handleContinue(): Promise<HandlerResult> {
      this.rounds++;
      await null;
      return continueWith("on");
    }
  }

  it.for([
    { how: "at once", Endless: AtOnce },
    { how: "having waited for a promise", Endless: Waiting },
  ])("$how keeps nobody else from working, and can be killed", async ({ Endless }) => {
    for (const clock of ["real", "virtual"] as const) {
      const system = new System({ clock, logger: null });
      const endless = await system.start(Endless);
      const other = await system.start(Asking);
      const call = system.call(other, { type: "ask", next: hibernate });
      if (clock === "virtual") system.pause();
      // The event loop goes round meanwhile: nobody is to hold it up.
      while (Number(system.processInfo(endless)?.state.rounds) <= 64) {
        if (clock === "virtual") system.step();
        await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      for (let i = 0; i < 100 && clock === "virtual"; i++) system.step();
      expect(await call).toBe("yes");
      system.kill(endless);
      expect(endless.alive).toBe(false);
      await system.stop();
    }
  });
});

describe("several messages in one turn, real clock", () => {
  it("each takes back the timeout that the one before asked for", async () => {
    const system = new System({ logger: null });
    const pid = await system.start(Asking);
    for (let i = 0; i < 10; i++) system.cast(pid, { type: "ask", next: timeout(1) });
    system.cast(pid, { type: "note", text: "n" });
    await system.idle();
    expect(system.nextDeadline()).toBe(null);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log(system, pid)).toMatch(/^\["n@[\d.]+"\]$/);
    await system.stop();
  });
});
