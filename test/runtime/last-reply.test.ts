/** A server that stops with a reply: the caller gets it when `terminate` has run, as in OTP. */
import { describe, expect, it } from "vitest";
import {
  type CallError,
  type CallResult,
  formatReason,
  GenServer,
  type HandlerResult,
  reply,
  System,
  stop,
} from "../../src/runtime/index.ts";

class Leaving extends GenServer {
  #how: (server: GenServer) => unknown = () => {};
  #log: string[] = [];
  override init(log: string[], how: (server: GenServer) => unknown): void {
    this.#log = log;
    this.#how = how;
  }
  override handleCall(request: object): CallResult {
    return stop("normal", reply(request, "bye"));
  }
  override handleCast(): HandlerResult {
    return stop("normal", reply({}, "to nobody"));
  }
  override async terminate(): Promise<void> {
    this.#log.push("terminate");
    await this.#how(this);
    this.#log.push("terminated");
  }
}

describe.each(["real", "virtual"] as const)("with the %s clock", (clock) => {
  async function ask(how: (server: GenServer) => unknown, timeout = 5000): Promise<string[]> {
    const log: string[] = [];
    const system = new System({ clock, logger: null });
    const pid = await system.start(Leaving, log, how);
    const answer = system.call(pid, {}, timeout).then(
      (value) => void log.push(`reply ${value}`),
      (error: CallError) => void log.push(`exit ${formatReason(error.reason)}`),
    );
    if (clock === "virtual") await system.settle();
    await answer;
    await system.stop();
    return log;
  }

  it("the reply comes after an asynchronous terminate", async () => {
    expect(await ask((server) => server.sleep(5))).toEqual(["terminate", "terminated", "reply bye"]);
  });

  it("also when terminate crashes", async () => {
    expect(await ask(() => Promise.reject(new Error("late")))).toEqual(["terminate", "reply bye"]);
  });

  it("but not when it is killed before it is through, or takes too long", async () => {
    const killed = await ask((server) => server.system.kill(server.self));
    // What the dead process left running may go on.
    expect(killed.filter((line) => line !== "terminated")).toEqual(["terminate", "exit killed"]);
    const [first, second] = await ask((server) => server.sleep(60), 10);
    expect([first, second]).toEqual(["terminate", "exit timeout"]);
  });

  it.each(["a reply", "the failure"])("a linked caller dies before it sees %s", async (what) => {
    const seen: unknown[] = [];
    class Caller extends GenServer {
      override async handleCast(): Promise<HandlerResult> {
        const pid = await this.startLink(Failing);
        seen.push(await this.call(pid, {}).catch((error: unknown) => error));
      }
    }
    class Failing extends GenServer {
      override async handleCall(request: object): Promise<CallResult> {
        await this.sleep(1);
        return what === "a reply" ? stop("boom", reply(request, "bye")) : stop("boom");
      }
    }
    const system = new System({ clock, logger: null });
    const caller = await system.start(Caller);
    system.cast(caller, null);
    if (clock === "virtual") await system.settle();
    while (caller.alive) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect([seen, caller.alive]).toEqual([[], false]);
    await system.stop();
  });

  it("a cast cannot be answered", async () => {
    const system = new System({ clock, logger: null });
    const log: string[] = [];
    const pid = await system.start(Leaving, log, () => {});
    const call = system.sendAfter(0, pid, {});
    system.cast(pid, null);
    const error = (await system.call(pid, {}).catch((thrown: unknown) => thrown)) as CallError;
    expect(formatReason(error.reason)).toMatch(/^bad return value: Stop \{ reason: "normal"/);
    expect(system.cancelTimer(call)).toBe(false);
    await system.stop();
  });
});

describe("in virtual time", () => {
  it("a caller goes on before the next turn, also when the callee crashed between two turns", async () => {
    const log: string[] = [];
    class Failing extends GenServer {
      override async handleCall(): Promise<CallResult> {
        await this.call(this.self, {}); // calling_self: it crashes in a microtask
        return stop();
      }
    }
    class Watcher extends GenServer {
      override init(name: string): void {
        this.monitor(name);
      }
      override handleInfo(): void {
        log.push("watcher");
      }
    }
    class Caller extends GenServer {
      override async handleCast(): Promise<HandlerResult> {
        await this.call("failing", {}).catch(() => {});
        await null;
        log.push("caller");
      }
    }
    const system = new System({ clock: "virtual" });
    await system.start([Failing], { name: "failing" });
    await system.start(Watcher, "failing");
    system.cast(await system.start(Caller), null);
    await system.settle();
    expect(log).toEqual(["caller", "watcher"]);
    await system.stop();
  });
});
