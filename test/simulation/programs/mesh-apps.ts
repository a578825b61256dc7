/** Three applications: telemetry, a service mesh with circuit breakers, and the shop that uses both. */
import {
  type AnyStart,
  type Call,
  CallError,
  type ChildSpec,
  defineApplication,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  run,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

type Outcome = "ok" | "fail" | "open";

// ---- telemetry ----
const METRICS = processName<Metrics>("metrics");
class Metrics extends GenServer<{
  calls: Call<{ type: "read"; name: string }, number>;
  casts: { name: string; by?: number };
  infos: never;
}> {
  readonly counters: Record<string, number> = Object.create(null);
  override handleCast({ name, by = 1 }: { name: string; by?: number }) {
    this.counters[name] = (this.counters[name] ?? 0) + by;
    if (this.counters["breaker.open"] === 3) throw new Error("alarm");
  }
  override handleCall(request: Call<{ type: "read"; name: string }, number>) {
    return reply(request, this.counters[request.name] ?? 0);
  }
}
class Exporter extends GenServer {
  last = 0;
  override async init(...names: string[]) {
    const values = await Promise.all(names.map((name) => this.call(METRICS, { type: "read", name })));
    this.last = values.reduce((a, b) => a + b, 0);
  }
}

type Node = readonly [id: string, start: AnyStart, options?: Partial<ChildSpec>];
/** A supervisor made from a table. */
const tree = (flags: Omit<SupervisorSpec, "children">, ...nodes: Node[]) =>
  class Tree extends Supervisor {
    override init(): SupervisorSpec {
      return { ...flags, children: nodes.map(([id, start, options = {}]) => ({ id, start, ...options })) };
    }
  };

class TelemetrySup extends tree(
  { strategy: "rest_for_one", intensity: 4, period: 30 },
  ["metrics", [Metrics], { name: METRICS }],
  ["exporter", [Exporter, "breaker.open", "http.ok"], { restart: "transient" }],
) {}

// ---- mesh ----
interface BreakerProtocol extends Protocol {
  calls: Call<{ type: "through"; path: string }, Outcome>;
  infos: { type: "half" };
}

type State = "closed" | "open" | "half";
const NEXT: Record<State, Record<"good" | "bad" | "tick", State>> = {
  closed: { good: "closed", bad: "open", tick: "closed" },
  open: { good: "open", bad: "open", tick: "half" },
  half: { good: "closed", bad: "open", tick: "half" },
};

const UPSTREAM = {
  stock: processName<Upstream>("up:stock"),
  price: processName<Upstream>("up:price"),
} as const;
const BREAKER = { stock: processName<Breaker>("cb:stock"), price: processName<Breaker>("cb:price") } as const;
type Service = keyof typeof UPSTREAM;

class Upstream extends GenServer {
  override init(readonly_: { broken: (path: string) => boolean }) {
    this.broken = readonly_.broken;
  }
  private broken: (path: string) => boolean = () => false;
  override handleCall(request: Call<{ path: string }, string>) {
    if (this.broken(request.path)) throw new TypeError(`cannot ${request.path}`);
    return reply(request, request.path.split("/").reverse().join("."));
  }
}

class Breaker extends GenServer<BreakerProtocol> {
  private state: State = "closed";
  private service: Service = "stock";
  override init(service: Service) {
    this.service = service;
  }
  private move(event: "good" | "bad" | "tick"): State {
    const before = this.state;
    this.state = NEXT[before][event];
    if (before !== this.state && this.state === "open") {
      this.cast(METRICS, { name: "breaker.open" });
      this.sendAfter(500, this.self, { type: "half" });
    }
    return this.state;
  }
  override async handleCall(request: BreakerProtocol["calls"]) {
    if (this.state === "open") return reply(request, "open");
    try {
      await this.call(UPSTREAM[this.service], { path: request.path }, 200);
      this.move("good");
      return reply(request, "ok");
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.move("bad");
      return reply(request, "fail");
    }
  }
  override handleInfo(message: Info<BreakerProtocol["infos"]>) {
    if (message.type === "half") this.move("tick");
  }
}

class StockSup extends tree(
  { strategy: "one_for_one", intensity: 3, period: 5 },
  ["upstream", [Upstream, { broken: (path: string) => path.endsWith("!") }], { name: UPSTREAM.stock }],
  ["breaker", [Breaker, "stock"], { name: BREAKER.stock }],
) {}
class PriceSup extends tree(
  { strategy: "one_for_all", intensity: 3, period: 5 },
  ["upstream", [Upstream, { broken: () => false }], { name: UPSTREAM.price }],
  ["breaker", [Breaker, "price"], { name: BREAKER.price }],
) {}
class MeshSup extends tree({ intensity: 2, period: 10 }, ["stock", [StockSup]], ["price", [PriceSup]]) {}

// ---- shop ----
class Basket extends GenServer {
  lines: string[] = [];
  override async init(paths: Partial<Record<Service, string[]>>) {
    for (const service of ["stock", "price"] as const)
      for (const path of paths[service] ?? []) {
        const outcome = await this.call(BREAKER[service], { type: "through", path });
        this.cast(METRICS, { name: `http.${outcome}`, by: path.length });
        this.lines.push(`${service.padEnd(6, ".")}${outcome}`);
      }
  }
}
class ShopSup extends tree(
  { strategy: "one_for_one", intensity: 1, period: 5 },
  ["happy", [Basket, { stock: ["a/b", "c"], price: ["d"] }]],
  ["unlucky", [Basket, { stock: ["x!", "y", "z"] }], { restart: "transient" }],
) {}

export const telemetry = defineApplication({ name: "telemetry", start: [TelemetrySup] });
export const mesh = defineApplication({ name: "mesh", applications: [telemetry], start: [MeshSup] });
export const shop = defineApplication({ name: "shop", applications: [telemetry, mesh], start: [ShopSup] });

export async function main(): Promise<void> {
  await run(shop, { grace: 5_000 });
}
