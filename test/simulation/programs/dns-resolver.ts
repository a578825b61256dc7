/** A caching DNS resolver: zones in a config module, a cache with TTLs, upstreams with retries, a listener that parses queries. */
import {
  type Call,
  CallError,
  continueWith,
  defineApplication,
  type From,
  formatReason,
  GenServer,
  type Info,
  ignore,
  noReply,
  type Protocol,
  processName,
  Registry,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TaskMessage,
  TaskSupervisor,
  via,
} from "suptree";

type RecordType = "A" | "AAAA" | "TXT" | "CNAME";
interface Answer {
  readonly name: string;
  readonly type: RecordType;
  readonly data: string;
  readonly ttl: number;
}

const ZONE_FILE = `
; primary zone
example.test.       300  IN  A      10.0.0.1
www.example.test.   60   IN  CNAME  example.test.
mail.example.test.  900  IN  A      10.0.0.25
note.example.test.  5    IN  TXT    "hello; world"
broken line here
`;

const LINE = /^(?<name>[\w.-]+\.)\s+(?<ttl>\d+)\s+IN\s+(?<type>A|AAAA|TXT|CNAME)\s+(?<data>.+)$/;

function* parseZone(text: string): Generator<Answer> {
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith(";")) continue;
    const groups = LINE.exec(line)?.groups;
    if (!groups) continue;
    const { name, ttl, type, data } = groups as Record<"name" | "ttl" | "type" | "data", string>;
    yield {
      name: name.toLowerCase(),
      ttl: Number.parseInt(ttl, 10),
      type: type as RecordType,
      data: data.replace(/^"|"$/g, ""),
    };
  }
}

const UPSTREAMS = [
  { host: "9.9.9.9", weight: 3, failsFirst: 0 },
  { host: "1.1.1.1", weight: 2, failsFirst: 2 },
  { host: "0.0.0.0", weight: 0, failsFirst: 0 },
];

const ZONES = processName<Zone>("zone");
const CACHE = processName<Cache>("dns-cache");
const RESOLVER = processName<Resolver>("resolver");
const LOOKUPS = processName<TaskSupervisor>("lookups");
const PEERS =
  processName<Registry<[kind: "upstream", host: string], { weight: number }, Upstream>>("upstreams");

class Zone extends GenServer<{ calls: Call<{ type: "find"; name: string; qtype: RecordType }, Answer[]> }> {
  readonly #byName = new Map<string, Answer[]>();
  override init(text: string) {
    for (const answer of parseZone(text)) {
      const there = this.#byName.get(answer.name) ?? [];
      there.push(answer);
      this.#byName.set(answer.name, there);
    }
    if (this.#byName.size === 0) return stop("empty_zone");
  }
  override handleCall(request: Call<{ type: "find"; name: string; qtype: RecordType }, Answer[]>) {
    const found: Answer[] = [];
    let name = request.name;
    for (let hops = 0; hops < 8; hops++) {
      const all = this.#byName.get(name) ?? [];
      found.push(...all.filter(({ type }) => type === request.qtype || type === "CNAME"));
      const alias = all.find(({ type }) => type === "CNAME");
      if (alias === undefined) break;
      name = alias.data;
    }
    return reply(request, found);
  }
}

interface CacheProtocol extends Protocol {
  calls: Call<{ type: "get"; key: string }, Answer[] | null>;
  casts: { type: "put"; key: string; answers: Answer[] };
  infos: { type: "sweep" };
}
class Cache extends GenServer<CacheProtocol> {
  private entries = new Map<string, { answers: Answer[]; until: number }>();
  override init(private_: { sweepEvery: number }) {
    this.sendInterval(private_.sweepEvery, this.self, { type: "sweep" });
  }
  override handleCall(request: CacheProtocol["calls"]) {
    const entry = this.entries.get(request.key);
    return reply(request, entry && entry.until > this.now() ? entry.answers : null);
  }
  override handleCast({ key, answers }: CacheProtocol["casts"]) {
    const ttl = answers.reduce((least, answer) => Math.min(least, answer.ttl), 60);
    this.entries.set(key, { answers, until: this.now() + ttl * 1000 });
  }
  override handleInfo(message: Info<CacheProtocol["infos"]>) {
    if (message.type === "sweep")
      for (const [key, { until }] of this.entries) if (until <= this.now()) this.entries.delete(key);
  }
}

class Upstream extends GenServer<{ calls: Call<{ type: "ask"; name: string }, string> }> {
  private asked = 0;
  private fails = 0;
  private host = "";
  override init({ host, weight, failsFirst }: (typeof UPSTREAMS)[number]) {
    if (weight === 0) return ignore;
    [this.host, this.fails] = [host, failsFirst];
  }
  override handleCall(request: Call<{ type: "ask"; name: string }, string>) {
    if (this.asked++ < this.fails) return reply(request, "SERVFAIL");
    const sum = [...request.name].reduce((total, char) => (total * 31 + char.charCodeAt(0)) >>> 0, 7);
    return reply(
      request,
      [sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255].join(".") + `@${this.host}`,
    );
  }
}

interface ResolverProtocol extends Protocol {
  calls: Call<{ type: "resolve"; name: string; qtype?: RecordType }, string[]>;
}
class Resolver extends GenServer<ResolverProtocol> {
  readonly #pending = new Map<object, { from: From<string[]>; key: string }>();

  override async handleCall(request: ResolverProtocol["calls"], from: From) {
    const { name, qtype = "A" } = request;
    const key = `${name}/${qtype}`;
    const cached = await this.call(CACHE, { type: "get", key });
    if (cached)
      return reply(
        request,
        cached.map((answer) => answer.data),
      );
    const local = await this.call(ZONES, { type: "find", name, qtype });
    if (local.length > 0) {
      this.cast(CACHE, { type: "put", key, answers: local });
      return reply(
        request,
        local.map(({ data }) => data),
      );
    }
    const task = this.async(
      async (me) => {
        for (const { host } of UPSTREAMS.filter((each) => each.weight > 0).sort(
          (a, b) => b.weight - a.weight,
        )) {
          for (let attempt = 1; attempt <= 3; attempt++) {
            const answer = await me.call(via(PEERS, ["upstream", host]), { type: "ask", name });
            if (answer !== "SERVFAIL") return answer;
            await me.sleep(10 * 2 ** attempt);
          }
        }
        throw new Error(`SERVFAIL ${name}`);
      },
      { under: LOOKUPS, notify: true },
    );
    this.#pending.set(task, { from: replyTo(request, from), key });
    return noReply;
  }

  override handleInfo(message: Info<TaskMessage<string>>) {
    if (message.type !== "task") return;
    const waiting = this.#pending.get(message.task);
    this.#pending.delete(message.task);
    if (waiting === undefined) return;
    this.reply(waiting.from, message.ok ? [message.value] : [`! ${formatReason(message.reason)}`]);
  }
}

class Prefetch extends GenServer {
  private results: Record<string, readonly string[]> = {};
  override init(names: readonly string[]) {
    return continueWith({ names });
  }
  override async handleContinue({ names }: { names: readonly string[] }) {
    const [head, ...tail] = names;
    if (head === undefined) return stop();
    try {
      this.results[head] = await this.call(RESOLVER, { type: "resolve", name: head });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.results[head] = [];
    }
    return continueWith({ names: tail });
  }
}

class UpstreamSup extends Supervisor {
  override init(): SupervisorSpec<typeof Upstream> {
    return {
      intensity: 2,
      children: UPSTREAMS.map((upstream) => ({
        id: upstream.host.replaceAll(".", "-"),
        start: [Upstream, upstream],
        name: via(PEERS, ["upstream", upstream.host]),
      })),
    };
  }
}

class DnsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 6,
      children: [
        { id: "registry", start: [Registry, { keys: "unique" }], name: PEERS },
        { id: "zone", start: [Zone, ZONE_FILE], name: ZONES },
        { id: "cache", start: [Cache, { sweepEvery: 2_500 }], name: CACHE },
        { id: "upstreams", start: [UpstreamSup] },
        { id: "lookups", start: [TaskSupervisor], name: LOOKUPS },
        { id: "resolver", start: [Resolver], name: RESOLVER },
        {
          id: "prefetch",
          start: [Prefetch, ["www.example.test.", "far.away.", "mail.example.test."]],
          restart: "transient",
        },
      ],
    };
  }
}

export const dns = defineApplication({ name: "dns", start: [DnsSup] });
