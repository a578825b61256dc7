/** What is asked of a process without a callback of it: stopServer, getState, suspend and resume, formatStatus, reply. */
import { describe, expect, it } from "vitest";
import {
  type Call,
  CallError,
  type CallResult,
  type ExitReason,
  type From,
  formatReason,
  GenServer,
  type Info,
  noReply,
  type Protocol,
  Registry,
  type Report,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  timeout,
} from "../../src/runtime/index.ts";

let log: string[] = [];

interface LedgerProtocol extends Protocol {
  calls: Call<{ type: "wait" }, string>;
  casts: string;
  infos: { type: "poke" };
}

class Ledger extends GenServer<LedgerProtocol> {
  readonly lines: string[] = [];
  from: From<string> | null = null;
  override async init(how: "plain" | "crashing" | "hanging" | "waiting" = "plain"): Promise<void> {
    log = [];
    this.how = how;
  }
  how = "";
  override handleCall(_: LedgerProtocol["calls"], from: From): CallResult {
    this.from = from as From<string>;
    return noReply;
  }
  override handleCast(line: string) {
    this.lines.push(line);
    return this.how === "waiting" ? timeout(100) : undefined;
  }
  override handleInfo(message: Info<LedgerProtocol["infos"]>): void {
    this.lines.push(`${message.type}@${this.now()}`);
  }
  override terminate(reason: ExitReason): void | Promise<void> {
    log.push(`terminate ${formatReason(reason)} after ${this.lines.join()}`);
    if (this.how === "crashing") this.exit("worse");
    if (this.how === "hanging") return new Promise(() => {});
  }
}

const virtual = () => new System({ clock: "virtual" });

describe("stopServer", () => {
  it("stops with a reason after the messages that wait, trapping or not", async () => {
    const system = virtual();
    const pid = await system.start(Ledger);
    system.cast(pid, "a");
    const stopped = system.stopServer(pid, { shutdown: "done" });
    system.cast(pid, "never");
    await system.settle();
    await stopped;
    expect(log).toEqual(["terminate shutdown: done after a"]);
    expect(pid.alive).toBe(false);
  });

  it.each([
    ["plain", "normal", 100, undefined],
    ["crashing", "normal", 100, "worse"],
    ["hanging", "normal", 100, "timeout"],
  ] as const)("%s: as gen_server:stop", async (how, reason, ms, expected) => {
    const system = virtual();
    const pid = await system.start(Ledger, how);
    const outcome = system.stopServer(pid, reason, ms).then(
      () => undefined,
      (error: CallError) => error.reason,
    );
    await system.settle();
    expect(await outcome).toBe(expected);
    // After the timeout nobody waits, but it is stopping.
    expect(pid.alive).toBe(how === "hanging");
    expect(system.nextDeadline()).toBe(null);
  });

  it("of nobody, and of itself, fails", async () => {
    const system = virtual();
    await expect(system.stopServer("nobody")).rejects.toMatchObject({ reason: "noproc" });
    class Selfish extends GenServer {
      override async handleCast(): Promise<void> {
        await this.stopServer(this.self);
      }
    }
    const pid = await system.start(Selfish);
    system.cast(pid, 1);
    await system.settle();
    expect(pid.alive).toBe(false);
  });

  it("leaves the decision to the supervisor", async () => {
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return {
          intensity: 3,
          children: [
            { id: "p", start: [Ledger], name: "p" },
            { id: "t", start: [Ledger], name: "t", restart: "transient" },
          ],
        };
      }
    }
    const system = new System({ logger: null });
    await system.start(Sup);
    const before = system.whereis("p");
    await system.stopServer("p");
    await system.stopServer("t");
    await system.idle();
    expect(system.whereis("p")).not.toBe(before);
    expect(system.whereis("p")).toBeDefined();
    expect(system.whereis("t")).toBeUndefined();
    await system.stop();
  });
});

describe("getState", () => {
  it("gives the instance between two callbacks", async () => {
    const system = virtual();
    const pid = await system.start(Ledger);
    system.cast(pid, "a");
    const state = system.getState(pid);
    await system.settle();
    expect((await state).lines).toEqual(["a"]);
    system.kill(pid);
    await expect(system.getState(pid)).rejects.toBeInstanceOf(CallError);
  });
});

describe("suspend and resume", () => {
  it.each(["virtual", "real"] as const)("keep the messages and their order, %s clock", async (clock) => {
    const system = new System({ clock, logger: null });
    const pid = await system.start(Ledger);
    const suspended = system.suspendProcess(pid);
    await system.idle();
    await suspended;
    for (const line of ["a", "b", "c"]) system.cast(pid, line);
    await system.idle();
    expect(system.processInfo(pid)?.state.lines).toBe("[]");
    const resumed = system.resumeProcess(pid);
    system.cast(pid, "d");
    await system.idle();
    await resumed;
    expect(system.processInfo(pid)?.state.lines).toBe('["a", "b", "c", "d"]');
    await system.stop();
  });

  it("a suspended process still obeys its parent and a kill, and lets nothing leak", async () => {
    const system = virtual();
    for (const end of ["stop", "kill"] as const) {
      const pid = await system.start(Ledger);
      const suspended = system.suspendProcess(pid);
      await system.settle();
      await suspended;
      system.cast(pid, "never");
      await system.settle();
      if (end === "kill") system.kill(pid);
      else await system.stopProcess(pid);
      expect(pid.alive).toBe(false);
      await expect(system.resumeProcess(pid)).rejects.toMatchObject({ reason: "noproc" });
    }
  });

  it("starts a pending timeout again", async () => {
    const system = virtual();
    const pid = await system.start(Ledger, "waiting");
    system.cast(pid, "a");
    await system.advance(60);
    const suspended = system.suspendProcess(pid);
    await system.advance(500);
    await suspended;
    const resumed = system.resumeProcess(pid);
    await system.advance(99);
    await resumed;
    expect(system.processInfo(pid)?.state.lines).toBe('["a"]');
    await system.advance(1);
    expect(system.processInfo(pid)?.state.lines).toBe('["a", "timeout@660"]');
  });
});

describe("formatStatus", () => {
  it("decides what reports and the inspector show", async () => {
    class Secret extends GenServer {
      readonly password = "hunter2";
      readonly user = "ada";
      override formatStatus(): unknown {
        return { user: this.user };
      }
      override handleCast(): void {
        throw new Error("boom");
      }
    }
    const reports: Report[] = [];
    const system = new System({ clock: "virtual", logger: (report) => void reports.push(report) });
    const pid = await system.start(Secret);
    expect(system.processInfo(pid)?.state).toEqual({ user: '"ada"' });
    system.cast(pid, 1);
    await system.settle();
    expect(reports.map(({ text }) => text).join("\n")).not.toContain("hunter2");
    expect(reports[0]?.text).toContain('state { user: "ada" }');
  });

  it("that fails is said so, and harms nobody", async () => {
    class Broken extends GenServer {
      override formatStatus(): never {
        throw new Error("no");
      }
    }
    const system = virtual();
    const pid = await system.start(Broken);
    expect(system.processInfo(pid)?.state).toEqual({ state: '"[formatStatus failed]"' });
    expect(pid.alive).toBe(true);
  });
});

describe("reply", () => {
  it("may come from outside, and from another process", async () => {
    class Clerk extends GenServer {
      override handleCast(from: unknown): void {
        this.reply(from as From, "from the clerk");
      }
    }
    const system = virtual();
    const pid = await system.start(Ledger);
    const clerk = await system.start(Clerk);
    const fromOf = async () => {
      const state = system.getState(pid);
      await system.idle();
      return (await state).from as From<string>;
    };
    const first = system.call(pid, { type: "wait" });
    system.reply(await fromOf(), "from outside");
    expect(await first).toBe("from outside");
    const second = system.call(pid, { type: "wait" });
    system.cast(clerk, await fromOf());
    await system.idle();
    expect(await second).toBe("from the clerk");
    expect(() => system.reply({} as From, 1)).toThrow("badarg: reply takes the `from` of handleCall");
  });
});

describe("Registry", () => {
  class Member extends GenServer {
    override handleCall(request: { type: string; key: string }): CallResult {
      if (request.type === "update") {
        return reply(
          request,
          Registry.updateValue(this, "peers", request.key, (old) => Number(old) + 1),
        );
      }
      return reply(request, Registry.register(this, "peers", request.key, 1));
    }
  }

  it("counts, lists, gives keys of a process, and updates values of one's own", async () => {
    const system = new System({ logger: null });
    const registry = await system.start([Registry, { keys: "duplicate" }], { name: "peers" });
    const a = await system.start(Member);
    const b = await system.start(Member);
    for (const key of ["k", "l"]) await system.call(a, { type: "register", key });
    await system.call(b, { type: "register", key: "k" });
    expect(await system.call(a, { type: "update", key: "k" })).toBe(2);
    expect(await system.call(b, { type: "update", key: "nothing" })).toBeUndefined();
    expect(Registry.count(system, "peers")).toBe(3);
    expect(Registry.keys(system, "peers", a)).toEqual(["k", "l"]);
    expect(Registry.entries(system, "peers")).toEqual([
      { key: "k", pid: a, value: 2 },
      { key: "k", pid: b, value: 1 },
      { key: "l", pid: a, value: 1 },
    ]);
    await system.stopProcess(registry);
    expect(a.alive).toBe(true);
    await system.stop();
  });
});
