import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  type CallResult,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type HandlerResult,
  type InitResult,
  noReply,
  type Pid,
  Registry,
  reply,
  System,
  type TaskHandle,
  TaskSupervisor,
  timeout,
} from "../../src/runtime/index.ts";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

function heap(): number {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

class Leaf extends GenServer {
  readonly data = new Array(16).fill(0);
  override async handleCast(): Promise<void> {
    await this.sleep(60_000);
  }
}

class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Leaf> {
    return { child: { start: [Leaf], restart: "temporary" } };
  }
}

async function round(system: System, count: number): Promise<void> {
  const pool = await system.start(Pool);
  for (let i = 0; i < count; i++) {
    const pid = await system.startChild(pool, []);
    // Some die with a promise pending, some with messages waiting, some in peace.
    if (i % 3 === 0) system.cast(pid, "sleep");
    if (i % 9 === 0) system.cast(pid, "wait");
    if (i % 2 === 0) system.kill(pid);
    else await system.terminateChild(pool, pid);
  }
  await system.stopProcess(pool);
}

it("starts and stops 100,000 processes, and the heap returns", async () => {
  const system = new System({ logger: null });
  await round(system, 2_000);
  await system.stop();
  const before = heap();
  await round(system, 100_000);
  expect(system.processCount).toBe(0);
  await system.stop();
  const after = heap();
  // A leak of 10 bytes per process would show.
  expect(after - before).toBeLessThan(1_000_000);
}, 60_000);

/** A long-lived process that uses everything once per message, and must be no larger for it afterwards. */
class Veteran extends GenServer {
  override init(): void {
    this.trapExit(true);
  }
  override async handleCall(request: { type: string; peer: Pid; n: number }): Promise<CallResult> {
    const { type, peer, n } = request;
    switch (type) {
      case "calls that time out":
        await this.call(peer, { type: "mute" }, 1).catch(() => {});
        break;
      case "calls to the dead":
        await this.call(`nobody-${n}`, {}).catch(() => {});
        break;
      case "monitors, taken back and not":
        if (n % 2 === 0) this.demonitor(this.monitor(peer));
        this.monitor(`nobody-${n}`);
        this.monitor(await this.start(Brief));
        break;
      case "links to processes that end":
        await this.startLink(Brief).catch(() => {});
        break;
      case "names":
        this.register(`name-${n}`);
        this.unregister(`name-${n}`);
        break;
      case "timers, fired and cancelled":
        this.sendAfter(0, this.self as Pid, { type: "tick" });
        this.cancelTimer(
          this.sendAfter(60_000, this.self as Pid, { type: "never", data: new Array(50).fill(n) }),
        );
        break;
      case "tasks":
        await this.await(this.async(() => new Array(50).fill(n)));
        await this.await(this.async(() => n, { under: "tasks" }));
        await this.await(this.async(() => Promise.reject(new Error("bad")))).catch(() => {});
        // A task that is waited for no longer goes on; whoever does not want that ends it.
        await this.#giveUp(this.async((task) => task.sleep(60_000)));
        break;
      case "registry entries":
        Registry.register(this, "peers", `key-${n}`, new Array(50).fill(n));
        Registry.unregister(this, "peers", `key-${n}`);
        await this.start(Registrant, n);
        break;
      case "timeouts of servers":
        this.cast(peer, "wait");
        if (n % 8 === 0) await this.start(Waiting);
        break;
    }
    return reply(request, n);
  }
  override handleInfo(): void {}
  async #giveUp(task: TaskHandle): Promise<void> {
    await this.await(task, 0).catch(() => {});
    if (task.pid !== null) this.sendExit(task.pid, "kill");
  }
}

class Brief extends GenServer {
  override init(): InitResult {
    return timeout(0);
  }
  override handleInfo(): HandlerResult {
    return this.exit("over");
  }
}

/** Dies with a timeout pending. */
class Waiting extends GenServer {
  override init(): InitResult {
    this.sendAfter(0, this.self as Pid, { type: "go" });
    return timeout(60_000);
  }
  override handleInfo(): HandlerResult {
    this.sendAfter(0, this.self as Pid, { type: "go" });
    return this.random() < 0.5 ? timeout(60_000) : this.exit("over");
  }
}

class Registrant extends GenServer {
  override init(n: number): InitResult {
    Registry.register(this, "peers", `member-${n}`, new Array(50).fill(n));
    Registry.register(this, "peers", `member-${n}-too`);
    return timeout(0);
  }
  override handleInfo(): HandlerResult {
    return this.exit("over");
  }
}

class Mute extends GenServer {
  override handleCall(): CallResult {
    return noReply;
  }
  override handleCast(): HandlerResult {
    return timeout(60_000);
  }
}

describe("nothing is left of", () => {
  it.each([
    ["calls that time out", 1_500],
    ["calls to the dead", 20_000],
    ["monitors, taken back and not", 20_000],
    ["links to processes that end", 20_000],
    ["names", 20_000],
    ["timers, fired and cancelled", 20_000],
    ["tasks", 2_500],
    ["registry entries", 10_000],
    ["timeouts of servers", 20_000],
  ])(
    "%s",
    async (type, count) => {
      const system = new System({ logger: null });
      await system.start([Registry, { keys: "unique" }], { name: "peers" });
      await system.start([TaskSupervisor], { name: "tasks" });
      const peer: Pid = await system.start(Mute);
      const veteran: Pid = await system.start(Veteran);
      const work = async (from: number, to: number): Promise<void> => {
        for (let n = from; n < to; n += 50) {
          const batch = Array.from({ length: 50 }, (_, i) =>
            system.call(veteran, { type, peer, n: n + i }, "infinity"),
          );
          await Promise.all(batch);
        }
        await system.idle();
        await new Promise((resolve) => setTimeout(resolve, 5));
        await system.idle();
      };
      await work(0, 1_000);
      const before = heap();
      await work(1_000, 1_000 + count);
      const after = heap();
      // 20 bytes for each would show; the constant is what code compiled meanwhile takes.
      expect(after - before).toBeLessThan(400_000 + 20 * count);
      const info = system.processInfo(veteran);
      expect([info?.links, info?.monitors.length, info?.mailboxLength]).toEqual([[], 0, 0]);
      expect(system.processInfo(peer)?.callers).toEqual([]);
      expect(Registry.count(system, "peers")).toBe(0);
      await system.stop();
      expect([system.processCount, system.registered().size, system.nextDeadline()]).toEqual([0, 0, null]);
    },
    60_000,
  );
});
