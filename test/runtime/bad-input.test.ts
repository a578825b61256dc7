/** What is wrong is refused with OTP's reason and a sentence, and harms only whoever did it. */
import { describe, expect, it } from "vitest";
import {
  type CallError,
  type CallResult,
  describeTerm,
  type ExitReason,
  formatReason,
  GenServer,
  isNormalReason,
  noReply,
  reply,
  type StartError,
  Supervisor,
  type SupervisorSpec,
  System,
} from "../../src/runtime/index.ts";

class Idle extends GenServer {
  override handleCall(request: object): CallResult {
    return reply(request, request);
  }
}

class Sup extends Supervisor {
  override init(spec: unknown): SupervisorSpec {
    return spec as SupervisorSpec;
  }
}

async function refusal(spec: unknown): Promise<string> {
  const system = new System({ clock: "virtual" });
  const error = (await system.start(Sup, spec).catch((thrown: unknown) => thrown)) as StartError;
  expect(system.processCount).toBe(0);
  return error.message.replace("Sup did not start: ", "");
}

const child = (more: object = {}) => ({ id: "a", start: [Idle], ...more });

describe("faulty specifications", () => {
  it.each<[unknown, string]>([
    [undefined, "{ bad_return: undefined }"],
    [
      { strategy: "one_for_two", children: [] },
      'strategy "one_for_two" is none of one_for_one, one_for_all, rest_for_one, simple_one_for_one',
    ],
    [{ intensity: -1, children: [] }, "intensity -1 is not a whole number from 0 up"],
    [{ period: 0, children: [] }, "period 0 is not a whole number of seconds from 1 up"],
    [
      { autoShutdown: "yes", children: [] },
      'autoShutdown "yes" is none of never, any_significant, all_significant',
    ],
    [{ children: [child(), child()] }, 'two children have the id "a"'],
    [{ children: [{ start: [Idle] }] }, "child specification { start: [[Idle]] } has no id"],
    [{ children: [{ id: "a" }] }, 'child "a" has no start'],
    [
      { children: [child({ start: () => new Idle() })] },
      'child "a": start is not [Class, ...args] but [start]',
    ],
    [
      { children: [child({ start: [Date] })] },
      'child "a": [Date] is no process class; extend GenServer, Supervisor or DynamicSupervisor',
    ],
    [
      { children: [child({ restart: "sometimes" })] },
      'child "a": restart "sometimes" is none of permanent, transient, temporary',
    ],
    [
      { children: [child({ shutdown: -1 })] },
      'child "a": shutdown -1 is neither milliseconds from 0 up nor infinity nor brutal_kill',
    ],
    [{ children: [child({ type: "boss" })] }, 'child "a": type "boss" is neither worker nor supervisor'],
    [{ children: [child({ significant: 1 })] }, 'child "a": significant 1 is not a boolean'],
    [
      { autoShutdown: "any_significant", children: [child({ significant: true })] },
      'child "a": a permanent child is always restarted, so it cannot be significant',
    ],
    [
      { children: [child({ significant: true, restart: "transient" })] },
      'child "a": significant means nothing under a supervisor whose autoShutdown is never',
    ],
    // OTP looks at the supervisor first.
    [
      { children: [child({ significant: true })] },
      'child "a": significant means nothing under a supervisor whose autoShutdown is never',
    ],
    [{ children: [child({ id: 5 })] }, "a child's id is a string, not 5"],
    [{ children: [child({ name: 5 })] }, 'child "a": name 5 is neither a string, a processName nor a via'],
    [
      { children: [child({ startTimeout: -1 })] },
      'child "a": startTimeout -1 is neither milliseconds from 0 up nor "infinity"',
    ],
    [{ children: ["a"] }, '"a" is not a child specification'],
    [
      { strategy: "simple_one_for_one", children: [child(), child({ id: "b" })] },
      "a simple_one_for_one supervisor takes exactly one child, its template, not 2",
    ],
  ])("%#", async (spec, sentence) => {
    expect(await refusal(spec)).toBe(sentence);
  });

  it("a constructor or init that throws fails the start, in a nest with every level named", async () => {
    class Bad extends GenServer {
      override init(): void {
        throw new Error("no socket");
      }
    }
    const spec = { children: [{ id: "in", start: [Sup, { children: [{ id: "bad", start: [Bad] }] }] }] };
    expect(await refusal(spec)).toBe(
      "shutdown: failed to start child in: shutdown: failed to start child bad: Error: no socket",
    );
  });
});

describe("callbacks that return nonsense", () => {
  it.each<[string, (server: GenServer) => unknown, string]>([
    ["a number", () => 42, "bad return value: 42"],
    ["nothing from handleCall", () => undefined, "bad return value: undefined"],
    ["a promise of nonsense", async () => "x", 'bad return value: "x"'],
    ["a thrown string", () => Promise.reject("thrown"), 'bad return value: "thrown"'],
    [
      "a proxy that refuses everything",
      () => new Proxy({}, { get: () => JSON.parse("{") as unknown }),
      "SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    ],
  ])("%s", async (_, result, expected) => {
    class Odd extends GenServer {
      override handleCall(): CallResult {
        return result(this) as CallResult;
      }
    }
    const system = new System({ logger: null });
    const bystander = await system.start(Idle);
    const odd = await system.start(Odd);
    const error = (await system.call(odd, {}).catch((thrown: unknown) => thrown)) as CallError;
    expect(formatReason(error.reason)).toBe(expected);
    expect([odd.alive, bystander.alive]).toEqual([false, true]);
    await system.stop();
  });
});

describe("calls to nowhere", () => {
  it("exit as in OTP", async () => {
    const reasons: unknown[] = [];
    class Caller extends GenServer {
      override async handleCall(request: object): Promise<CallResult> {
        reasons.push(await this.call(this.self, {}).catch((error: CallError) => error.reason));
        reasons.push(await this.call("nobody", {}).catch((error: CallError) => error.message));
        await this.call("nobody", { deep: true });
        return reply(request, null);
      }
    }
    const system = new System({ logger: null });
    const caller = await system.start(Caller);
    const error = (await system.call(caller, {}).catch((thrown: unknown) => thrown)) as CallError;
    expect(reasons).toEqual([
      "calling_self",
      "noproc: no process answers to this name or pid (calling nobody)",
    ]);
    expect(error.reason).toEqual({
      reason: "noproc",
      call: { target: "nobody", request: { deep: true }, timeout: 5000 },
    });
    await expect(system.call(caller, {})).rejects.toMatchObject({ reason: "noproc" });
    await expect(async () => system.call("x", {}, -1)).rejects.toThrow("badarg: a timeout is a number");
    expect(() => system.cast(null as unknown as string, 1)).toThrow("a target is a pid");
    await system.stop();
  });

  it("a process cannot be constructed by hand", () => {
    expect(() => new Idle()).toThrow(/Idle is a process: start it with system.start/);
  });
});

describe("any message", () => {
  it("may be cyclic or huge", async () => {
    const events: string[] = [];
    const system = new System({
      clock: "virtual",
      observer: (event) => void events.push(JSON.stringify(event)),
    });
    const pid = await system.start(Idle);
    const cyclic: Record<string, unknown> = { type: "cycle" };
    cyclic.self = cyclic;
    const huge = { type: "huge", list: new Array(1_000_000).fill({ text: "x".repeat(1000) }) };
    expect(await system.call(pid, cyclic)).toBe(cyclic);
    expect(await system.call(pid, huge)).toBe(huge);
    for (const event of events) expect(event.length).toBeLessThan(1000);
  });

  it("a server that never answers is dropped with the system", async () => {
    class Mute extends GenServer {
      override handleCall(): CallResult {
        return noReply;
      }
    }
    const system = new System({ logger: null });
    const pid = await system.start(Mute);
    const call = system.call(pid, {}, "infinity");
    await system.stop();
    await expect(call).rejects.toMatchObject({ reason: "shutdown" });
  });
});

describe("describing", () => {
  class Point {
    readonly x = 1;
  }
  it.each<[unknown, string]>([
    ["a\nb", '"a\\nb"'],
    [-0, "-0"],
    [10n, "10n"],
    [Symbol("s"), "Symbol(s)"],
    [[1, [2, [3, [4]]]], "[1, [2, [3, [… 1]]]]"],
    [new Map([["k", new Set([1])]]), 'Map{["k", Set{1}]}'],
    [new Point(), "Point { x: 1 }"],
    [{ "not plain": 1 }, '{ "not plain": 1 }'],
    [Object.create(null), "{}"],
    [new Array(100).fill(0), "[0, 0, 0, 0, 0, 0, 0, 0, … 92 more]"],
    [
      {
        get bad(): never {
          throw new Error("no");
        },
      },
      "{ bad: [unreadable] }",
    ],
    [Idle, "[Idle]"],
    [new Uint8Array(3), "[Uint8Array of 3 bytes]"],
  ])("%#", (term, text) => {
    expect(describeTerm(term)).toBe(text);
  });

  it.each<[ExitReason, boolean, string]>([
    ["normal", true, "normal"],
    ["shutdown", true, "shutdown"],
    [{ shutdown: "ttl" }, true, "shutdown: ttl"],
    ["killed", false, "killed"],
    [{ raised: new TypeError("x") }, false, "TypeError: x"],
    [
      { reason: "shutdown", call: { target: "db", request: 1, timeout: 1 } },
      true,
      "call to db failed: shutdown",
    ],
    [
      { reason: "normal", call: { target: "db", request: 1, timeout: 1 } },
      false,
      "call to db failed: normal",
    ],
  ])("%#: reasons", (reason, normal, text) => {
    expect([isNormalReason(reason), formatReason(reason)]).toEqual([normal, text]);
  });
});
