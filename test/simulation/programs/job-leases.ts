/** A job queue with leases: workers ask for a job and tell when it is done; whoever dies gives its job back. */
import {
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface Job {
  id: string;
  attempts: number;
}

class Queue extends GenServer {
  private ready: Job[] = [];
  private leases = new Map<string, { job: Job; worker: Pid; ref: MonitorRef }>();
  private dead: Job[] = [];
  private next = 1;
  override init() {
    for (let n = 0; n < 4; n++) this.ready.push({ id: `job-${this.next++}`, attempts: 0 });
    this.sendInterval(3_000, this.self, { type: "produce" });
  }
  override handleCall(
    request: { type: "lease"; worker: Pid } | { type: "ack"; id: string } | { type: "depth" },
  ) {
    if (request.type === "lease") {
      const job = this.ready.shift();
      if (!job) return reply(request, null);
      job.attempts++;
      const ref = this.monitor(request.worker);
      this.leases.set(job.id, { job, worker: request.worker, ref });
      return reply(request, job);
    }
    if (request.type === "ack") {
      const lease = this.leases.get(request.id);
      if (lease) {
        this.demonitor(lease.ref);
        this.leases.delete(request.id);
      }
      return reply(request, "ok");
    }
    return reply(request, this.ready.length);
  }
  override handleInfo(message: Info<{ type: "produce" }>) {
    if (message.type === "produce") {
      this.ready.push({ id: `job-${this.next++}`, attempts: 0 });
    } else if (message.type === "DOWN") {
      for (const [id, lease] of this.leases) {
        if (lease.ref !== message.ref) continue;
        this.leases.delete(id);
        if (lease.job.attempts >= 3) this.dead.push(lease.job);
        else this.ready.unshift(lease.job);
      }
    }
  }
}

class Worker extends GenServer {
  private done = 0;
  override init(period: number) {
    this.sendInterval(period, this.self, { type: "work" });
  }
  override async handleInfo(message: Info<{ type: "work" }>) {
    if (message.type !== "work") return;
    const job = (await this.call("queue", { type: "lease", worker: this.self })) as Job | null;
    if (job === null) return;
    await this.sleep(80);
    if (job.id.endsWith("3")) throw new Error(`cannot do ${job.id}`);
    await this.call("queue", { type: "ack", id: job.id });
    this.done++;
  }
}

class Scaler extends GenServer {
  private extra: Pid[] = [];
  override init() {
    this.sendInterval(2_500, this.self, { type: "look" });
  }
  override async handleInfo(message: Info<{ type: "look" }>) {
    if (message.type !== "look") return;
    const depth = (await this.call("queue", { type: "depth" })) as number;
    if (depth > 3 && this.extra.length < 2) {
      const pid = await this.startChild("pool", {
        id: `extra-${this.extra.length + 1}`,
        start: [Worker, 800],
        restart: "temporary",
      });
      this.extra.push(pid);
    }
  }
}

class Pool extends Supervisor {
  override init(size: number): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 10,
      period: 5,
      children: Array.from({ length: size }, (_, n) => ({
        id: `worker-${n + 1}`,
        start: [Worker, 700 + n * 150] as const,
      })),
    };
  }
}

export class JobSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "queue", start: [Queue], name: "queue" },
        { id: "pool", start: [Pool, 2], name: "pool" },
        { id: "scaler", start: [Scaler] },
      ],
    };
  }
}
