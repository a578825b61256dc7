import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { DynamicSupervisor, type DynamicSupervisorSpec, GenServer, System } from "../../src/runtime/index.ts";

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
