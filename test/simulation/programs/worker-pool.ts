/** A pool with checkout: waiting callers, workers that are replaced, a size that follows the load; clients hold workers. */
import {
  DynamicSupervisor,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

class Worker extends GenServer {
  private jobs = 0;
  override async handleCall(request: { type: "do"; ms: number }) {
    await this.sleep(request.ms);
    if (++this.jobs >= 5) return stop({ shutdown: "worn out" }, reply(request, "done"));
    return reply(request, "done");
  }
}
class Workers extends DynamicSupervisor {
  override init() {
    return { intensity: 10, period: 5, child: { start: [Worker] as const, restart: "temporary" as const } };
  }
}
class Pool extends GenServer {
  private idle: Pid[] = [];
  private busy = new Map<number, { worker: Pid; by: Pid }>();
  private queue: { from: From; by: Pid }[] = [];
  private min!: number;
  private max!: number;
  override async init(options: { min: number; max: number }) {
    this.trapExit(true);
    ({ min: this.min, max: this.max } = options);
    for (let n = 0; n < this.min; n++) this.idle.push(await this.grow());
  }
  private async grow() {
    const worker = await this.startChild("workers", []);
    this.link(worker);
    return worker;
  }
  private get size() {
    return this.idle.length + this.busy.size;
  }
  override async handleCall(request: { type: "checkout" }, from: From) {
    const by = from.pid!;
    if (this.idle.length === 0 && this.size < this.max) this.idle.push(await this.grow());
    const worker = this.idle.shift();
    if (!worker) {
      this.queue.push({ from, by });
      return noReply;
    }
    this.busy.set(worker.id, { worker, by });
    return reply(request, worker);
  }
  override handleCast(message: { type: "checkin"; worker: Pid }) {
    this.busy.delete(message.worker.id);
    if (!message.worker.alive) return;
    const next = this.queue.shift();
    if (next) {
      this.busy.set(message.worker.id, { worker: message.worker, by: next.by });
      this.reply(next.from, message.worker);
    } else this.idle.push(message.worker);
  }
  override async handleInfo(message: Info) {
    if (message.type !== "EXIT") return;
    this.busy.delete(message.from.id);
    this.idle = this.idle.filter((worker) => worker !== message.from);
    if (this.size < this.min) this.cast(this.self, { type: "checkin", worker: await this.grow() });
  }
}
class Client extends GenServer {
  private done = 0;
  private work!: number;
  override init(every: number, work: number) {
    this.work = work;
    this.sendInterval(every, this.self, { type: "go" });
  }
  override async handleInfo(message: Info<{ type: "go" }>) {
    if (message.type !== "go") return;
    const worker = (await this.call("pool", { type: "checkout" })) as Pid;
    try {
      await this.call(worker, { type: "do", ms: this.work }, 1_000);
      this.done++;
    } finally {
      this.cast("pool", { type: "checkin", worker });
    }
  }
}
export class PoolSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 3,
      period: 5,
      children: [
        { id: "workers", start: [Workers], name: "workers" },
        { id: "pool", start: [Pool, { min: 1, max: 3 }], name: "pool" },
        { id: "steady", start: [Client, 300, 120] },
        { id: "bursty", start: [Client, 500, 700] },
        { id: "rare", start: [Client, 1_700, 50] },
      ],
    };
  }
}
