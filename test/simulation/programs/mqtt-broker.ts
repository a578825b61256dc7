/** A small MQTT broker: topic filters with wildcards, retained messages, wills, and keep-alives by timeouts. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type ExitReason,
  GenServer,
  type HandlerResult,
  type Info,
  isNormalReason,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  timeout,
} from "suptree";

type Qos = 0 | 1 | 2;
interface Packet {
  topic: string;
  payload: string;
  qos: Qos;
  retain?: boolean;
}

/** `a/+/c` and `a/#`. */
function toPattern(filter: string): RegExp {
  const body = filter
    .split("/")
    .map((level) =>
      level === "+" ? "[^/]+" : level === "#" ? ".*" : level.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("/");
  return new RegExp(`^${body}$`, "u");
}

const SUBSCRIPTIONS = processName<Registry<string, Qos, Session>>("subscriptions");
const RETAINED = processName<Retained>("retained");
const ROUTER = processName<Router>("router");
const SESSIONS = processName<Sessions>("sessions");
const STATS = processName<Stats>("$SYS");

interface RetainedProtocol extends Protocol {
  calls: Call<{ type: "matching"; filter: string }, Packet[]>;
  casts: { type: "keep"; packet: Packet };
}
class Retained extends GenServer<RetainedProtocol> {
  private readonly byTopic: Map<string, Packet> = new Map();
  override handleCall(request: RetainedProtocol["calls"]) {
    const pattern = toPattern(request.filter);
    const found = [...this.byTopic.values()].filter(({ topic }) => pattern.test(topic));
    found.sort((a, b) => a.topic.localeCompare(b.topic));
    return reply(request, found);
  }
  override handleCast({ packet }: RetainedProtocol["casts"]) {
    if (packet.payload === "") this.byTopic.delete(packet.topic);
    else this.byTopic.set(packet.topic, { ...packet, retain: true });
  }
}

interface StatsProtocol extends Protocol {
  calls: Call<{ type: "snapshot" }, Readonly<Record<string, number>>>;
  casts: [metric: "published" | "delivered" | "dropped" | "wills", by: number];
}
class Stats extends GenServer<StatsProtocol> {
  #counts: Record<string, number> = {};
  override handleCall(request: StatsProtocol["calls"]) {
    return reply(request, { ...this.#counts });
  }
  override handleCast([metric, by]: StatsProtocol["casts"]) {
    this.#counts[metric] = (this.#counts[metric] ?? 0) + by;
    if (this.#counts[metric]! > 1e6) return stop("overflow");
  }
}

interface RouterProtocol extends Protocol {
  calls: Call<{ type: "publish"; packet: Packet }, number>;
  casts: { type: "publish"; packet: Packet };
}
class Router extends GenServer<RouterProtocol> {
  override handleCall(request: RouterProtocol["calls"]) {
    return reply(request, this.route(request.packet));
  }
  override handleCast(message: RouterProtocol["casts"]): HandlerResult {
    this.route(message.packet);
  }
  private route(packet: Packet): number {
    if (/[+#]/.test(packet.topic)) throw new Error(`wildcard in topic "${packet.topic}"`);
    if (packet.retain) this.cast(RETAINED, { type: "keep", packet });
    let delivered = 0;
    const seen = new Set<Pid>();
    for (const filter of Registry.keys(this, SUBSCRIPTIONS)) {
      if (!toPattern(filter).test(packet.topic)) continue;
      Registry.dispatch(this, SUBSCRIPTIONS, filter, ({ pid, value: qos }) => {
        if (seen.has(pid)) return;
        seen.add(pid);
        this.send(pid, { type: "deliver", packet: { ...packet, qos: Math.min(qos, packet.qos) as Qos } });
        delivered++;
      });
    }
    this.cast(STATS, ["published", 1]);
    this.cast(STATS, delivered > 0 ? ["delivered", delivered] : ["dropped", 1]);
    return delivered;
  }
}

interface ClientOptions {
  id: string;
  keepAlive?: number;
  filters: Array<string | [filter: string, qos: Qos]>;
  will?: Packet;
}
interface SessionProtocol extends Protocol {
  calls: Call<{ type: "inbox" }, string[]>;
  casts: { type: "ping" } | { type: "malformed"; bytes: number[] };
  infos: { type: "deliver"; packet: Packet };
}
class Session extends GenServer<SessionProtocol> {
  private options!: Required<Pick<ClientOptions, "id" | "keepAlive">> & ClientOptions;
  private inbox: string[] = [];
  private inflight = 0;

  override async init(options: ClientOptions) {
    this.options = { ...options, keepAlive: options.keepAlive ?? 60_000 };
    this.trapExit(true);
    for (const each of options.filters) {
      const [filter, qos] = typeof each === "string" ? ([each, 0] as const) : each;
      Registry.register(this, SUBSCRIPTIONS, filter, qos);
      for (const packet of await this.call(RETAINED, { type: "matching", filter })) this.accept(packet);
    }
    return timeout(this.options.keepAlive);
  }
  override handleCall(request: SessionProtocol["calls"]) {
    return reply(request, [...this.inbox], timeout(this.options.keepAlive));
  }
  override handleCast(message: SessionProtocol["casts"]) {
    if (message.type === "malformed")
      throw new SyntaxError(message.bytes.map((b) => b.toString(16).padStart(2, "0")).join(" "));
    return timeout(this.options.keepAlive);
  }
  override handleInfo(message: Info<SessionProtocol["infos"]>) {
    switch (message.type) {
      case "deliver":
        this.accept(message.packet);
        return timeout(this.options.keepAlive);
      case "timeout":
        return stop({ shutdown: "keep alive" });
      case "EXIT":
        if (!isNormalReason(message.reason)) return stop(message.reason);
    }
  }
  private accept({ topic, payload, qos }: Packet) {
    if (qos > 0) this.inflight += 1;
    this.inbox.push(`${topic}=${payload}`);
    if (this.inbox.length > 100) this.inbox.shift();
  }
  override terminate(reason: ExitReason) {
    if (this.options.will && !isNormalReason(reason)) {
      this.cast(ROUTER, { type: "publish", packet: this.options.will });
      this.cast(STATS, ["wills", 1]);
    }
  }
}

class Sessions extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Session> {
    return {
      intensity: 3,
      period: 5,
      child: { start: [Session], restart: "transient", shutdown: 500 },
      childLabel: (n, [options]) => `${(options as ClientOptions).id}#${n}`,
    };
  }
}

const BOOT: ClientOptions[] = [
  {
    id: "thermostat",
    filters: ["home/+/temperature"],
    will: { topic: "home/status", payload: "thermostat gone", qos: 1, retain: true },
  },
  { id: "dashboard", filters: ["home/#", ["$SYS/#", 2]], keepAlive: 120_000 },
  { id: "sleepy", filters: [], keepAlive: 4_000 },
];

class Acceptor extends GenServer<{ infos: { type: "sample"; n: number } }> {
  private clients = new Map<string, Pid<Session>>();
  override async init(boot: ClientOptions[]) {
    for (const options of boot) this.clients.set(options.id, await this.startChild(SESSIONS, [options]));
    for (const pid of this.clients.values()) this.monitor(pid);
    this.sendAfter(100, this.self, { type: "sample", n: 0 });
  }
  override async handleInfo(message: Info<{ type: "sample"; n: number }>) {
    if (message.type === "DOWN") {
      for (const [id, pid] of this.clients) if (pid === message.pid) this.clients.delete(id);
      if (this.clients.size === 0) return stop();
      return;
    }
    if (message.type !== "sample") return;
    const { n } = message;
    const rooms = ["kitchen", "attic"];
    const topic = `home/${rooms[n % rooms.length]}/temperature`;
    await this.call(ROUTER, {
      type: "publish",
      packet: { topic, payload: (18 + n / 2).toFixed(1), qos: 1, retain: n === 0 },
    });
    if (n < 5) this.sendAfter(200 * (n + 1), this.self, { type: "sample", n: n + 1 });
  }
}

class CoreSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        { id: "subscriptions", start: [Registry, { keys: "duplicate" }], name: SUBSCRIPTIONS },
        { id: "retained", start: [Retained], name: RETAINED },
        { id: "stats", start: [Stats], name: STATS },
        { id: "router", start: [Router], name: ROUTER },
      ],
    };
  }
}

export class BrokerSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "core", start: [CoreSup] },
        { id: "sessions", start: [Sessions], name: SESSIONS },
        { id: "acceptor", start: [Acceptor, BOOT], restart: "transient" },
      ],
    };
  }
}
