/** What the default logger prints of a failure, and where a failed call says that it was made. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Call,
  type CallError,
  continueWith,
  type ErrorReport,
  formatReport,
  GenServer,
  noReply,
  type Pid,
  type Report,
  System,
  stop,
  Task,
} from "../../src/runtime/index.ts";

let reports: Report[] = [];
let system: System;
beforeEach(() => {
  reports = [];
  system = new System({ logger: (report) => reports.push(report) });
});
afterEach(() => system.stop());

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await turn();
  }
}
const errorReport = (): Promise<ErrorReport> =>
  waitFor(() => reports.find((report) => report.kind === "error"));

type Request = { how: "throw" | "reject" | "exit" | "stop" | "bad" | "continue" | "late" };
class Till extends GenServer<{
  calls: Call<Request, number>;
  casts: Request;
  infos: Request & { type: "info" };
}> {
  readonly coins = 3;
  async #later(): Promise<never> {
    await turn();
    throw new Error("broken");
  }
  // biome-ignore lint/suspicious/noExplicitAny: also what no callback may return
  #end({ how }: Request): any {
    switch (how) {
      case "throw":
        throw new Error("broken", { cause: new Error("jammed") });
      case "reject":
      case "late":
        return this.#later();
      case "exit":
        return this.exit("broken");
      case "stop":
        return stop("broken");
      case "continue":
        return continueWith("count");
      default:
        return "nonsense";
    }
  }
  override handleCall(request: Request) {
    return this.#end(request);
  }
  override handleCast(message: Request) {
    return this.#end(message);
  }
  override handleInfo(message: unknown) {
    return this.#end(message as Request);
  }
  override handleContinue(): void {
    throw new Error("broken");
  }
}

describe("the last message of a server that fails", () => {
  it.each(["throw", "reject", "exit", "stop", "bad"] as const)("by %s", async (how) => {
    const ways: [ErrorReport["lastMessage"], (till: Pid<Till>) => unknown][] = [
      [{ kind: "call", message: { how }, from: null }, (till) => system.call(till, { how }).catch(() => {})],
      [{ kind: "cast", message: { how } }, (till) => system.cast(till, { how })],
      [{ kind: "info", message: { type: "info", how } }, (till) => system.send(till, { type: "info", how })],
    ];
    for (const [expected, act] of ways) {
      reports = [];
      act(await system.start(Till));
      const { lastMessage, state, stack } = await errorReport();
      expect(lastMessage).toEqual(expected);
      expect((state as Till).coins).toBe(3);
      if (how === "throw" || how === "reject") expect(stack).toContain("logging.test.ts");
      else expect(stack).toBe(null);
    }
  });

  it("is the term of handleContinue, the exit of the parent, or none", async () => {
    system.cast(await system.start(Till), { how: "continue" });
    expect((await errorReport()).lastMessage).toEqual({ kind: "continue", message: "count" });
    reports = [];
    class Child extends GenServer {
      override init(): void {
        this.trapExit(true);
      }
    }
    class Parent extends GenServer {
      override async init(): Promise<void> {
        await this.startLink(Child);
      }
    }
    const parent = await system.start(Parent);
    system.sendExit(parent, "boom");
    expect((await errorReport()).lastMessage).toEqual({
      kind: "info",
      message: { type: "EXIT", from: parent, reason: "boom" },
    });
    reports = [];
    system.crash(await system.start(Till), "injected");
    expect((await errorReport()).lastMessage).toBe(null);
  });
});

it("the default logger prints time, last message, state, and the stack with its causes", async () => {
  const printed: string[] = [];
  const spy = vi.spyOn(console, "error").mockImplementation((text: string) => void printed.push(text));
  try {
    const loud = new System();
    const till = await loud.start([Till], { name: "till" });
    await loud.call(till, { how: "throw" }).catch(() => {});
    await loud.start(Task, () => Promise.reject(new Error("task failed")));
    await waitFor(() => printed.find((text) => text.includes("task failed")));
    await loud.stop();
  } finally {
    spy.mockRestore();
  }
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[/;
  for (const text of printed) expect(text).toMatch(time);
  const [error, crash, task] = printed.map((text) => text.replace(time, "["));
  expect(error).toMatch(
    /^\[error\] till <1> terminates in handleCall: Error: broken\n {2}last message: call { how: "throw" } from outside any process\n {2}state: Till { coins: 3 }\n {2}Error: broken\n {6}at .*logging\.test\.ts/,
  );
  expect(error).toMatch(/\n {2}caused by Error: jammed\n {6}at .*logging\.test\.ts/);
  expect(crash).toMatch(
    /^\[crash\] till <1> crashed: Error: broken\n {2}in terminate\n {2}registered as: till\n/,
  );
  expect(crash).toMatch(/\n {6}at .*logging\.test\.ts/);
  expect(task).toMatch(/^\[crash\] Task <2> crashed: Error: task failed\n[\s\S]*at .*logging\.test\.ts/);
});

it("a report whose state, message or error does not let itself be looked at is printed all the same", async () => {
  const closed = new Proxy(
    {},
    {
      get() {
        throw new Error("closed");
      },
    },
  );
  class Odd extends GenServer {
    override formatStatus(): unknown {
      return closed;
    }
    override handleCast(): void {
      const error = new Error("odd");
      Object.defineProperty(error, "stack", {
        get() {
          throw new Error("no stack");
        },
      });
      throw error;
    }
  }
  system.cast(await system.start(Odd), closed);
  await errorReport();
  expect(reports.length).toBe(2);
  for (const report of reports) expect(formatReport(report)).toContain("Odd");
});

it("a report of something enormous is not enormous", async () => {
  class Huge extends GenServer {
    readonly list = Array.from({ length: 100_000 }, (_, i) => ({ i, self: this }));
    readonly text = "x".repeat(1_000_000);
    override handleCast(): void {
      const error = new Error("y".repeat(1_000_000));
      error.cause = error;
      throw error;
    }
  }
  system.cast(await system.start(Huge), "z".repeat(1_000_000));
  await errorReport();
  expect(reports.length).toBe(2);
  for (const report of reports) expect(formatReport(report).length).toBeLessThan(20_000);
});

class Silent extends GenServer<{ calls: Call<object, never> }> {
  override handleCall() {
    return noReply;
  }
}
class Failing extends GenServer<{ calls: Call<object, never> }> {
  override handleCall(): never {
    throw new Error("fails");
  }
}

/** Each is called where its name says. */
const FAILURES: [string, () => Promise<unknown>][] = [
  ["nobody is there", () => system.call("nobody", {})],
  ["the callee fails at once", async () => system.call(await system.start(Failing), {})],
  ["the time is over", async () => await system.call(await system.start(Silent), {}, 1)],
  ["there is no time", async () => await system.call(await system.start(Silent), {}, 0)],
  [
    "the callee dies later",
    async function callsTheDying() {
      const pid = await system.start(Silent);
      setImmediate(() => system.kill(pid));
      await system.call(pid, {});
    },
  ],
  ["a task fails", async () => await system.await(system.async(() => Promise.reject(new Error("x"))))],
  [
    "a task had failed",
    async () => {
      const task = system.async(() => {
        throw new Error("x");
      });
      await turn();
      await system.await(task);
    },
  ],
  [
    "a stop takes too long",
    async () => {
      class Slow extends GenServer {
        override terminate(): Promise<void> {
          return new Promise(() => {});
        }
      }
      await system.stopServer(await system.start(Slow), "normal", 1);
    },
  ],
  ["a state is asked of nobody", async () => await system.getState("nobody")],
];

describe("a failed call says where it was made", () => {
  it.each(FAILURES)("when %s", async (_, fail) => {
    const look = async function awaitsIt(): Promise<CallError> {
      try {
        await fail();
      } catch (error) {
        return error as CallError;
      }
      throw new Error("it did not fail");
    };
    const { name, stack } = await look();
    expect(name).toBe("CallError");
    expect(stack).toMatch(/^CallError: .*\n/);
    expect(stack).toContain("logging.test.ts");
    expect(stack).toContain("awaitsIt");
  });

  it("in a process, and so does the report of its end", async () => {
    class Caller extends GenServer<{ casts: number }> {
      override async handleCast(timeout: number): Promise<void> {
        await this.#ask(await system.start(Silent), timeout);
      }
      async #ask(pid: Pid<Silent>, timeout: number): Promise<void> {
        await this.call(pid, {}, timeout);
      }
    }
    for (const timeout of [0, 1]) {
      reports = [];
      system.cast(await system.start(Caller), timeout);
      const { stack, reason } = await errorReport();
      expect(reason).toMatchObject({ reason: "timeout" });
      expect(stack).toContain("#ask");
      expect(stack).toContain("handleCast");
    }
  });

  it("but for the failures of a storm", async () => {
    const errors: CallError[] = [];
    for (let i = 0; i < 2000; i++) await system.call("nobody", {}).catch((error) => errors.push(error));
    expect(errors.length).toBe(2000);
    expect(errors.every(({ reason }) => reason === "noproc")).toBe(true);
  });
});
