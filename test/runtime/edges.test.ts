/** What belongs to a process and is somebody else's: listeners of its signal, resources that come and go, sources of streams. */
import { addAbortListener, EventEmitter, once } from "node:events";
import net from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  defineApplication,
  GenServer,
  type Report,
  Supervisor,
  type SupervisorSpec,
  System,
} from "../../src/runtime/index.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const escaped: unknown[] = [];
const catchIt = (error: unknown) => {
  escaped.push(error);
};
const reports: string[] = [];
let system: System;
beforeEach(() => {
  process.on("uncaughtException", catchIt);
  process.on("unhandledRejection", catchIt);
  process.on("warning", catchIt);
  reports.length = 0;
  system = new System({
    logger: ({ kind, text }: Report) => kind === "error" && reports.push(text.replace(/; state.*/s, "")),
  });
});
afterEach(async () => {
  await system.stop();
  for (let i = 0; i < 3; i++) await turn();
  process.off("uncaughtException", catchIt);
  process.off("unhandledRejection", catchIt);
  process.off("warning", catchIt);
  expect(escaped.splice(0)).toEqual([]);
});

class Doing extends GenServer {
  override init(prepare?: (doing: Doing) => void): void {
    prepare?.(this);
  }
  override handleCast(act: (doing: Doing) => unknown) {
    return act(this) as undefined;
  }
}

describe("listeners of this.signal", () => {
  const fail = (): never => {
    throw new Error("listener");
  };
  const ways: [string, (signal: AbortSignal) => void][] = [
    ["a function that throws", (signal) => signal.addEventListener("abort", fail)],
    ["an async function", (signal) => signal.addEventListener("abort", async () => fail())],
    ["an object", (signal) => signal.addEventListener("abort", { handleEvent: fail }, { once: true })],
    [
      "onabort",
      (signal) => {
        signal.onabort = fail;
      },
    ],
    ["addAbortListener", (signal) => addAbortListener(signal, fail)],
  ];
  it.each(ways)("%s: its failure is reported and harms nobody", async (_, listen) => {
    const told: string[] = [];
    const pid = await system.start(Doing, ({ signal }) => {
      listen(signal);
      signal.addEventListener("abort", function (this: AbortSignal, event) {
        told.push(`${event.type} ${this.reason} ${this === signal}`);
      });
    });
    system.kill(pid);
    await turn();
    expect(told).toEqual(["abort killed true"]);
    expect(reports).toEqual(["Doing <1> terminates in onExit: Error: listener"]);
  });

  it("are entered once and taken back as the platform does it", async () => {
    const told: string[] = [];
    const pid = await system.start(Doing, ({ signal }) => {
      const first = () => told.push("first");
      signal.addEventListener("abort", first);
      signal.addEventListener("abort", first);
      const never = () => told.push("never");
      signal.addEventListener("abort", never);
      signal.removeEventListener("abort", never);
      signal.onabort = never;
      signal.onabort = () => told.push("onabort");
      expect(typeof signal.onabort).toBe("function");
    });
    system.kill(pid);
    expect(told).toEqual(["first", "onabort"]);
  });

  it("the signal is the platform's: fetch, once and AbortSignal.any take it", async () => {
    const ends: unknown[] = [];
    const silent = net.createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as net.AddressInfo;
    const pid = await system.start(Doing, ({ signal }) => {
      expect(signal).toBeInstanceOf(AbortSignal);
      const both = AbortSignal.any([signal, new AbortController().signal]);
      both.addEventListener("abort", () => ends.push(`any ${both.reason}`));
      void once(new EventEmitter(), "never", { signal }).catch((error) => ends.push(`once ${error.name}`));
      void fetch(`http://127.0.0.1:${port}`, { signal }).catch((error) => ends.push(`fetch ${error}`));
    });
    system.kill(pid);
    for (let i = 0; i < 5; i++) await turn();
    silent.close();
    expect(ends.sort()).toEqual(["any killed", "fetch killed", "once AbortError"]);
  });
});

describe("functions that only look on", () => {
  const fails: [string, () => unknown][] = [
    [
      "throw",
      () => {
        throw new Error("looking on");
      },
    ],
    ["reject", () => Promise.reject(new Error("looking on"))],
    ["reject later", async () => turn().then(() => Promise.reject(new Error("looking on")))],
  ];
  it.each(fails)("may %s: that is nobody's business", async (_, fail) => {
    const watched = new System({ logger: () => fail(), observer: () => fail() as undefined });
    watched.observe("all", () => fail() as undefined);
    watched.onApplicationEnd(() => fail() as undefined);
    watched.detectBlocking(() => fail() as undefined, { limit: 1 });
    const sup = class extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "doing", start: [Doing], name: "doing" }] };
      }
    };
    const application = defineApplication({ name: "watched", start: [sup] });
    await watched.startApplication(application);
    watched.monitor("doing", fail);
    watched.cast("doing", () => {
      const end = performance.now() + 5;
      while (performance.now() < end);
      throw new Error("its own");
    });
    await watched.idle();
    expect(watched.processInfo("doing")?.status).toBe("idle");
    await watched.stop();
  });
});

it("what is no emitter and no resource is refused in a sentence", async () => {
  for (const nothing of [null, undefined, 1, "text", {}]) {
    const told = await system
      .start(Doing, (doing) => void doing.on(nothing as never, "data", () => undefined))
      .catch(String);
    expect(told).toContain("on takes an EventEmitter or EventTarget, not ");
    const owned = await system.start(Doing, (doing) => void doing.own(nothing as never)).catch(String);
    expect(owned).toMatch(/own takes an object, not |has neither Symbol\.dispose nor /);
  }
});

it("false timers in a test do not stop the run queue", async () => {
  vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout", "queueMicrotask"] });
  try {
    const pid = await system.start(Doing);
    let seen = 0;
    // More than is handled before the event loop gets its turn.
    for (let i = 0; i < 100_000; i++) system.cast(pid, () => void seen++);
    await system.idle();
    expect(seen).toBe(100_000);
  } finally {
    vi.useRealTimers();
  }
});

describe("resources that outlive their owners", () => {
  it("keep nothing of them", async () => {
    const shared = new EventEmitter();
    let given = 0;
    for (let i = 0; i < 30; i++) {
      const pid = await system.start(Doing, (doing) => {
        for (let j = 0; j < 5; j++) {
          doing.own(shared, () => given++);
          doing.own(shared, () => given++);
          if (j < 4) doing.disown(shared);
        }
      });
      system.kill(pid);
    }
    expect(given).toBe(30);
    expect(shared.listenerCount("close")).toBe(0);
  });

  it("may have a method `once` that is none of an emitter's", async () => {
    let given = 0;
    const odd = { once: () => expect.unreachable(), [Symbol.dispose]: () => given++ };
    const pid = await system.start(Doing, (doing) => {
      doing.own(odd);
    });
    system.kill(pid);
    expect(given).toBe(1);
  });
});

describe("the source of asyncStream", () => {
  type Source = (log: string[], owes: () => Promise<void>) => Iterable<number> | AsyncIterable<number>;
  const sources: [string, Source, string[]][] = [
    [
      "a generator",
      function* (log) {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          log.push("closed");
        }
      },
      ["closed"],
    ],
    [
      "an async generator that owes an item",
      async function* (log, owes) {
        try {
          for (let i = 0; ; i++) {
            if (i > 2) await owes();
            yield i;
          }
        } finally {
          log.push("closed");
        }
      },
      ["closed"],
    ],
    [
      "an iterator that fails when it is closed",
      (log) => ({
        [Symbol.iterator]: () => ({
          next: () => ({ done: false, value: 1 }),
          return: () => {
            log.push("closed");
            return Promise.reject(new Error("close")) as never;
          },
        }),
      }),
      ["closed"],
    ],
    [
      "an iterator that has failed",
      (log) => ({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new Error("next")),
          return: () => {
            log.push("never");
            return Promise.resolve({ done: true as const, value: undefined });
          },
        }),
      }),
      [],
    ],
  ];
  describe.each(sources)("%s", (_, source, expected) => {
    it.each(["leaves the loop", "throws in the loop", "is killed"])(
      "is closed when its owner %s",
      async (how) => {
        const log: string[] = [];
        let pay = (): void => {};
        const owes = () =>
          new Promise<void>((resolve) => {
            pay = resolve;
          });
        const pid = await system.start(Doing);
        let loops = 0;
        system.cast(pid, async (doing: Doing) => {
          try {
            for await (const _end of doing.asyncStream(source(log, owes), (n) => n, { max: 2 })) {
              if (++loops < 3) continue;
              if (how === "leaves the loop") break;
              if (how === "throws in the loop") throw new Error("loop");
              await new Promise(() => {});
            }
          } catch {
            // Also what closing the source failed with.
          }
        });
        await system.idle();
        system.kill(pid);
        for (let i = 0; i < 3; i++) await turn();
        pay();
        for (let i = 0; i < 3; i++) await turn();
        expect(log).toEqual(expected);
        expect(system.processCount).toBe(0);
      },
    );
  });

  it("many items besides one that takes long: nothing piles up at it, each end comes once", async () => {
    const seen: number[] = [];
    const pid = await system.start(Doing);
    let finish = (): void => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    system.cast(pid, async (doing: Doing) => {
      const items = Array.from({ length: 3_000 }, (_, i) => i);
      const work = (n: number) => (n === 0 ? slow.then(() => 0) : n);
      for await (const end of doing.asyncStream(items, work, { max: 50, ordered: false })) {
        seen.push(end.value as number);
        if (seen.length === 2_999) finish();
      }
    });
    await system.idle();
    await slow;
    await system.idle();
    expect(seen.at(-1)).toBe(0);
    expect(new Set(seen).size).toBe(3_000);
    expect(seen).toHaveLength(3_000);
  });
});
