/** Stages of a pipeline that ask the stage before for more: sources, parsers, windows, a sink with checkpoints. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  hibernate,
  type Info,
  type Pid,
  type ProcessClass,
  type ProcessName,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
} from "suptree";

type Row = Readonly<{ key: string; value: number; time: number }>;
type Parsed = { ok: true; row: Row } | { ok: false; line: string };

interface StageProtocol extends Protocol {
  casts: { type: "demand"; who: Pid; count: number } | { type: "items"; items: readonly unknown[] };
  infos: { type: "produce" } | { type: "close_window"; until: number } | { type: "checkpoint" };
  calls: Call<{ type: "stats" }, { in: number; out: number }>;
}
type StageName = ProcessName<Stage>;

/** What all stages do: ask upstream, hand on downstream, no more than was asked for. */
abstract class Stage<In = unknown, Out = unknown> extends GenServer<StageProtocol> {
  protected upstream: StageName | null = null;
  private readonly buffer: Out[] = [];
  private readonly demands: { who: Pid; count: number }[] = [];
  private counts = { in: 0, out: 0 };
  protected static readonly BATCH = 4;

  protected abstract work(item: In): Iterable<Out>;

  protected begin(upstream: StageName | null): void {
    this.upstream = upstream;
    this.ask();
  }
  protected ask(): void {
    if (this.upstream !== null)
      this.cast(this.upstream, { type: "demand", who: this.self, count: Stage.BATCH });
  }
  protected emit(items: Iterable<Out>): void {
    this.buffer.push(...items);
    this.serve();
  }
  private serve(): void {
    for (let demand = this.demands[0]; demand !== undefined; demand = this.demands[0]) {
      if (this.buffer.length === 0) return;
      if (!demand.who.alive) {
        this.demands.shift();
        continue;
      }
      const items = this.buffer.splice(0, demand.count);
      demand.count -= items.length;
      this.counts.out += items.length;
      this.cast(demand.who as Pid<Stage>, { type: "items", items });
      if (demand.count === 0) this.demands.shift();
    }
  }
  override handleCast(message: StageProtocol["casts"]) {
    if (message.type === "demand") {
      this.demands.push({ who: message.who, count: message.count });
      this.serve();
      return;
    }
    this.counts.in += message.items.length;
    for (const item of message.items) this.emit(this.work(item as In));
    this.ask();
  }
  override handleCall(request: StageProtocol["calls"]) {
    return reply(request, { ...this.counts });
  }
}

class Source extends Stage<never, string> {
  private n = 0;
  override init(every: number) {
    this.sendInterval(every, this.self, { type: "produce" });
  }
  protected override *work(): Iterable<string> {}
  override handleInfo(message: Info<StageProtocol["infos"]>) {
    if (message.type !== "produce") return hibernate;
    const n = this.n++;
    const key = "abc"[n % 3];
    this.emit([n % 7 === 6 ? "#corrupt" : `${key};${(n * 37) % 101};${this.now()}`]);
    return undefined;
  }
}

class Parser extends Stage<string, Row> {
  private readonly bad: string[] = [];

  override init(upstream: StageName) {
    this.begin(upstream);
  }
  private static parse(line: string): Parsed {
    const [key, value, time, ...more] = line.split(";");
    if (key === undefined || value === undefined || time === undefined || more.length > 0)
      return { ok: false, line };
    const row = { key, value: +value, time: +time };
    return Number.isNaN(row.value) ? { ok: false, line } : { ok: true, row };
  }
  protected override work(line: string): Row[] {
    const parsed = Parser.parse(line);
    if (parsed.ok) return [parsed.row];
    this.bad.push(parsed.line);
    if (this.bad.length > 100) throw new Error("too many bad lines");
    return [];
  }
}

interface Window {
  readonly until: number;
  readonly sums: Map<string, { count: number; sum: number }>;
}
type Aggregate = { until: number; key: string; mean: number };

class Windows extends Stage<Row, Aggregate> {
  private current: Window | null = null;
  private length = 0;

  override init(upstream: StageName, options: { length: number }) {
    this.length = options.length;
    this.begin(upstream);
  }
  protected override *work(row: Row): Generator<Aggregate> {
    if (this.current && row.time >= this.current.until) yield* this.close();
    this.current ??= this.open(row.time);
    const { sums } = this.current;
    const { count, sum } = sums.get(row.key) ?? { count: 0, sum: 0 };
    sums.set(row.key, { count: count + 1, sum: sum + row.value });
  }
  private open(time: number): Window {
    const until = (Math.floor(time / this.length) + 1) * this.length;
    this.sendAfter(Math.max(1, until - this.now()), this.self, { type: "close_window", until });
    return { until, sums: new Map() };
  }
  private *close(): Generator<Aggregate> {
    const window = this.current;
    this.current = null;
    if (window === null) return;
    for (const [key, { count, sum }] of window.sums) yield { until: window.until, key, mean: sum / count };
  }
  override handleInfo(message: Info<StageProtocol["infos"]>) {
    if (message.type === "close_window" && this.current?.until === message.until) this.emit(this.close());
  }
}

interface CheckpointsProtocol extends Protocol {
  calls:
    | Call<{ type: "last"; sink: string }, number>
    | Call<{ type: "save"; sink: string; until: number }, boolean>;
}
const CHECKPOINTS = processName<Checkpoints>("checkpoints");
class Checkpoints extends GenServer<CheckpointsProtocol> {
  private readonly last: { [sink: string]: number } = {};
  override handleCall(request: CheckpointsProtocol["calls"]) {
    if (request.type === "last") return reply(request, this.last[request.sink] ?? 0);
    const newer = request.until > (this.last[request.sink] ?? 0);
    if (newer) this.last[request.sink] = request.until;
    return reply(request, newer);
  }
}

class Sink extends Stage<Aggregate, never> {
  private id = "";
  private seen = 0;
  private readonly rows: Aggregate[] = [];

  override async init(id: string, upstream: StageName) {
    this.id = id;
    this.seen = await this.call(CHECKPOINTS, { type: "last", sink: id });
    this.sendInterval(1_300, this.self, { type: "checkpoint" });
    this.begin(upstream);
  }
  protected override work(aggregate: Aggregate): never[] {
    if (aggregate.until > this.seen) this.rows.push(aggregate);
    return [];
  }
  override async handleInfo(message: Info<StageProtocol["infos"]>) {
    if (message.type !== "checkpoint") return undefined;
    const until = Math.max(this.seen, ...this.rows.map((row) => row.until));
    if (until > this.seen && !(await this.call(CHECKPOINTS, { type: "save", sink: this.id, until })))
      return stop("stale_sink");
    this.seen = until;
    this.rows.length = 0;
    return undefined;
  }
}

const stageName = (id: string): StageName => processName<Stage>(`stage/${id}`);

interface StageSpec {
  readonly id: string;
  readonly cls: ProcessClass;
  readonly args: readonly unknown[];
}
class Plan {
  readonly #stages: StageSpec[] = [];
  add(id: string, cls: ProcessClass, ...args: unknown[]): this {
    this.#stages.push({ id, cls, args });
    return this;
  }
  *[Symbol.iterator](): Iterator<StageSpec> {
    yield* this.#stages;
  }
}
const PLAN = new Plan()
  .add("source", Source, 150)
  .add("parser", Parser, stageName("source"))
  .add("windows", Windows, stageName("parser"), { length: 1_000 })
  .add("sink", Sink, "warehouse", stageName("windows"));

class PipelineSup extends Supervisor {
  override init(plan: Plan): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 5,
      children: [...plan].map(({ id, cls, args }) => ({ id, start: [cls, ...args], name: stageName(id) })),
    };
  }
}

const REPORTS = processName<ReportSup>("reports");
class ReportSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 1, period: 60, maxChildren: 2 };
  }
}

interface ReporterProtocol extends Protocol {
  infos: { type: "report" };
}
class Reporter extends GenServer<ReporterProtocol> {
  private readonly reports: string[] = [];
  override init() {
    this.sendAfter(2_000, this.self, { type: "report" });
  }
  override async handleInfo(message: Info<ReporterProtocol["infos"]>) {
    if (message.type !== "report") return;
    const stats = await this.call(stageName("parser"), { type: "stats" });
    const text = `${new Date(this.now()).toISOString()}: ${stats.out} of ${stats.in}`;
    await this.startChild(REPORTS, {
      id: `report-${this.reports.length}`,
      start: [Task, async (task: Task) => void (await task.sleep(200 + text.length))],
      restart: "temporary",
    });
    this.reports.push(text);
    this.sendAfter(2_000, this.self, { type: "report" });
  }
}

export class DataSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "checkpoints", start: [Checkpoints], name: CHECKPOINTS },
        { id: "pipeline", start: [PipelineSup, PLAN] },
        { id: "reports", start: [ReportSup], name: REPORTS },
        { id: "reporter", start: [Reporter] },
      ],
    };
  }
}
