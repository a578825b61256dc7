/** A render queue: priorities, leases that expire, retries with growing delay, a dead-letter box, partitions by tenant. */
import {
  type From,
  GenServer,
  type Info,
  noReply,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
  timeout,
} from "suptree";

type Job = { id: number; tenant: string; priority: number; frames: number; attempts: number };
const PARTITIONS = 3;
const hash = (text: string): number =>
  [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1009, 7);
const partitionOf = (tenant: string) => `queue_${hash(tenant) % PARTITIONS}`;

class Queue extends GenServer {
  private ready: Job[] = [];
  private leases = new Map<number, { job: Job; timer: TimerRef; holder: string }>();
  private waiting: { from: From; worker: string }[] = [];
  private index = -1;
  override init(index: number) {
    this.index = index;
    this.register(`queue_${index}`);
  }
  override handleCall(request: { type: "take"; worker: string } | { type: "depth" }, from: From) {
    if (request.type === "depth") return reply(request, this.ready.length + this.leases.size);
    const job = this.ready.shift();
    if (job) return reply(request, this.lease(job, request.worker));
    this.waiting = this.waiting
      .filter(({ worker }) => worker !== request.worker)
      .concat({ from, worker: request.worker });
    return noReply;
  }
  private lease(job: Job, holder: string): Job {
    const timer = this.sendAfter(job.frames * 200 + 300, this.self, { type: "expired", id: job.id });
    this.leases.set(job.id, { job, timer, holder });
    return { ...job };
  }
  private put(job: Job) {
    const next = this.waiting.shift();
    if (next) this.reply(next.from, this.lease(job, next.worker));
    else {
      this.ready.push(job);
      this.ready.sort((a, b) => b.priority - a.priority || a.id - b.id);
    }
  }
  override handleCast(message: { type: "put"; job: Job } | { type: "ack" | "nack"; id: number }) {
    if (message.type === "put") return this.put(message.job);
    const lease = this.leases.get(message.id);
    if (!lease) return;
    this.leases.delete(message.id);
    this.cancelTimer(lease.timer);
    if (message.type === "nack") this.retry(lease.job);
  }
  private retry(job: Job): void {
    const again: Job = { ...job, attempts: job.attempts + 1 };
    if (again.attempts >= 3) this.cast("dead_letters", { type: "dead", job: again, partition: this.index });
    else this.sendAfter(100 * 2 ** again.attempts, this.self, { type: "again", job: again });
  }
  override handleInfo(message: Info<{ type: "expired"; id: number } | { type: "again"; job: Job }>) {
    if (message.type === "again") this.put(message.job);
    if (message.type === "expired") {
      const lease = this.leases.get(message.id);
      this.leases.delete(message.id);
      if (lease) this.retry(lease.job);
    }
  }
}
class DeadLetters extends GenServer {
  private byPartition: Job[][] = Array.from({ length: PARTITIONS }, () => []);
  override handleCast({ job, partition }: { type: "dead"; job: Job; partition: number }) {
    this.byPartition[partition]?.push(job);
    if (this.byPartition.flat().length > 4) return stop("too many dead letters");
  }
}
class Renderer extends GenServer {
  private rendered = 0;
  private queue = "";
  private name = "";
  override init(name: string, index: number) {
    this.name = name;
    this.queue = `queue_${index}`;
    return timeout(0);
  }
  override async handleInfo(message: Info) {
    if (message.type !== "timeout") return timeout(0);
    const job = (await this.call(this.queue, { type: "take", worker: this.name }, 4000)) as Job;
    for (let frame = 0; frame < job.frames; frame++) {
      await this.sleep(100);
      if (job.frames === 5 && frame === 3) throw new Error(`frame ${frame} of job ${job.id} is broken`);
    }
    this.rendered += job.frames;
    this.cast(this.queue, { type: job.tenant === "evil" ? "nack" : "ack", id: job.id });
    return timeout(0);
  }
}
class Submitter extends GenServer {
  private seq = 0;
  private tenants: string[] = [];
  override init(options: { tenants: string[]; every: number; first?: number }) {
    this.tenants = options.tenants;
    this.seq = options.first ?? 0;
    this.sendInterval(options.every, this.self, { type: "submit" });
  }
  override handleInfo(message: Info<{ type: "submit" }>) {
    if (message.type !== "submit") return;
    const id = ++this.seq;
    const tenant = this.tenants[id % this.tenants.length] as string;
    const job: Job = { id, tenant, priority: id % 3, frames: 1 + (id % 5), attempts: 0 };
    this.cast(partitionOf(tenant), { type: "put", job });
  }
}
class PartitionSup extends Supervisor {
  override init(index: number): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 3,
      period: 3,
      children: [
        { id: "queue", start: [Queue, index] },
        { id: "r0", start: [Renderer, `r${index}-0`, index] },
        { id: "r1", start: [Renderer, `r${index}-1`, index] },
      ],
    };
  }
}
class Partitions extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: Array.from({ length: PARTITIONS }, (_, index) => ({
        id: `partition_${index}`,
        start: [PartitionSup, index] as const,
        type: "supervisor" as const,
      })),
    };
  }
}
export class RenderFarm extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 30,
      children: [
        { id: "dead_letters", start: [DeadLetters], name: "dead_letters" },
        { id: "partitions", start: [Partitions], type: "supervisor" },
        { id: "submit_a", start: [Submitter, { tenants: ["acme", "evil"], every: 350 }] },
        { id: "submit_b", start: [Submitter, { tenants: ["zen", "corp", "acme"], every: 600, first: 100 }] },
      ],
    };
  }
}
