/** Telemetry: collectors push windows to aggregators, an alert manager escalates, tenants are trees that come and go. */
import {
  DynamicSupervisor,
  type ExitReason,
  GenServer,
  type Info,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
} from "suptree";

interface Sample {
  metric: string;
  value: number;
  at: number;
}
const mean = (values: number[]) =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
const THRESHOLDS = new Map([
  ["cpu", 80],
  ["mem", 90],
]);

class Store extends GenServer {
  #series = new Map<string, Sample[]>();
  override handleCast(message: { type: "write"; tenant: string; samples: Sample[] }) {
    for (const sample of message.samples) {
      const key = [message.tenant, sample.metric].join("/");
      const series = this.#series.get(key);
      if (series) series.push(sample);
      else this.#series.set(key, [sample]);
    }
  }
  override handleCall(request: { type: "query"; key: string; last: number }) {
    const series = this.#series.get(request.key) ?? [];
    return reply(
      request,
      series.slice(-request.last).map(({ value }) => value),
    );
  }
  override formatStatus() {
    return { series: this.#series.size };
  }
}
class Collector extends GenServer {
  private tenant = "";
  private tick = 0;
  private seed = 1;
  override init(tenant: string, period: number) {
    this.tenant = tenant;
    this.seed = tenant.length;
    this.sendInterval(period, this.self, { type: "collect" });
  }
  private sample(metric: string): Sample {
    this.seed = (this.seed * 16807) % 2147483647;
    return { metric, value: (this.seed % 40) + 50 + this.tick, at: this.now() };
  }
  override handleInfo(message: Info<{ type: "collect" }>) {
    if (message.type !== "collect") return;
    this.tick++;
    this.cast(`agg-${this.tenant}`, { type: "samples", samples: [this.sample("cpu"), this.sample("mem")] });
  }
}
class Aggregator extends GenServer {
  private tenant = "";
  private window: Sample[] = [];
  override init(tenant: string) {
    this.tenant = tenant;
    this.trapExit(true);
    this.register(`agg-${tenant}`);
  }
  override handleCast({ samples }: { type: "samples"; samples: Sample[] }) {
    this.window.push(...samples);
    if (this.window.length >= 6) this.close();
  }
  private close() {
    const byMetric = Map.groupBy(this.window, ({ metric }) => metric);
    const samples = [...byMetric].map(([metric, all]) => ({
      metric,
      value: mean(all.map(({ value }) => value)),
      at: this.now(),
    }));
    this.window.length = 0;
    this.cast("store", { type: "write", tenant: this.tenant, samples });
    for (const { metric, value } of samples) {
      const limit = THRESHOLDS.get(metric) ?? Infinity;
      if (value > limit) this.cast("alerts", { type: "raise", tenant: this.tenant, metric, value });
    }
  }
  override terminate(_reason: ExitReason) {
    if (this.window.length > 0) this.close();
  }
}
class TenantSup extends Supervisor {
  override init({ tenant, period }: { tenant: string; period: number }): SupervisorSpec {
    const aggregator = { id: "aggregator", start: [Aggregator, tenant] as const };
    const collectors = ["a", "b"].map((suffix, n) => ({
      id: `collector-${suffix}`,
      start: [Collector, tenant, period * (n + 1)] as const,
    }));
    return { strategy: "rest_for_one", intensity: 1, period: 10, children: [aggregator, ...collectors] };
  }
}
class Tenants extends DynamicSupervisor {
  override init() {
    return { intensity: 1, period: 10 };
  }
}
class Control extends GenServer {
  private tenants = new Map<string, Pid>();
  private plan = [
    ["t1", 300],
    ["t22", 500],
  ] as [string, number][];
  override init() {
    this.sendAfter(50, this.self, { type: "reconcile" });
  }
  override async handleInfo(message: Info<{ type: "reconcile" }>) {
    if (message.type === "DOWN") {
      const gone = [...this.tenants].find(([, pid]) => pid === message.pid);
      if (gone !== undefined) this.tenants.delete(gone[0]);
      return;
    }
    if (message.type !== "reconcile") return;
    for (const [tenant, period] of this.plan) {
      if (this.tenants.has(tenant)) continue;
      const pid = await this.startChild("tenants", {
        id: tenant,
        start: [TenantSup, { tenant, period }],
        type: "supervisor",
        restart: "transient",
      });
      this.monitor(pid);
      this.tenants.set(tenant, pid);
    }
    this.sendAfter(1200, this.self, { type: "reconcile" });
  }
}
class Alerts extends GenServer {
  private open = new Map<string, number>();
  private level: "green" | "yellow" | "red" = "green";
  override handleCast(message: { type: "raise"; tenant: string; metric: string; value: number }) {
    const key = `${message.tenant}:${message.metric}`;
    const count = (this.open.get(key) ?? 0) + 1;
    this.open.set(key, count);
    if (count === 1) this.sendAfter(1500, this.self, { type: "close", key });
    const most = Math.max(...this.open.values());
    this.level = most > 3 ? "red" : most > 1 ? "yellow" : "green";
    if (this.level === "red") return stop("pager storm");
  }
  override handleInfo(message: Info<{ type: "close"; key: string }>) {
    if (message.type === "close") this.open.delete(message.key);
  }
}
class Dashboard extends GenServer {
  private last: unknown;
  override init() {
    this.sendInterval(1100, this.self, { type: "draw" });
  }
  override async handleInfo(message: Info<{ type: "draw" }>) {
    if (message.type !== "draw") return;
    const [cpu, mem] = await Promise.all(
      ["t1/cpu", "t1/mem"].map((key) => this.call("store", { type: "query", key, last: 3 })),
    );
    this.last = { cpu, mem };
  }
}
export class TelemetrySup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "warmup", start: [Task, async () => {}], restart: "temporary" },
        { id: "store", start: [Store], name: "store" },
        { id: "alerts", start: [Alerts], name: "alerts" },
        { id: "tenants", start: [Tenants], name: "tenants" },
        { id: "control", start: [Control] },
        { id: "dashboard", start: [Dashboard] },
      ],
    };
  }
}
