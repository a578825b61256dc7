/** Deaths that come at an awkward moment: right after the boot, while others boot, or while somebody waits for a start. */
import { describe, expect, it } from "vitest";
import {
  type Application,
  continueWith,
  defineApplication,
  type ExitReason,
  formatReason,
  GenServer,
  type Pid,
  reply,
  StartError,
  Supervisor,
  type SupervisorSpec,
  System,
} from "../../src/runtime/index.ts";

const log: string[] = [];

class Bad extends GenServer {
  #how = "";
  override init(how: string) {
    this.#how = how;
    return continueWith("x");
  }
  override handleContinue(): void | Promise<void> {
    if (this.#how === "throws") throw new Error("no");
    return Promise.reject(new Error("no"));
  }
}
class Sup extends Supervisor {
  override init(children: SupervisorSpec["children"], intensity = 1): SupervisorSpec {
    return { children, intensity };
  }
}
/** Traps exits and takes its time. */
class Careful extends GenServer {
  #name = "";
  override init(name: string): void {
    this.#name = name;
    this.trapExit(true);
  }
  override async terminate(reason: ExitReason): Promise<void> {
    await this.sleep(20);
    log.push(`${this.#name}: ${formatReason(reason)}`);
  }
}
let release: () => void = () => {};
class Slow extends GenServer {
  override async init(traps = false): Promise<void> {
    this.trapExit(traps);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  }
  override terminate(reason: ExitReason): void {
    log.push(`slow: ${formatReason(reason)}`);
  }
}

function watched(clock: "real" | "virtual"): { system: System; ends: unknown[][] } {
  const system = new System({ clock, logger: null });
  const ends: unknown[][] = [];
  system.onApplicationEnd(({ name }, reason, asked) => ends.push([name, formatReason(reason), asked]));
  log.length = 0;
  return { system, ends };
}
const app = (name: string, children: SupervisorSpec["children"], needs: Application[] = [], intensity = 1) =>
  defineApplication({ name, applications: needs, start: [Sup, children, intensity] });

describe.each(["real", "virtual"] as const)("%s clock", (clock) => {
  describe.each(["throws", "rejects"])("a root whose only child %s in handleContinue", (how) => {
    it.each([0, 1, 3])("ends, and that is known (intensity %i)", async (intensity) => {
      const { system, ends } = watched(clock);
      await system.startApplication(app("app", [{ id: "bad", start: [Bad, how] }], [], intensity));
      await system.idle();
      expect(system.applications).toEqual([]);
      expect(ends).toEqual([["app", "shutdown", false]]);
      await system.stop();
      expect(ends).toHaveLength(1);
    });
  });

  it("a dependency that ends before its dependent can start makes that fail", async () => {
    const { system, ends } = watched(clock);
    const base = app("base", [{ id: "bad", start: [Bad, "throws"] }], [], 0);
    const error = await system.startApplication(app("app", [], [base])).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartError);
    expect((error as StartError).reason).toEqual({ not_started: "base" });
    expect((error as StartError).message).toBe("app did not start: application base does not run");
    expect(ends).toEqual([["base", "shutdown", false]]);
    expect(system.applications).toEqual([]);
    expect(system.processCount).toBe(0);
  });

  it("a dependency that ends while its dependent boots is told of", async () => {
    const { system, ends } = watched(clock);
    const base = app("base", [{ id: "base", start: [Careful, "base"], name: "base" }], [], 0);
    const starting = system.startApplication(app("app", [{ id: "slow", start: [Slow] }], [base]));
    await system.idle();
    system.exit("base", "bored");
    await system.settle();
    expect(ends).toEqual([["base", "shutdown", false]]);
    release();
    await starting;
    expect(system.applications.map(({ name }) => name)).toEqual(["app"]);
    await system.stop();
  });

  it("two starts at once are one, and its failure is everybody's", async () => {
    const { system, ends } = watched(clock);
    const base = app("base", [{ id: "slow", start: [Slow] }]);
    const one = app("one", [{ id: "a", start: [Careful, "a"] }], [base]);
    const two = app("two", [{ id: "b", start: [Careful, "b"] }], [base]);
    const starts = Promise.all([
      system.startApplication(one),
      system.startApplication(one),
      system.startApplication(two),
    ]);
    await system.idle();
    expect(system.processCount).toBe(2);
    release();
    await starts;
    expect(system.applications.map(({ name }) => name)).toEqual(["base", "one", "two"]);
    expect(system.processCount).toBe(6);
    await system.stop();
    expect(system.processCount).toBe(0);
    expect(ends.map(([name, , asked]) => [name, asked])).toEqual([
      ["two", true],
      ["one", true],
      ["base", true],
    ]);

    const bad = defineApplication({ name: "bad", start: [Sup, [{ id: "x", start: [Slow] }]] });
    const failing = [system.startApplication(bad), system.startApplication(bad)];
    const outcomes = Promise.allSettled(failing);
    await system.idle();
    await system.stopApplication(bad);
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(system.processCount).toBe(0);
  });

  it("what a failed start had started stays where somebody else needs it", async () => {
    const { system } = watched(clock);
    const base = app("base", [{ id: "slow", start: [Slow] }]);
    const good = app("good", [], [base]);
    class Failing extends GenServer {
      override init(): void {
        throw new Error("no");
      }
    }
    const failing = defineApplication({
      name: "failing",
      applications: [base],
      start: [Sup, [{ id: "f", start: [Failing] }]],
    });
    const outcomes = Promise.allSettled([system.startApplication(failing), system.startApplication(good)]);
    await system.idle();
    release();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(system.applications.map(({ name }) => name)).toEqual(["base", "good"]);
    await system.stop();
  });

  it("stopping everything during a boot stops what runs already, in order, and starts nothing more", async () => {
    const { system, ends } = watched(clock);
    const base = app("base", [{ id: "base", start: [Careful, "base"] }]);
    const inner = {
      id: "inner",
      start: [
        Sup,
        [
          { id: "b", start: [Careful, "b"] },
          { id: "s", start: [Slow] },
        ],
      ],
    };
    const top = app("top", [{ id: "a", start: [Careful, "a"] }, inner as never], [base]);
    const last = app("last", [{ id: "l", start: [Careful, "l"] }], [top]);
    const started = system.startApplication(last).catch((error: StartError) => error.message);
    await system.idle();
    await system.stop();
    expect(log).toEqual(["b: shutdown", "a: shutdown", "base: shutdown"]);
    expect(system.processCount).toBe(0);
    expect(await started).toMatch(/^Sup did not start: shutdown: failed to start child inner: /);
    expect(ends).toEqual([["base", "shutdown", true]]);
    // The system is as good as new.
    await system.startApplication(base);
    expect(system.applications).toEqual([base]);
    await system.stop();
  });

  it.each([false, true])(
    "a supervisor that waits for a child's init can crash (the child traps exits: %s)",
    async (traps) => {
      const reports: string[] = [];
      const system = new System({ clock, logger: (report) => reports.push(report.text) });
      log.length = 0;
      const sup = await system.start([Sup, [{ id: "a", start: [Careful, "a"] }]], { name: "sup" });
      const adding = system
        .startChildResult(sup, { id: "slow", start: [Slow, traps] })
        .catch((error) => error.reason);
      await system.idle();
      system.crash(sup, "told to");
      if (traps) {
        // It is up in time, and ends as it is asked to.
        await system.idle();
        expect(sup.alive).toBe(true);
        release();
      }
      await system.settle();
      while (sup.alive) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(log).toEqual([...(traps ? ["slow: shutdown"] : []), "a: shutdown"]);
      expect(await adding).toMatchObject({ raised: { message: "told to" } });
      expect(reports.filter((text) => text.includes("TypeError"))).toEqual([]);
      expect(system.processCount).toBe(0);
    },
  );

  it("a supervisor that waits can hang, and a late wake-up does not wake it", async () => {
    const { system } = watched(clock);
    const sup = await system.start([Sup, []], { name: "sup" });
    const adding = system.startChildResult(sup, { id: "slow", start: [Slow] }).catch((error) => error.reason);
    await system.idle();
    system.hang(sup);
    release();
    await system.idle();
    expect(system.processInfo(sup)?.status).toBe("busy");
    system.kill(sup);
    expect(await adding).toBe("killed");
    await system.stop();
  });

  it("a process that crashes itself in the middle of an asynchronous callback does so when that waits", async () => {
    const { system } = watched(clock);
    class Suicidal extends GenServer {
      override async handleCall(request: object) {
        this.system.crash(this.self, "enough");
        await new Promise(() => {});
        return reply(request, undefined);
      }
    }
    const pid: Pid = await system.start(Suicidal);
    await expect(system.call(pid as Pid<Suicidal>, {})).rejects.toMatchObject({
      reason: { raised: { message: "enough" } },
    });
  });

  it("a process that is made to fail during its init does not terminate", async () => {
    const { system } = watched(clock);
    const starting = system
      .start([Slow], { name: "slow" })
      .catch((error: StartError) => formatReason(error.reason));
    await system.idle();
    system.crash("slow", "early");
    expect(await starting).toBe("Error: early");
    expect(log).toEqual([]);
  });
});
