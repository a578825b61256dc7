/** A build server: a graph of jobs, runners with labels, flaky tests that are retried, artifacts with leases, status badges. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  type ExitReason,
  type From,
  formatReason,
  GenServer,
  type Info,
  isNormalReason,
  noReply,
  type Pid,
  type Protocol,
  processName,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

const Status = { Queued: "queued", Running: "running", Green: "green", Red: "red" } as const;
type Status = (typeof Status)[keyof typeof Status];

interface JobSpec {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly labels?: ReadonlySet<string>;
  readonly ms: number;
  readonly flaky?: number;
}

const PIPELINE: readonly JobSpec[] = [
  { name: "lint", ms: 30 },
  { name: "unit", ms: 60, flaky: 1 },
  { name: "build", needs: ["lint"], ms: 90, labels: new Set(["big"]) },
  { name: "e2e", needs: ["build", "unit"], ms: 120, flaky: 2, labels: new Set(["big"]) },
  { name: "publish", needs: ["e2e"], ms: 20 },
];

class Graph<T extends { readonly name: string; readonly needs?: readonly string[] }> {
  private readonly byName: Map<string, T>;
  constructor(items: Iterable<T>) {
    this.byName = new Map(Array.from(items, (item) => [item.name, item]));
  }
  get size() {
    return this.byName.size;
  }
  ready(done: ReadonlySet<string>, begun: ReadonlySet<string>): T[] {
    return [...this.byName.values()].filter(
      ({ name, needs = [] }) => !begun.has(name) && needs.every((need) => done.has(need)),
    );
  }
  *depths(): Generator<[name: string, depth: number]> {
    const depth = (name: string): number => {
      const needs = this.byName.get(name)?.needs ?? [];
      return needs.length === 0 ? 0 : 1 + Math.max(...needs.map(depth));
    };
    for (const name of this.byName.keys()) yield [name, depth(name)];
  }
}

const COORDINATOR = processName<Coordinator>("coordinator");
const POOL = processName<Pool>("pool");
const STEPS = processName<Steps>("steps");
const ARTIFACTS = processName<Artifacts>("artifacts");
const BADGE = processName<Badge>("badge");

interface BadgeProtocol extends Protocol {
  calls: Call<{ type: "svg" }, string>;
  casts: { type: "set"; job: string; status: Status };
}
class Badge extends GenServer<BadgeProtocol> {
  private readonly status: Partial<Record<string, Status>> = {};
  private static colour(statuses: readonly Status[]): string {
    if (statuses.some((each) => each === Status.Red)) return "#e05d44";
    return statuses.every((each) => each === "green") ? "#4c1" : "#dfb317";
  }
  override handleCall(request: BadgeProtocol["calls"]) {
    const all = Object.values(this.status).filter((each) => each !== undefined);
    const width = all.length * 12 + 40;
    return reply(
      request,
      `<svg width="${width}"><rect fill="${Badge.colour(all)}"/></svg>`.replace(/"/g, "'"),
    );
  }
  override handleCast(message: BadgeProtocol["casts"]) {
    this.status[message.job] = message.status;
  }
}

interface ArtifactsProtocol extends Protocol {
  calls:
    | Call<{ type: "store"; job: string; bytes: number }, string>
    | Call<{ type: "fetch"; job: string }, { id: string; bytes: number }>;
  infos: { type: "expire"; id: string };
}
class Artifacts extends GenServer<ArtifactsProtocol> {
  private readonly byJob = new Map<string, { id: string; bytes: number }>();
  private total = 0;
  override handleCall(request: ArtifactsProtocol["calls"]) {
    switch (request.type) {
      case "store": {
        this.total += request.bytes;
        if (this.total > 10_000)
          throw new RangeError(`quota: ${this.total.toLocaleString === undefined ? "" : this.total}`);
        const id = `${request.job}-${((this.total * 2654435761) >>> 0).toString(16).slice(0, 6)}`;
        this.byJob.set(request.job, { id, bytes: request.bytes });
        this.sendAfter(5_000, this.self, { type: "expire", id });
        return reply(request, id);
      }
      case "fetch": {
        const found = this.byJob.get(request.job);
        return found ? reply(request, found) : stop({ missing_artifact: request.job });
      }
    }
  }
  override handleInfo(message: Info<ArtifactsProtocol["infos"]>) {
    if (message.type !== "expire") return;
    const [job] = [...this.byJob].find(([, { id }]) => id === message.id) ?? [];
    if (job !== undefined) {
      this.total -= this.byJob.get(job)!.bytes;
      this.byJob.delete(job);
    }
  }
}

interface PoolProtocol extends Protocol {
  calls: Call<{ type: "checkout"; labels: ReadonlySet<string> }, string> | Call<{ type: "idle" }, number>;
  casts: { type: "checkin"; runner: string };
}
/** Hands out runners; who finds none waits. */
class Pool extends GenServer<PoolProtocol> {
  private readonly free: Array<{ name: string; labels: ReadonlySet<string> }> = [];
  private readonly busy = new Map<string, { name: string; labels: ReadonlySet<string>; by: Pid }>();
  private waiting: Array<{ from: From<string>; labels: ReadonlySet<string> }> = [];

  override init(runners: Readonly<Record<string, readonly string[]>>) {
    for (const [name, labels] of Object.entries(runners)) this.free.push({ name, labels: new Set(labels) });
    if (this.free.length === 0) throw new Error("a pool without runners");
  }
  override handleCall(request: PoolProtocol["calls"], from: From) {
    if (request.type === "idle") return reply(request, this.free.length);
    this.waiting.push({ from: replyTo(request, from), labels: request.labels });
    this.match();
    return noReply;
  }
  override handleCast({ runner }: PoolProtocol["casts"]) {
    const back = this.busy.get(runner);
    if (!back) return;
    this.busy.delete(runner);
    this.free.push({ name: back.name, labels: back.labels });
    this.match();
  }
  private match() {
    const still: typeof this.waiting = [];
    for (const claim of this.waiting) {
      const at = this.free.findIndex(({ labels }) => [...claim.labels].every((label) => labels.has(label)));
      if (at === -1 || claim.from.pid === null) {
        still.push(claim);
        continue;
      }
      const [runner] = this.free.splice(at, 1);
      this.busy.set(runner!.name, { ...runner!, by: claim.from.pid });
      this.monitor(claim.from.pid);
      this.reply(claim.from, runner!.name);
    }
    this.waiting = still;
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [name, { by, labels }] of this.busy)
      if (by === message.pid) {
        this.busy.delete(name);
        this.free.push({ name, labels });
      }
    this.waiting = this.waiting.filter(({ from }) => from.pid !== message.pid);
    this.match();
  }
}

const attempts = (flaky: number) => {
  let left = flaky;
  return { fails: () => left-- > 0 };
};

class Step extends GenServer<{ infos: { type: "finished" } }> {
  private job!: JobSpec;
  private runner = "";
  private tries = { fails: () => false };

  override init(job: JobSpec, seed: number) {
    this.job = job;
    this.tries = attempts((job.flaky ?? 0) + (seed % 1));
    this.trapExit(true);
    this.send(this.self, { type: "finished" });
  }
  override async handleInfo(message: Info<{ type: "finished" }>) {
    if (message.type === "EXIT") return stop({ shutdown: formatReason(message.reason) });
    if (message.type !== "finished") return;
    if (this.runner === "") {
      this.runner = await this.call(
        POOL,
        { type: "checkout", labels: this.job.labels ?? new Set() },
        "infinity",
      );
      this.cast(BADGE, { type: "set", job: this.job.name, status: Status.Running });
      for (const need of this.job.needs ?? []) await this.call(ARTIFACTS, { type: "fetch", job: need });
      this.sendAfter(this.job.ms, this.self, { type: "finished" });
      return;
    }
    if (this.tries.fails()) {
      this.sendAfter(this.job.ms * 2, this.self, { type: "finished" });
      return;
    }
    await this.call(ARTIFACTS, { type: "store", job: this.job.name, bytes: this.job.ms * 8 });
    return stop();
  }
  override terminate(reason: ExitReason) {
    if (this.runner) this.cast(POOL, { type: "checkin", runner: this.runner });
    this.cast(BADGE, {
      type: "set",
      job: this.job.name,
      status: isNormalReason(reason) ? Status.Green : Status.Red,
    });
  }
}
class Steps extends DynamicSupervisor {
  override init(limit: number): DynamicSupervisorSpec {
    return {
      maxChildren: limit,
      intensity: 2,
      period: 4,
      childLabel: (n, [job]) => `${(job as JobSpec).name}.${n}`,
    };
  }
}

interface CoordinatorProtocol extends Protocol {
  calls: Call<{ type: "progress" }, { done: number; of: number }>;
  infos: { type: "schedule" };
}
class Coordinator extends GenServer<CoordinatorProtocol> {
  private readonly graph = new Graph(PIPELINE);
  private readonly done = new Set<string>();
  private readonly begun = new Set<string>();
  private readonly steps = new Map<Pid, string>();
  private round = 0;

  override init() {
    const deepest = Math.max(...[...this.graph.depths()].map(([, depth]) => depth));
    if (deepest > 5) return stop("too_deep");
    this.send(this.self, { type: "schedule" });
  }
  override handleCall(request: CoordinatorProtocol["calls"]) {
    return reply(request, { done: this.done.size, of: this.graph.size });
  }
  override async handleInfo(message: Info<CoordinatorProtocol["infos"]>) {
    if (message.type === "DOWN") {
      const job = this.steps.get(message.pid);
      this.steps.delete(message.pid);
      if (job === undefined) return;
      if (isNormalReason(message.reason)) this.done.add(job);
      else this.begun.delete(job);
    } else if (message.type !== "schedule") return;
    if (this.done.size === this.graph.size) return stop({ shutdown: "all green" });
    if (++this.round > 30) return stop("stuck");
    await this.schedule();
  }
  private async schedule() {
    for (const job of this.graph.ready(this.done, this.begun)) {
      const result = await this.startChildResult(STEPS, {
        id: job.name,
        start: [Step, job, this.round],
        restart: "temporary",
      });
      if (result.error) {
        this.sendAfter(75, this.self, { type: "schedule" });
        break;
      }
      this.begun.add(job.name);
      if (result.ok) {
        this.monitor(result.ok);
        this.steps.set(result.ok, job.name);
      }
    }
  }
}

class Reporter extends GenServer {
  private lines: string[] = [];
  override init() {
    this.sendInterval(250, this.self, { type: "tick" });
  }
  override async handleInfo(message: Info<{ type: "tick" }>) {
    if (message.type !== "tick") return;
    const pid = this.whereis(COORDINATOR);
    if (!pid) return stop({ shutdown: "nothing to report" });
    const { done, of } = await this.call(COORDINATOR, { type: "progress" }, 100);
    this.lines.push(`${"#".repeat(done).padEnd(of, ".")} ${Math.round((100 * done) / of)} %`);
    if (this.lines.length >= 8) return stop();
  }
}

class BackSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      children: [
        { id: "badge", start: [Badge], name: BADGE },
        { id: "artifacts", start: [Artifacts], name: ARTIFACTS },
        { id: "pool", start: [Pool, { small: [], large: ["big", "gpu"] }], name: POOL },
        { id: "steps", start: [Steps, 2], name: STEPS },
      ],
    };
  }
}
class RunSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "any_significant",
      intensity: 3,
      children: [
        { id: "reporter", start: [Reporter], restart: "transient" },
        {
          id: "coordinator",
          start: [Coordinator],
          name: COORDINATOR,
          restart: "transient",
          significant: true,
        },
      ],
    };
  }
}
class CiSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 20,
      children: [
        { id: "back", start: [BackSup] },
        { id: "run", start: [RunSup], restart: "transient" },
      ],
    };
  }
}
export const ci = defineApplication({ name: "ci", start: [CiSup] });
