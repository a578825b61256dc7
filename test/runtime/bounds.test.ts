/** Bounded mailboxes, numbers of children, times of starts; intervals; tasks that are not waited for. */
import { describe, expect, it } from "vitest";
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  formatReason,
  GenServer,
  type Info,
  type MailboxLimit,
  type Report,
  reply,
  type StartError,
  Supervisor,
  type SupervisorSpec,
  System,
  type TaskEnd,
  type TaskHandle,
  type TaskMessage,
  TaskSupervisor,
} from "../../src/runtime/index.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
const quiet = { logger: null };

describe.each(["real", "virtual"] as const)("%s clock", (clock) => {
  class Bounded extends GenServer {
    readonly got: unknown[] = [];
    override init(limit: MailboxLimit): void {
      this.limitMailbox(limit);
    }
    override handleCall(request: object) {
      return reply(request, this.got.length);
    }
    override handleCast(message: unknown): void {
      this.got.push(message);
    }
    override handleInfo(message: unknown): void {
      this.got.push(message);
    }
  }

  it("a full mailbox drops casts and plain messages, refuses calls, and says so", async () => {
    const reports: Report[] = [];
    const system = new System({ clock, logger: (report) => reports.push(report) });
    const pid = await system.start(Bounded, { max: 3 });
    await system.suspendProcess(pid);
    for (let i = 0; i < 3; i++) system.cast(pid, i);
    system.cast(pid, "lost");
    system.send(pid, { lost: true });
    await expect(system.call(pid, {})).rejects.toMatchObject({ reason: "mailbox_full" });
    class Caller extends GenServer {
      override async handleCall(request: object) {
        return reply(request, await this.call(pid, {}).catch((error) => error.reason));
      }
    }
    expect(await system.call(await system.start(Caller), {})).toBe("mailbox_full");
    // What the runtime itself sends always gets in, and so do timers.
    system.sendAfter(1, pid, { type: "timer" });
    if (clock === "virtual") await system.advance(1);
    else await new Promise((resolve) => setTimeout(resolve, 20));
    await system.resumeProcess(pid);
    await system.idle();
    expect(await system.call(pid, {})).toBe(4);
    const overloads = reports.flatMap((report) => (report.kind === "overload" ? [report] : []));
    expect(overloads.map(({ dropped, refused, over }) => [dropped, refused, over])).toEqual([
      [1, 0, false],
      [1, 2, true],
    ]);
    expect(overloads[0]?.text).toBe(`Bounded ${pid}: mailbox full with 3 messages: 1 dropped, 0 refused`);
    await system.stop();
  });

  it("or refuses casts at their sender", async () => {
    const system = new System({ clock, ...quiet });
    const pid = await system.start(Bounded, { max: 1, casts: "refuse" });
    await system.suspendProcess(pid);
    system.cast(pid, 1);
    expect(() => system.cast(pid, 2)).toThrow(/^mailbox_full: 1 messages wait for <1> already/);
    class Sender extends GenServer {
      override handleCast(): void {
        this.cast(pid, 3);
      }
    }
    const sender = await system.start(Sender);
    system.cast(sender, {});
    await system.idle();
    expect(sender.alive).toBe(false);
    await system.stop();
  });

  it("a bound that is none is refused", async () => {
    const system = new System({ clock, ...quiet });
    await expect(system.start(Bounded, { max: 0 })).rejects.toThrow(
      "the max of a mailbox is a whole number from 1 up",
    );
    await expect(system.start(Bounded, { max: 1, casts: "later" as never })).rejects.toThrow(
      '"drop" or "refuse"',
    );
  });

  it("a dynamic supervisor has no more than maxChildren", async () => {
    class Idle extends GenServer {}
    class Few extends DynamicSupervisor {
      override init(maxChildren: number): DynamicSupervisorSpec {
        return { child: { start: [Idle], restart: "temporary" }, maxChildren };
      }
    }
    const system = new System({ clock, ...quiet });
    const sup = await system.start(Few, 2);
    const first = await system.startChild(sup, []);
    await system.startChild(sup, []);
    expect(await system.startChildResult(sup, [])).toEqual({ error: { reason: "max_children" } });
    await expect(system.startChild(sup, [])).rejects.toMatchObject({ reason: "max_children" });
    system.kill(first);
    await system.idle();
    await system.startChild(sup, []);
    await expect(system.start(Few, -1)).rejects.toThrow("maxChildren -1 is neither a whole number");
    await system.stop();
  });

  it("an init that takes longer than its startTimeout fails with timeout, and its starter lives", async () => {
    class Slow extends GenServer {
      override async init(ms: number): Promise<void> {
        await this.sleep(ms);
      }
    }
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "slow", start: [Slow, 5_000], startTimeout: 10 }] };
      }
    }
    const system = new System({ clock, ...quiet });
    const outcome = (promise: Promise<unknown>) =>
      promise.catch((error: StartError) => formatReason(error.reason));
    const nested = outcome(system.start(Sup));
    const root = outcome(system.start([Slow, 5_000], { startTimeout: 10 }));
    const fast = system.start([Slow, 1], { startTimeout: 1_000 });
    if (clock === "virtual") await system.advance(2_000);
    expect(await nested).toBe("shutdown: failed to start child slow: timeout");
    expect(await root).toBe("timeout");
    expect((await fast).alive).toBe(true);
    expect(system.processCount).toBe(1);
    await system.stop();
  });
});

describe("intervals", () => {
  class Clockwork extends GenServer {
    readonly ticks: number[] = [];
    override handleInfo(message: Info<{ type: "tick" }>): void {
      if (message.type === "tick") this.ticks.push(this.now());
    }
  }
  it("come again and again, until they are cancelled or a process ends", async () => {
    const system = new System({ clock: "virtual" });
    const pid = await system.start(Clockwork);
    const ref = system.sendInterval(10, pid, { type: "tick" });
    await system.advance(35);
    expect((await system.getState(pid)).ticks).toEqual([10, 20, 30]);
    expect(system.readTimer(ref)).toBe(5);
    expect(system.cancelTimer(ref)).toBe(5);
    expect(system.readTimer(ref)).toBe(false);
    await system.advance(100);
    expect((await system.getState(pid)).ticks).toHaveLength(3);

    class Owner extends GenServer {
      override init(): void {
        this.sendInterval(10, pid, { type: "tick" });
        this.sendInterval(10, this.self, { type: "own" });
      }
    }
    const owner = await system.start(Owner);
    await system.advance(20);
    system.kill(owner);
    await system.advance(100);
    expect((await system.getState(pid)).ticks).toHaveLength(5);
    system.sendInterval(10, pid, { type: "tick" });
    system.kill(pid);
    expect(system.nextDeadline()).toBe(null);
    expect(() => system.sendInterval(0, pid, { type: "tick" })).toThrow("from 1 up");
    await system.stop();
  });
});

describe("tasks", () => {
  class Owner extends GenServer {
    readonly told: string[] = [];
    override init(act?: (owner: Owner) => void): void {
      this.trapExit(true);
      act?.(this);
    }
    override handleInfo(message: Info<TaskMessage<string>>): void {
      if (message.type === "task") this.told.push(message.ok ? message.value : formatReason(message.reason));
      if (message.type === "EXIT") this.told.push(`EXIT ${formatReason(message.reason)}`);
    }
    override async handleCall(request: { act: (owner: Owner) => unknown }) {
      return reply(request, await request.act(this));
    }
  }
  const fails = (): never => {
    throw new Error("no");
  };

  it.each(["linked", "supervised"])("notify: the end is a message (%s)", async (how) => {
    const reports: string[] = [];
    const system = new System({ logger: (report) => reports.push(`${report.kind}: ${report.text}`) });
    const under = how === "linked" ? {} : { under: await system.start(TaskSupervisor) };
    const owner = await system.start(Owner, (owner) => {
      owner.async(() => "done", { notify: true, ...under });
      owner.async(fails, { notify: true, ...under });
      owner.async(() => "silent", under);
    });
    await tick();
    await system.idle();
    const told = (await system.getState(owner)).told;
    expect(told.filter((text) => !text.startsWith("EXIT")).sort()).toEqual(["Error: no", "done"]);
    expect(told.filter((text) => text.startsWith("EXIT")).sort()).toEqual(
      how === "linked" ? ["EXIT Error: no", "EXIT normal", "EXIT normal"] : [],
    );
    expect(reports.filter((text) => text.startsWith("crash"))).toEqual([
      expect.stringMatching(/^crash: .* crashed: Error: no$/),
    ]);
    await system.stop();
  });

  it("can be looked at, cancelled, and shut down", async () => {
    const system = new System(quiet);
    const owner = await system.start(Owner);
    const log: string[] = [];
    const hangs = (owner: Owner): TaskHandle<string> =>
      owner.async(
        (task) => {
          task.onExit((reason) => log.push(formatReason(reason)));
          return new Promise<string>(() => {});
        },
        { notify: true },
      );
    const ends = await system.call(owner, {
      act: async (owner: Owner) => {
        const quick = owner.async(() => "quick");
        const yields: unknown[] = [await owner.yield(quick), await owner.yield(quick, 0)];
        const cancelled = hangs(owner);
        yields.push(await owner.yield(cancelled, 1));
        owner.cancelTask(cancelled);
        yields.push(
          await owner.shutdownTask(hangs(owner)),
          await owner.shutdownTask(hangs(owner), "brutal_kill"),
        );
        const trapping = owner.async((task) => {
          task.trapExit(true);
          task.onExit((reason) => log.push(`trapping ${formatReason(reason)}`));
          return new Promise<string>(() => {});
        });
        yields.push(await owner.shutdownTask(trapping, 5));
        yields.push(await owner.shutdownTask(quick));
        const failed = owner.async(fails);
        await tick();
        yields.push(formatReason(((await owner.shutdownTask(failed)) as { reason: string }).reason));
        return yields;
      },
    } as never);
    const quick = { ok: true, value: "quick" };
    expect(ends).toEqual([quick, quick, undefined, undefined, undefined, undefined, quick, "Error: no"]);
    expect(log).toEqual(["killed", "shutdown", "killed", "trapping killed"]);
    await system.idle();
    // Nobody is told of those that were given up, and nobody dies of them.
    expect((await system.getState(owner)).told).toEqual(["EXIT normal", "EXIT Error: no"]);
    expect(system.processCount).toBe(1);
    await system.stop();
  });

  describe("asyncStream", () => {
    async function stream(act: (owner: Owner) => Promise<unknown>): Promise<unknown> {
      const system = new System(quiet);
      const owner = await system.start(Owner);
      try {
        return await system.call(owner, { act } as never);
      } finally {
        await system.idle();
        expect(system.processCount).toBe(owner.alive ? 1 : 0);
        await system.stop();
      }
    }
    const collect = async (ends: AsyncIterable<TaskEnd<unknown>>): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const end of ends) all.push(end.ok ? end.value : formatReason(end.reason));
      return all;
    };

    it.each([true, false])("runs so many at a time (ordered: %s)", async (ordered) => {
      let running = 0;
      let most = 0;
      let taken = 0;
      function* items() {
        for (let i = 0; i < 20; i++) {
          taken++;
          yield i;
        }
      }
      const all = await stream((owner) =>
        collect(
          owner.asyncStream(
            items(),
            async (n) => {
              most = Math.max(most, ++running);
              for (let i = 0; i < 3 + (n % 3); i++) await tick();
              running--;
              return n;
            },
            { max: 4, ordered },
          ),
        ),
      );
      expect(ordered ? all : (all as number[]).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
      expect(most).toBe(4);
      expect(taken).toBe(20);
    });

    it("takes items as they come, and ends what is left when the loop is left", async () => {
      let closed = false;
      async function* source() {
        try {
          for (let i = 0; ; i++) {
            await tick();
            yield i;
          }
        } finally {
          closed = true;
        }
      }
      const log: string[] = [];
      await stream(async (owner) => {
        for await (const end of owner.asyncStream(
          source(),
          (n, task) => {
            task.onExit((reason) => log.push(`${n} ${formatReason(reason)}`));
            return n === 0 ? n : new Promise<number>(() => {});
          },
          { max: 3 },
        )) {
          expect(end).toEqual({ ok: true, value: 0 });
          break;
        }
      });
      await tick();
      expect(log[0]).toBe("0 normal");
      expect(new Set(log.slice(1).map((text) => text.slice(2)))).toEqual(
        new Set(log.length > 1 ? ["killed"] : []),
      );
      expect(closed || log.length > 0).toBe(true);
    });

    it("a source that fails is a failure of the stream, or of nobody who has left it", async () => {
      async function* failing() {
        yield 0;
        yield 1;
        await tick();
        throw new Error("source");
      }
      expect(
        await stream((owner) =>
          collect(owner.asyncStream(failing(), (n) => n)).catch((error) => error.message),
        ),
      ).toBe("source");
      const left = await stream(async (owner) => {
        for await (const end of owner.asyncStream(failing(), (n) => n, { ordered: false })) return end.value;
        return "nothing";
      });
      await tick();
      await tick();
      expect(left).toBe(0);
    });

    it("bounds the time of each, as a failure of the stream or of the task", async () => {
      const slow = (n: number) => (n === 1 ? new Promise<number>(() => {}) : n);
      expect(
        await stream((owner) =>
          collect(owner.asyncStream([0, 1, 2], slow, { timeout: 10, onTimeout: "kill" })),
        ),
      ).toEqual([0, "timeout", 2]);
      expect(
        await stream((owner) =>
          collect(owner.asyncStream([0, 1, 2], slow, { timeout: 10 })).catch((error) => error.reason),
        ),
      ).toBe("timeout");
    });

    it("a task that fails is an end among others for an owner that traps exits", async () => {
      const some = (n: number) => (n === 1 ? fails() : n);
      expect(await stream((owner) => collect(owner.asyncStream([0, 1, 2], some)))).toEqual([
        0,
        "Error: no",
        2,
      ]);
    });
  });
});
