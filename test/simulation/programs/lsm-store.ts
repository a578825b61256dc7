/** A log-structured store: a write-ahead log, a memtable that is flushed, segments, and compaction by tasks. */
import {
  type Call,
  continueWith,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
  type TaskHandle,
  type TaskMessage,
  TaskSupervisor,
} from "suptree";

type Entry = readonly [key: string, value: string | null, seq: number];
const TOMBSTONE = null;
const limits = Object.freeze({ memtable: 4, segments: 3, flushEvery: 1_500 });

const WAL = processName<Wal>("wal");
const MEMTABLE = processName<Memtable>("memtable");
const LEVELS = processName<Levels>("levels");
const JOBS = processName<TaskSupervisor>("compaction-jobs");

/** Merges sorted runs; of equal keys the one with the highest sequence number wins. */
function merge(...runs: ReadonlyArray<readonly Entry[]>): Entry[] {
  const cursors = runs.map(() => 0);
  const out: Entry[] = [];
  while (true) {
    let least: Entry | undefined;
    let from = -1;
    for (const [n, run] of runs.entries()) {
      const entry = run[cursors[n] ?? 0];
      if (entry === undefined) continue;
      if (least === undefined || entry[0] < least[0] || (entry[0] === least[0] && entry[2] > least[2])) {
        least = entry;
        from = n;
      }
    }
    if (least === undefined) break;
    cursors[from] = (cursors[from] ?? 0) + 1;
    if (out.at(-1)?.[0] === least[0]) continue;
    out.push(least);
  }
  return out.filter(([, value]) => value !== TOMBSTONE);
}

function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) {
    hash ^= text.charCodeAt(n);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

interface WalProtocol extends Protocol {
  calls:
    | Call<{ type: "append"; key: string; value: string | null }, number>
    | Call<{ type: "replay"; after: number }, Entry[]>
    | Call<{ type: "truncate"; upTo: number }, number>;
}
class Wal extends GenServer<WalProtocol> {
  #records: Array<{ line: string; sum: string }> = [];
  #seq = 0;
  override init(seed: Record<string, string>) {
    for (const [key, value] of Object.entries(seed)) this.#append(key, value);
  }
  #append(key: string, value: string | null): number {
    const line = JSON.stringify([key, value, ++this.#seq]);
    this.#records.push({ line, sum: checksum(line) });
    return this.#seq;
  }
  override handleCall(request: WalProtocol["calls"]) {
    switch (request.type) {
      case "append":
        return reply(request, this.#append(request.key, request.value));
      case "replay": {
        const entries: Entry[] = [];
        for (const { line, sum } of this.#records) {
          if (checksum(line) !== sum) throw new Error(`corrupt: ${line}`);
          const entry = JSON.parse(line) as Entry;
          if (entry[2] > request.after) entries.push(entry);
        }
        return reply(request, entries);
      }
      case "truncate": {
        const before = this.#records.length;
        this.#records = this.#records.filter(({ line }) => (JSON.parse(line) as Entry)[2] > request.upTo);
        return reply(request, before - this.#records.length);
      }
    }
  }
}

interface MemtableProtocol extends Protocol {
  calls:
    | Call<{ type: "put"; key: string; value: string }, "ok">
    | Call<{ type: "delete"; key: string }, "ok">
    | Call<{ type: "get"; key: string }, string | null | undefined>;
  infos: { type: "flush" };
}
class Memtable extends GenServer<MemtableProtocol> {
  private table = new Map<string, Entry>();
  private flushed = 0;

  override init() {
    this.sendInterval(limits.flushEvery, this.self, { type: "flush" });
    return continueWith("recover");
  }
  override async handleContinue(what: "recover" | "flush") {
    if (what === "recover") {
      const { upTo } = await this.call(LEVELS, { type: "state" });
      for (const entry of await this.call(WAL, { type: "replay", after: upTo }))
        this.table.set(entry[0], entry);
      this.flushed = upTo;
    }
    if (what === "flush" || this.table.size >= limits.memtable) await this.flush();
  }
  override async handleCall(request: MemtableProtocol["calls"]) {
    if (request.type === "get") return reply(request, this.table.get(request.key)?.[1]);
    const value = request.type === "put" ? request.value : TOMBSTONE;
    const seq = await this.call(WAL, { type: "append", key: request.key, value });
    this.table.set(request.key, [request.key, value, seq]);
    return reply(request, "ok", continueWith(this.table.size >= limits.memtable ? "flush" : "nothing"));
  }
  override async handleInfo(message: Info<MemtableProtocol["infos"]>) {
    if (message.type === "flush" && this.table.size > 0) await this.flush();
  }
  private async flush() {
    const run = [...this.table.values()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const upTo = Math.max(this.flushed, ...run.map(([, , seq]) => seq));
    await this.call(LEVELS, { type: "add", run, upTo });
    await this.call(WAL, { type: "truncate", upTo });
    this.flushed = upTo;
    this.table.clear();
  }
}

interface LevelsProtocol extends Protocol {
  calls:
    | Call<{ type: "add"; run: Entry[]; upTo: number }, number>
    | Call<{ type: "find"; key: string }, string | undefined>
    | Call<{ type: "state" }, { segments: number; upTo: number }>;
}
class Levels extends GenServer<LevelsProtocol> {
  private segments: Entry[][] = [];
  private upTo = 0;
  private compacting: { task: TaskHandle<Entry[]>; runs: Entry[][] } | null = null;

  override handleCall(request: LevelsProtocol["calls"]) {
    switch (request.type) {
      case "add":
        this.segments.unshift(request.run);
        this.upTo = request.upTo;
        if (this.segments.length >= limits.segments && this.compacting === null) this.compact();
        return reply(request, this.segments.length);
      case "find":
        for (const segment of this.segments) {
          const hit = segment.find(([key]) => key === request.key);
          if (hit) return reply(request, hit[1] ?? undefined);
        }
        return reply(request, undefined);
      case "state":
        return reply(request, { segments: this.segments.length, upTo: this.upTo });
    }
  }
  private compact() {
    const runs = this.segments.slice();
    const task: TaskHandle<Entry[]> = this.async<Entry[]>(
      async (job) => {
        await job.sleep(20 * runs.length);
        return merge(...runs);
      },
      { under: JOBS, notify: true },
    );
    this.compacting = { task, runs };
  }
  override handleInfo(message: Info<TaskMessage<Entry[]>>) {
    if (message.type !== "task" || message.task !== this.compacting?.task) return;
    const { runs } = this.compacting;
    this.compacting = null;
    if (!message.ok) return;
    this.segments = [...this.segments.filter((segment) => !runs.includes(segment)), message.value];
  }
}

class Reader extends GenServer<{ calls: Call<{ type: "read"; key: string }, string> }> {
  private hits = 0;
  override init(levels?: Pid<Levels>) {
    const pid = levels ?? this.whereis(LEVELS);
    if (pid === undefined) return stop("no_levels");
    this.link(pid);
  }
  override async handleCall(request: Call<{ type: "read"; key: string }, string>) {
    const fresh = await this.call(MEMTABLE, { type: "get", key: request.key });
    if (fresh === null) return reply(request, "(deleted)");
    this.hits += fresh === undefined ? 0 : 1;
    return reply(request, fresh ?? (await this.call(LEVELS, { type: "find", key: request.key })) ?? "(none)");
  }
}

const warm = async (task: Task<number>) => {
  let written = 0;
  for (const key of "the quick brown fox jumps over the lazy dog".split(/\s+/)) {
    await task.call(MEMTABLE, { type: "put", key, value: key.toUpperCase() });
    written++;
  }
  await task.call(MEMTABLE, { type: "delete", key: "lazy" });
  return written;
};

class Engine extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1,
      period: 3,
      children: [
        { id: "wal", start: [Wal, { alpha: "1", beta: "2" }], name: WAL, shutdown: "infinity" },
        { id: "jobs", start: [TaskSupervisor, { maxChildren: 2 }], name: JOBS },
        { id: "levels", start: [Levels], name: LEVELS },
        { id: "memtable", start: [Memtable], name: MEMTABLE, startTimeout: 1_000 },
      ],
    };
  }
}
class Readers extends Supervisor {
  override init(count: number): SupervisorSpec {
    const children = [];
    for (let n = 1; n <= count; n++)
      children.push({
        id: `reader_${n}`,
        start: [Reader] as const,
        restart: n === count ? ("transient" as const) : ("permanent" as const),
      });
    return { intensity: 2 * count, period: 4, children };
  }
}
export class LsmStore extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 30,
      children: [
        { id: "engine", start: [Engine] },
        { id: "readers", start: [Readers, 3] },
        { id: "warm", start: [Task, warm], restart: "temporary" },
      ],
    };
  }
}
