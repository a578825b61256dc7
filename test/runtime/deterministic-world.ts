/** A world with everything in it that could differ between engines; its trace as text. Runs in Node and browsers. */
import {
  type Call,
  type CallResult,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type HandlerResult,
  hibernate,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  timeout,
} from "../../src/runtime/index.ts";

interface HubProtocol extends Protocol {
  calls: Call<{ type: "ask"; depth: number }, number>;
}
const HUB = processName<Hub>("hub");
const POOL = processName<Pool>("pool");

class Hub extends GenServer<HubProtocol> {
  override async handleCall(request: HubProtocol["calls"]): Promise<CallResult> {
    await this.sleep(Math.floor(this.random() * 20));
    if (this.random() < 0.1) throw new Error(`unlucky at depth ${request.depth}`);
    const pid = await this.startChild(POOL, [request.depth]);
    this.monitor(pid);
    return reply(request, this.random(), this.random() < 0.5 ? timeout(15) : continueWith("rest"));
  }
  override handleInfo(message: Info): HandlerResult {
    return message.type === "timeout" && this.random() < 0.5 ? timeout(5) : hibernate;
  }
  override handleContinue(): HandlerResult {
    return timeout(Math.floor(this.random() * 3));
  }
}

class Member extends GenServer {
  #depth = 0;
  override init(depth: number): void {
    this.#depth = depth;
    this.trapExit(depth % 2 === 0);
    this.sendAfter(5 + Math.floor(this.random() * 50), this.self, { type: "tick" });
  }
  override async handleInfo(message: Info<{ type: "tick" }>): Promise<void> {
    if (message.type !== "tick") return;
    if (this.random() < 0.4) this.exit(this.random() < 0.5 ? "normal" : { shutdown: this.#depth });
    await Promise.resolve().then(() => Promise.resolve());
    if (this.#depth < 4) await this.call(HUB, { type: "ask", depth: this.#depth + 1 }, 200);
  }
}

class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Member> {
    return { intensity: 20, period: 5, child: { start: [Member], restart: "transient", shutdown: 10 } };
  }
}

class Top extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 10,
      children: [
        { id: "pool", start: [Pool], name: POOL },
        { id: "hub", start: [Hub], name: HUB },
      ],
    };
  }
}

/** The trace of one run, a JSON record per line. */
export async function trace(seed: number): Promise<string> {
  const lines: string[] = [];
  const system = new System({
    clock: "virtual",
    seed,
    shuffle: true,
    observer: (event) => lines.push(JSON.stringify(event)),
  });
  const start = system.start(Top);
  await system.settle();
  await start;
  const calls: Promise<unknown>[] = [];
  for (let depth = 0; depth < 8; depth++) {
    calls.push(system.call(HUB, { type: "ask", depth }, 1000).catch(() => null));
    await system.advance(7);
    const processes: { pid: Pid }[] = system.processes();
    if (depth === 5) system.kill(processes[2]?.pid ?? HUB);
  }
  await system.advance(2000);
  await system.settle();
  await Promise.all(calls);
  await system.stop();
  return lines.join("\n");
}
