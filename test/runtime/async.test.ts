/** Callbacks that return promises, in real and in virtual time. */
import { describe, expect, it } from "vitest";
import {
  type Call,
  CallError,
  type CallResult,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  type Protocol,
  reply,
  StartError,
  Supervisor,
  type SupervisorSpec,
  System,
  stop,
} from "../../src/runtime/index.ts";

interface SlowProtocol extends Protocol {
  calls: Call<{ type: "slow" }, string> | Call<{ type: "fast" }, string> | Call<{ type: "reject" }, never>;
}

let release: (value: string) => void = () => {};
let after: string[] = [];

class Slow extends GenServer<SlowProtocol> {
  override async handleCall(request: SlowProtocol["calls"]): Promise<CallResult> {
    if (request.type === "fast") return reply(request, "fast");
    if (request.type === "reject") return Promise.reject(new Error("rejected"));
    const value = await new Promise<string>((resolve) => {
      release = resolve;
    });
    after.push("continued");
    this.cast("witness", "from the grave");
    const name: unknown = await this.call("witness", { type: "hello" });
    after.push(`got ${String(name)}`);
    return reply(request, value);
  }
}

class Witness extends GenServer {
  readonly heard: unknown[] = [];
  override handleCast(message: unknown): void {
    this.heard.push(message);
  }
  override handleCall(request: object): CallResult {
    this.heard.push(request);
    return reply(request, "witness");
  }
}

const quiet = { logger: null };

describe.each(["real", "virtual"] as const)("asynchronous callbacks, %s clock", (clock) => {
  it("keep their process busy while others go on", async () => {
    const system = new System({ clock, ...quiet });
    const slow = await system.start(Slow);
    await system.start([Witness], { name: "witness" });
    const order: string[] = [];
    const first = system.call(slow, { type: "slow" }).then((value) => order.push(value));
    const second = system.call(slow, { type: "fast" }).then((value) => order.push(value));
    await system.idle();
    expect(await system.call("witness", { type: "x" })).toBe("witness");
    expect(order).toEqual([]);
    expect(system.processInfo(slow)).toMatchObject({
      status: "busy",
      callback: "handleCall",
      mailboxLength: 1,
    });
    release("slow");
    await Promise.all([first, second]);
    expect(order).toEqual(["slow", "fast"]);
    await system.stop();
  });

  it("are cut short by a kill: dead at once, and the late result changes nothing", async () => {
    after = [];
    const system = new System({ clock, ...quiet });
    const slow = await system.start(Slow);
    await system.start([Witness], { name: "witness" });
    const call = system.call(slow, { type: "slow" });
    await system.idle();
    system.kill(slow);
    expect(slow.alive).toBe(false);
    await expect(call).rejects.toMatchObject({ reason: "killed" });
    release("too late");
    await system.idle();
    // JavaScript cannot stop the code, but nothing that it does gets out, and it never comes past a call.
    expect(after).toEqual(["continued"]);
    expect(system.processInfo("witness")?.state.heard).toBe("[]");
    expect(system.processCount).toBe(1);
    await system.stop();
  });

  it("that reject crash their process only", async () => {
    const system = new System({ clock, ...quiet });
    const slow = await system.start(Slow);
    await expect(system.call(slow, { type: "reject" })).rejects.toSatisfy(
      (error: CallError) => (error.reason as { raised: Error }).raised.message === "rejected",
    );
    expect(slow.alive).toBe(false);
    await system.stop();
  });
});

describe("real time", () => {
  it("starts and stops with asynchronous init and terminate", async () => {
    const log: string[] = [];
    class Careful extends GenServer {
      override async init(): Promise<void> {
        this.trapExit(true);
        await this.sleep(1);
        log.push("init");
      }
      override async terminate(): Promise<void> {
        await this.sleep(1);
        log.push("terminate");
      }
    }
    class Sup extends Supervisor {
      override async init(): Promise<SupervisorSpec> {
        return { children: [{ id: "a", start: [Careful] }] };
      }
    }
    const system = new System(quiet);
    await system.start(Sup);
    expect(log).toEqual(["init"]);
    await system.stop();
    expect(log).toEqual(["init", "terminate"]);
    expect(system.processCount).toBe(0);
  });

  it("an init that rejects fails the start with its reason", async () => {
    class Failing extends GenServer {
      override async init(): Promise<void> {
        throw new Error("no database");
      }
    }
    const system = new System(quiet);
    const error = await system.start(Failing).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartError);
    expect((error as StartError).message).toBe("Failing did not start: Error: no database");
    expect(system.processCount).toBe(0);
  });

  it("calls time out, and a late reply is dropped", async () => {
    class Late extends GenServer {
      readonly #from: From[] = [];
      override handleCall(_: object, from: From): CallResult {
        this.#from.push(from);
        return noReply;
      }
      override handleInfo(message: Info<{ type: "answer" }>): void {
        if (message.type === "answer") for (const from of this.#from) this.reply(from, "late");
      }
    }
    const system = new System(quiet);
    const late: Pid<Late> = await system.start(Late);
    const error = await system.call(late, { type: "x" }, 5).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toBeInstanceOf(Error);
    expect((error as CallError).reason).toBe("timeout");
    expect((error as CallError).message).toMatch(/^timeout: no reply within 5 ms/);
    expect(system.processInfo(late)?.callers).toEqual([]);
    system.send(late, { type: "answer" });
    await system.idle();
    expect(late.alive).toBe(true);
    await system.stop();
  });

  it("gives timers and I/O their turn while messages never end", async () => {
    class Busy extends GenServer {
      #other: Pid | null = null;
      override handleInfo(message: Info<{ type: "go"; to: Pid }>): void {
        if (message.type !== "go") return;
        this.#other = message.to;
        this.send(this.#other, { type: "go", to: this.self });
      }
    }
    const system = new System(quiet);
    const a = await system.start(Busy);
    const b = await system.start(Busy);
    system.send(a, { type: "go", to: b });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(a.alive && b.alive).toBe(true);
    await system.stop();
  });

  it("a process that gives up a failing call without awaiting it does not end the program", async () => {
    class Careless extends GenServer {
      override handleInfo(message: Info<{ type: "go" }>): void {
        if (message.type === "go") void this.call("nobody", {});
      }
    }
    const system = new System(quiet);
    const pid = await system.start(Careless);
    system.send(pid, { type: "go" });
    await system.idle();
    expect(pid.alive).toBe(true);
    await system.stop();
  });

  it("stops a server by its own decision while a reply is due", async () => {
    class Leaving extends GenServer {
      override async handleCall(request: object): Promise<CallResult> {
        return stop("normal", reply(request, "bye"));
      }
    }
    const system = new System(quiet);
    const pid = await system.start(Leaving);
    expect(await system.call(pid, {})).toBe("bye");
    await system.idle();
    expect(pid.alive).toBe(false);
  });
});

describe("what a process does not await", () => {
  it.each(["real", "virtual"] as const)("cannot end the program, %s clock", async (clock) => {
    class Bad extends GenServer {
      override init(): never {
        throw new Error("bad");
      }
    }
    class Careless extends GenServer {
      override init(): void {
        this.trapExit(true);
      }
      override handleCast(): void {
        void this.call("nobody", {});
        void this.startChild("nobody", { id: "x", start: [Bad] });
        void this.startChildResult("nobody", []);
        void this.whichChildren("nobody");
        void this.terminateChild("nobody", "x");
        void this.start(Bad);
        void this.startLink(Bad);
        void this.stopServer("nobody");
        void this.await(this.async(() => Promise.reject(new Error("task"))));
        void this.await(this.async(() => 1, { under: "nobody" }));
        void this.await(
          this.async((task) => task.sleep(50)),
          1,
        );
        this.sendAfter(0, "nobody", {});
      }
      override handleInfo(): void {}
    }
    const escaped: unknown[] = [];
    const note = (reason: unknown): void => void escaped.push(reason);
    process.on("unhandledRejection", note);
    const system = new System({ clock, ...quiet });
    const pid = await system.start(Careless);
    system.cast(pid, "go");
    await (clock === "virtual" ? system.settle() : new Promise((resolve) => setTimeout(resolve, 60)));
    await system.idle();
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.off("unhandledRejection", note);
    expect(escaped).toEqual([]);
    expect(pid.alive).toBe(true);
    await system.stop();
  });

  it.each(["real", "virtual"] as const)(
    "outside a process a failed call is unhandled only if nobody handles it, %s clock",
    async (clock) => {
      interface CrashProtocol extends Protocol {
        calls: Call<{ type: "crash" }, never>;
      }
      class Crashing extends GenServer<CrashProtocol> {
        override handleCall(): never {
          throw new Error("crashed");
        }
      }
      const escaped: unknown[] = [];
      const note = (reason: unknown): void => void escaped.push(reason);
      process.on("unhandledRejection", note);
      const system = new System({ clock, ...quiet });
      const calls = async (): Promise<Promise<unknown>[]> => {
        const pid = await system.start(Crashing);
        return [system.call(pid, { type: "crash" }), system.call("nobody", { type: "crash" })];
      };
      for (const promise of await calls()) promise.catch(() => {});
      for (const promise of await calls()) await expect(promise).rejects.toBeInstanceOf(CallError);
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(escaped).toEqual([]);
      await calls();
      await new Promise((resolve) => setTimeout(resolve, 1));
      process.off("unhandledRejection", note);
      expect(escaped).toHaveLength(2);
      await system.stop();
    },
  );

  it("a promise of a dead process that fails later does not either", async () => {
    let reject: (error: Error) => void = () => {};
    class Pending extends GenServer {
      override handleCast(): Promise<void> {
        return new Promise((_, no) => {
          reject = no;
        });
      }
      override terminate(): Promise<void> {
        return this.handleCast();
      }
    }
    const escaped: unknown[] = [];
    const note = (reason: unknown): void => void escaped.push(reason);
    process.on("unhandledRejection", note);
    const system = new System(quiet);
    for (const during of ["cast", "terminate"]) {
      const pid = await system.start(Pending);
      if (during === "cast") system.cast(pid, 1);
      else system.exit(pid, "boom");
      await system.idle();
      system.kill(pid);
      expect(pid.alive).toBe(false);
      reject(new Error("too late"));
      await system.idle();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.off("unhandledRejection", note);
    expect(escaped).toEqual([]);
    await system.stop();
  });
});
