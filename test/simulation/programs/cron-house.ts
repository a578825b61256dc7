/** Cron: expressions by a tagged template, a binary heap of jobs, runners under a task supervisor, timers that are taken back. */
import {
  type Call,
  formatReason,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TaskMessage,
  TaskSupervisor,
  type TimerRef,
} from "suptree";

type Field = readonly number[];
interface Expression {
  minute: Field;
  hour: Field;
}

function cron(strings: TemplateStringsArray, ...values: readonly (number | string)[]): Expression {
  const text = strings.reduce((all, part, n) => `${all}${part}${values[n] ?? ""}`, "").trim();
  const [minute = "*", hour = "*"] = text.split(/\s+/);
  return { minute: parse(minute, 60), hour: parse(hour, 24) };
}

function parse(field: string, limit: number): Field {
  if (field === "*") return Array.from({ length: limit }, (_, n) => n);
  return field
    .split(",")
    .flatMap((part) => {
      const match = part.match(/^(?:(\d+)(?:-(\d+))?|\*)(?:\/(\d+))?$/);
      if (!match) throw new SyntaxError(`not a field: ${part}`);
      const [, from = "0", to, step] = match;
      const last = to !== undefined ? Number(to) : step !== undefined ? limit - 1 : Number(from);
      const out: number[] = [];
      for (let n = Number(from); n <= last; n += Number(step ?? 1)) out.push(n);
      return out;
    })
    .sort((a, b) => a - b);
}

class Heap<T> {
  private readonly items: T[] = [];
  private readonly before: (a: T, b: T) => boolean;
  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }
  get length() {
    return this.items.length;
  }
  push(item: T): void {
    let n = this.items.push(item) - 1;
    while (n > 0) {
      const up = (n - 1) >> 1;
      if (!this.before(this.items[n]!, this.items[up]!)) break;
      [this.items[n], this.items[up]] = [this.items[up]!, this.items[n]!];
      n = up;
    }
  }
  pop(): T | undefined {
    const [top] = this.items;
    const last = this.items.pop();
    if (this.items.length > 0 && last !== undefined) {
      this.items[0] = last;
      let n = 0;
      for (;;) {
        let least = n;
        for (const child of [2 * n + 1, 2 * n + 2])
          if (child < this.items.length && this.before(this.items[child]!, this.items[least]!)) least = child;
        if (least === n) break;
        [this.items[n], this.items[least]] = [this.items[least]!, this.items[n]!];
        n = least;
      }
    }
    return top;
  }
  *[Symbol.iterator](): Iterator<T> {
    yield* this.items;
  }
}

interface Job {
  name: string;
  at: number;
  run: (jitter: number) => string;
}

const RUNNERS = processName<TaskSupervisor>("runners");
const JOURNAL = processName<Journal>("journal");
const PERIOD = 10;

interface TableProtocol extends Protocol {
  calls: Call<{ type: "peek" }, string[]>;
  casts: { type: "defer"; job: string };
  infos: { type: "due" } | TaskMessage<string>;
}

class CronTable extends GenServer<TableProtocol> {
  private heap = new Heap<Job>((a, b) => a.at < b.at || (a.at === b.at && a.name < b.name));
  private alarm: TimerRef | null = null;

  override init(jobs: Record<string, [when: Expression, work: Job["run"]]>) {
    for (const [name, [{ minute, hour }, run]] of Object.entries(jobs)) {
      const at = (hour[0] ?? 0) * 3600 + (minute[0] ?? 0) * 60;
      this.heap.push({ name, at, run });
    }
    this.arm();
  }

  private arm(ms = PERIOD): void {
    if (this.alarm !== null) this.cancelTimer(this.alarm);
    this.alarm = this.heap.length > 0 ? this.sendAfter(ms, this.self, { type: "due" }) : null;
  }

  override handleCall(request: TableProtocol["calls"]) {
    return reply(
      request,
      [...this.heap].map(({ name }) => name),
    );
  }

  override handleInfo(message: Info<TableProtocol["infos"]>) {
    if (message.type === "task") {
      const text = message.ok ? message.value : `failed: ${formatReason(message.reason)}`;
      this.cast(JOURNAL, text);
      return;
    }
    if (message.type !== "due") return;
    this.alarm = null;
    const job = this.heap.pop();
    if (job) this.async(() => job.run(job.at % 7), { under: RUNNERS, notify: true });
    this.arm();
  }
}

class Journal extends GenServer {
  #failures = 0;
  readonly #lines: string[] = [];
  override handleCast(line: string) {
    this.#lines.push(line.toUpperCase());
    if (line.startsWith("failed") && ++this.#failures >= 2) return stop("too_many_failures");
  }
}

class Night extends GenServer {
  override init() {
    const timer = this.sendAfter(30_000, this.self, { type: "wake" });
    const left = this.readTimer(timer);
    this.cancelTimer(timer);
    if (left !== 30_000) throw new Error("odd clock");
  }
  override handleInfo(message: Info<{ type: "wake" }>): never {
    throw new Error(`woken by ${message.type}`);
  }
}

const JOBS = {
  backup: [cron`${5} 2`, (j: number) => `backup ${j}`],
  rotate: [cron`*/15 ${"1-3"}`, () => JSON.parse("{rotate}") as string],
  report: [cron`0 6,18`, (j: number) => ["report", j].join("/")],
} satisfies Record<string, [Expression, Job["run"]]>;

export class CronSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 1,
      period: 3,
      children: [
        { id: "journal", start: [Journal], name: JOURNAL, restart: "permanent" },
        { id: "runners", start: [TaskSupervisor], name: RUNNERS },
        { id: "table", start: [CronTable, JOBS] },
        { id: "night", start: [Night], restart: "temporary" },
      ],
    };
  }
}
