/** Log ingestion with back-pressure: tailers, parsers in a pool, windows that aggregate, alerts with hysteresis, a sink that batches. */
import {
  type Call,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
} from "suptree";

const Level = { Debug: 10, Info: 20, Warn: 30, Error: 40 } as const;
type Level = (typeof Level)[keyof typeof Level];
const nameOf = (level: Level) =>
  (Object.keys(Level) as Array<keyof typeof Level>).find((key) => Level[key] === level) ?? "?";

interface Line {
  at: number;
  level: Level;
  service: string;
  fields: ReadonlyMap<string, string>;
}

const SAMPLE = [
  "2024-03-01T10:00:00Z INFO  api   method=GET path=/ ms=12",
  "2024-03-01T10:00:01Z WARN  api   method=POST path=/pay ms=1900",
  "2024-03-01T10:00:01Z ERROR db    code=57P01 msg=terminating",
  "### not a line",
  "2024-03-01T10:00:02Z ERROR api   method=GET path=/ status=502",
  "2024-03-01T10:00:03Z ERROR api   method=GET path=/x status=502",
  "2024-03-01T10:00:09Z DEBUG cron  job=vacuum",
];

const SHAPE = /^(\S+)\s+(DEBUG|INFO|WARN|ERROR)\s+(\w+)\s+(.*)$/;
const levels: Record<string, Level> = {
  DEBUG: Level.Debug,
  INFO: Level.Info,
  WARN: Level.Warn,
  ERROR: Level.Error,
};

function parse(raw: string): Line | null {
  const match = raw.match(SHAPE);
  if (!match) return null;
  const [, stamp = "", level = "INFO", service = "?", rest = ""] = match;
  const fields = new Map<string, string>();
  for (const [, key, value] of rest.matchAll(/(\w+)=(\S+)/g)) if (key && value) fields.set(key, value);
  return { at: new Date(stamp).getTime(), level: levels[level] ?? Level.Info, service, fields };
}

/** Takes so many of what comes. */
function* chunk<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length) yield batch;
}

const PARSERS = 2;
const parserName = (n: number) => processName<Parser>(`parser_${n}`);
const WINDOW = processName<Window>("window");
const ALERTS = processName<Alerts>("alerts");
const SINK = processName<Sink>("sink");

interface ParserProtocol extends Protocol {
  calls: Call<{ type: "parse"; lines: string[] }, { parsed: number; rejected: number }>;
}
class Parser extends GenServer<ParserProtocol> {
  private rejected = 0;
  override init(private_limit: number) {
    this.limitMailbox({ max: private_limit });
  }
  override handleCall(request: ParserProtocol["calls"]) {
    let parsed = 0;
    for (const raw of request.lines) {
      const line = parse(raw);
      if (line === null) {
        if (++this.rejected > 5)
          throw new Error(`too many bad lines, last: ${JSON.stringify(raw.slice(0, 12))}`);
        continue;
      }
      parsed += 1;
      this.cast(WINDOW, { type: "line", line });
      this.cast(SINK, {
        type: "write",
        text: [line.at, nameOf(line.level), line.service, [...line.fields.keys()].sort().join(",")].join(" "),
      });
    }
    return reply(request, { parsed, rejected: request.lines.length - parsed });
  }
}

interface WindowProtocol extends Protocol {
  calls: Call<{ type: "top"; n: number }, Array<{ service: string; errors: number }>>;
  casts: { type: "line"; line: Line };
  infos: { type: "tick" };
}
class Window extends GenServer<WindowProtocol> {
  private buckets = new Map<number, Map<string, number>>();
  override init(width: number) {
    this.width = width;
    this.sendInterval(width, this.self, { type: "tick" });
  }
  private width = 1_000;
  override handleCast({ line }: WindowProtocol["casts"]) {
    if (line.level < Level.Error) return;
    const slot = Math.floor(line.at / this.width) * this.width;
    const bucket = this.buckets.get(slot) ?? this.buckets.set(slot, new Map()).get(slot)!;
    bucket.set(line.service, (bucket.get(line.service) ?? 0) + 1);
  }
  private totals(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const bucket of this.buckets.values())
      for (const [service, n] of bucket) sums.set(service, (sums.get(service) ?? 0) + n);
    return sums;
  }
  override handleCall(request: WindowProtocol["calls"]) {
    const sorted = Array.from(this.totals(), ([service, errors]) => ({ service, errors })).sort(
      (a, b) => b.errors - a.errors,
    );
    return reply(request, sorted.slice(0, request.n));
  }
  override handleInfo(message: Info<WindowProtocol["infos"]>) {
    if (message.type !== "tick") return;
    for (const [service, errors] of this.totals()) this.send(ALERTS, { type: "rate", service, errors });
    const oldest = Math.min(...this.buckets.keys());
    if (this.buckets.size > 2) this.buckets.delete(oldest);
  }
}

type AlertState = "ok" | "warming" | "firing";
interface AlertProtocol extends Protocol {
  calls: Call<{ type: "firing" }, string[]>;
  infos: { type: "rate"; service: string; errors: number } | { type: "page"; service: string };
}
class Alerts extends GenServer<AlertProtocol> {
  private states = new Map<string, { state: AlertState; since: number }>();
  private pages = 0;
  private static next(state: AlertState, errors: number): AlertState {
    switch (true) {
      case errors === 0:
        return "ok";
      case state === "ok":
        return "warming";
      case state === "warming" && errors >= 2:
        return "firing";
      default:
        return state;
    }
  }
  override handleCall(request: AlertProtocol["calls"]) {
    return reply(
      request,
      [...this.states].flatMap(([service, { state }]) => (state === "firing" ? [service] : [])),
    );
  }
  override handleInfo(message: Info<AlertProtocol["infos"]>) {
    if (message.type === "rate") {
      const { service, errors } = message;
      const { state, since } = this.states.get(service) ?? { state: "ok" as AlertState, since: this.now() };
      const next = Alerts.next(state, errors);
      this.states.set(service, { state: next, since: next === state ? since : this.now() });
      if (next === "firing" && state !== "firing") this.sendAfter(500, this.self, { type: "page", service });
    } else if (message.type === "page") {
      if (++this.pages > 3) return stop("pager_storm");
    }
  }
}

interface SinkProtocol extends Protocol {
  calls: Call<{ type: "written" }, number>;
  casts: { type: "write"; text: string };
  infos: { type: "flush" };
}
class Sink extends GenServer<SinkProtocol> {
  private buffer: string[] = [];
  private written = 0;
  private armed = false;
  override init() {
    this.trapExit(true);
  }
  override handleCast({ text }: SinkProtocol["casts"]) {
    this.buffer.push(text);
    if (this.buffer.length >= 3) this.flush();
    else if (!this.armed) {
      this.armed = true;
      this.sendAfter(120, this.self, { type: "flush" });
    }
  }
  override handleCall(request: SinkProtocol["calls"]) {
    return reply(request, this.written);
  }
  override handleInfo(message: Info<SinkProtocol["infos"]>) {
    switch (message.type) {
      case "flush":
        this.armed = false;
        this.flush();
        break;
      case "EXIT":
        return stop(message.reason);
    }
  }
  override async terminate() {
    await this.sleep(15);
    this.flush();
  }
  private flush() {
    for (const batch of chunk(this.buffer.splice(0), 2)) this.written += batch.length;
  }
}

class Tailer extends GenServer<{ infos: { type: "poll" } }> {
  private offset = 0;
  private lines: readonly string[] = [];
  private parser = 0;
  override init(lines: readonly string[], first: number) {
    [this.lines, this.parser] = [lines, first];
    this.send(this.self, { type: "poll" });
  }
  override async handleInfo(message: Info<{ type: "poll" }>) {
    if (message.type !== "poll") return;
    const lines = this.lines.slice(this.offset, this.offset + 3);
    if (lines.length === 0) return stop();
    const { parsed, rejected } = await this.call(parserName((this.parser++ % PARSERS) + 1), {
      type: "parse",
      lines,
    });
    this.offset += parsed + rejected;
    this.sendAfter(rejected > 0 ? 90 : 30, this.self, { type: "poll" });
  }
}

class Heartbeat extends GenServer<{ infos: { type: "beat" } }> {
  override init() {
    const window = this.whereis(WINDOW);
    if (!window) throw new Error("no window to watch");
    this.monitor(window);
    this.sendAfter(800, this.self, { type: "beat" });
  }
  override async handleInfo(message: Info<{ type: "beat" }>) {
    if (message.type === "DOWN") return stop("window_lost");
    if (message.type === "beat") await this.call(WINDOW, { type: "top", n: 3 }, 400);
  }
}

class ParserPool extends Supervisor {
  override init(size: number): SupervisorSpec<typeof Parser> {
    return {
      intensity: 3,
      children: Array.from({ length: size }, (_, n) => ({
        id: `parser-${n + 1}`,
        start: [Parser, 50] as const,
        name: parserName(n + 1),
      })),
    };
  }
}
class Tail extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "all_significant",
      intensity: 2,
      children: [0, 1, 2].map((n) => ({
        id: `tail-${"abc"[n]}`,
        start: [Tailer, n === 2 ? [] : SAMPLE.filter((_, at) => at % 2 === n), n],
        restart: "transient" as const,
        significant: true,
      })),
    };
  }
}
export class Pipeline extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 15,
      children: [
        { id: "sink", start: [Sink], name: SINK, shutdown: 100 },
        { id: "alerts", start: [Alerts], name: ALERTS },
        { id: "window", start: [Window, 1_000], name: WINDOW },
        { id: "parsers", start: [ParserPool, PARSERS] },
        { id: "heartbeat", start: [Heartbeat] },
        { id: "tail", start: [Tail], restart: "transient" },
        {
          id: "banner",
          start: [Task, (task: Task) => task.send(ALERTS, { type: "rate", service: "boot", errors: 1 })],
          restart: "temporary",
        },
      ],
    };
  }
}
