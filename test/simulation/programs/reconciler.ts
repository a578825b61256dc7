/** A container orchestrator in small: desired state, nodes that run pods, a reconciler with backoff, probes, leases. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  timeout,
} from "suptree";

interface Deployment {
  readonly app: string;
  readonly replicas: number;
  readonly image: `${string}:${string}`;
  readonly liveness?: { everyMs: number; threshold: number };
}
const MANIFEST: readonly Deployment[] = [
  { app: "web", replicas: 2, image: "web:1.4.2", liveness: { everyMs: 700, threshold: 2 } },
  { app: "worker", replicas: 1, image: "worker:0.9.0" },
  { app: "broken", replicas: 1, image: "broken:latest" },
];
const version = (image: string) => /:(\d+)\.(\d+)\.(\d+)$/.exec(image)?.slice(1).map(Number) ?? null;

const DESIRED = processName<Desired>("desired");
const SCHEDULER = processName<Scheduler>("scheduler");
const LEASES = processName<Leases>("leases");
const podSup = (node: string) => processName<Pods>(`pods@${node}`);

class Desired extends GenServer<{
  calls:
    | Call<{ type: "list" }, readonly Deployment[]>
    | Call<{ type: "scale"; app: string; to: number }, boolean>;
}> {
  private deployments: Deployment[] = [];
  override init(manifest: readonly Deployment[]) {
    const apps = new Set(manifest.map(({ app }) => app));
    if (apps.size !== manifest.length) throw new Error("two deployments of one name");
    this.deployments = [...manifest];
  }
  override handleCall(
    request:
      | Call<{ type: "list" }, readonly Deployment[]>
      | Call<{ type: "scale"; app: string; to: number }, boolean>,
  ) {
    if (request.type === "list") return reply(request, this.deployments);
    const at = this.deployments.findIndex(({ app }) => app === request.app);
    if (at < 0) return reply(request, false);
    this.deployments = this.deployments.with(at, { ...this.deployments[at]!, replicas: request.to });
    return reply(request, true);
  }
}

interface PodProtocol extends Protocol {
  calls: Call<{ type: "ready" }, boolean>;
  infos: { type: "probe" };
}
class Pod extends GenServer<PodProtocol> {
  private failures = 0;
  private probes = 0;
  private spec!: Deployment;
  override init(spec: Deployment, ordinal: number) {
    this.spec = spec;
    if (version(spec.image) === null) return stop({ image_pull: spec.image });
    this.register(`pod:${spec.app}-${ordinal}`);
    if (spec.liveness) this.sendAfter(spec.liveness.everyMs, this.self, { type: "probe" });
  }
  override handleCall(request: PodProtocol["calls"]) {
    return reply(request, this.failures === 0);
  }
  override handleInfo(message: Info<PodProtocol["infos"]>) {
    if (message.type !== "probe" || !this.spec.liveness) return;
    const { everyMs, threshold } = this.spec.liveness;
    this.failures = ++this.probes % 4 === 0 ? this.failures + 1 : 0;
    if (this.failures >= threshold) return stop("liveness");
    if (this.probes < 6) this.sendAfter(everyMs, this.self, { type: "probe" });
  }
}
class Pods extends DynamicSupervisor {
  override init(_node: string, capacity: number): DynamicSupervisorSpec<typeof Pod> {
    return { intensity: 1, period: 3, maxChildren: capacity, child: { start: [Pod], restart: "temporary" } };
  }
}

interface LeaseProtocol extends Protocol {
  calls: Call<{ type: "acquire"; name: string }, { holder: Pid; until: number }>;
}
class Leases extends GenServer<LeaseProtocol> {
  private readonly held = new Map<string, { holder: Pid; until: number; ref: MonitorRef }>();
  override handleCall(request: LeaseProtocol["calls"], from: { pid: Pid | null }) {
    const lease = this.held.get(request.name);
    if (lease && lease.until > this.now() && lease.holder !== from.pid) return reply(request, lease);
    if (!from.pid) throw new Error("outsiders hold no leases");
    if (lease) this.demonitor(lease.ref);
    const fresh = { holder: from.pid, until: this.now() + 3_000, ref: this.monitor(from.pid) };
    this.held.set(request.name, fresh);
    return reply(request, fresh);
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [name, { ref }] of this.held) if (ref === message.ref) this.held.delete(name);
  }
}

interface SchedulerProtocol extends Protocol {
  calls: Call<
    { type: "place"; spec: Deployment; ordinal: number },
    { node: string; pid: Pid<Pod> } | { pending: string }
  >;
}
class Scheduler extends GenServer<SchedulerProtocol> {
  private nodes: string[] = [];
  private cursor = 0;
  override init(...nodes: string[]) {
    this.nodes = nodes;
  }
  override async handleCall(request: SchedulerProtocol["calls"]) {
    const reasons: string[] = [];
    for (let tries = 0; tries < this.nodes.length; tries++) {
      const node = this.nodes[this.cursor++ % this.nodes.length]!;
      const result = await this.startChildResult(podSup(node), [request.spec, request.ordinal]);
      if (result.ok) return reply(request, { node, pid: result.ok as Pid<Pod> });
      const { error } = result;
      reasons.push(
        error !== undefined && typeof error === "object" && "reason" in error
          ? JSON.stringify(error.reason)
          : String(error),
      );
    }
    return reply(request, { pending: reasons.join("; ") });
  }
}

class Reconciler extends GenServer<{ infos: { type: "reconcile" } }> {
  private running = new Map<MonitorRef, { app: string; ordinal: number }>();
  private backoff: Record<string, { fails: number; notBefore: number }> = {};
  private leader = false;
  private name = "";

  override init(name: string) {
    this.name = name;
    return timeout(50);
  }
  override async handleInfo(message: Info<{ type: "reconcile" }>) {
    switch (message.type) {
      case "DOWN": {
        const gone = this.running.get(message.ref);
        if (!gone) return;
        this.running.delete(message.ref);
        this.punish(gone.app);
        return timeout(100);
      }
      case "timeout":
      case "reconcile": {
        await this.campaign();
        if (this.leader) await this.reconcile();
        return timeout(this.leader ? 900 : 2_500);
      }
    }
  }
  private async campaign() {
    try {
      const { holder } = await this.call(LEASES, { type: "acquire", name: "reconciler" });
      this.leader = holder === this.self;
    } catch (error) {
      this.leader = false;
      if (!(error instanceof CallError)) throw error;
    }
  }
  private punish(app: string) {
    const { fails } = this.backoff[app] ?? { fails: 0, notBefore: 0 };
    this.backoff[app] = { fails: fails + 1, notBefore: this.now() + Math.min(200 * 2 ** fails, 5_000) };
  }
  private async reconcile() {
    for (const spec of await this.call(DESIRED, { type: "list" })) {
      const present = new Set(
        [...this.running.values()].filter(({ app }) => app === spec.app).map(({ ordinal }) => ordinal),
      );
      for (let ordinal = 0; ordinal < spec.replicas; ordinal++) {
        if (present.has(ordinal)) continue;
        if ((this.backoff[spec.app]?.notBefore ?? 0) > this.now()) continue;
        const placed = await this.call(SCHEDULER, { type: "place", spec, ordinal });
        if ("pending" in placed) this.punish(spec.app);
        else this.running.set(this.monitor(placed.pid), { app: spec.app, ordinal });
      }
    }
  }
}

class Kubelet extends GenServer<{ infos: { type: "sync" } }> {
  private node = "";
  override init(node: string) {
    this.node = node;
    this.sendInterval(1_500, this.self, { type: "sync" });
  }
  override async handleInfo(message: Info<{ type: "sync" }>) {
    if (message.type !== "sync") return;
    const { active } = await this.countChildren(podSup(this.node));
    if (active > 8) throw new Error(`${this.node} is overcommitted: ${active}`);
  }
}
class Node extends Supervisor {
  override init(name: string, capacity = 4): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 1,
      children: [
        { id: "pods", start: [Pods, name, capacity], name: podSup(name) },
        { id: "kubelet", start: [Kubelet, name] },
      ],
    };
  }
}
class ControlPlane extends Supervisor {
  override init({ manifest, nodes }: { manifest: readonly Deployment[]; nodes: string[] }): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      children: [
        { id: "desired", start: [Desired, manifest], name: DESIRED },
        { id: "leases", start: [Leases], name: LEASES },
        { id: "scheduler", start: [Scheduler, ...nodes], name: SCHEDULER },
        ...["primary", "standby"].map((name) => ({
          id: `reconciler-${name}`,
          start: [Reconciler, name] as const,
          shutdown: 200,
        })),
      ],
    };
  }
}
export class Cluster extends Supervisor {
  override init(): SupervisorSpec {
    const nodes = ["n1", "n2"];
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: [
        ...nodes.map((name) => ({ id: name, start: [Node, name, name === "n1" ? 2 : undefined] as const })),
        { id: "control-plane", start: [ControlPlane, { manifest: MANIFEST, nodes }] },
      ],
    };
  }
}
