/** Full text search in shards: documents are routed by hash, questions go to all shards, the best answers are merged. */
import {
  type Call,
  CallError,
  GenServer,
  type Info,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface Doc {
  id: string;
  text: string;
}
interface Hit {
  id: string;
  score: number;
}

const STOP_WORDS = new Set(["a", "the", "of", "and", "in", "to"]);

function* tokens(text: string): Generator<string> {
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu)) {
    if (!STOP_WORDS.has(word)) yield word.replace(/(?:ing|ed|s)$/, "");
  }
}

function hash(text: string): number {
  let h = 5381;
  for (const char of text) h = (Math.imul(h, 33) ^ (char.codePointAt(0) ?? 0)) >>> 0;
  return h;
}

class Postings {
  private readonly counts: Record<string, number> = Object.create(null);
  add(id: string): void {
    this.counts[id] = (this.counts[id] ?? 0) + 1;
  }
  get documents(): number {
    return Object.keys(this.counts).length;
  }
  *scores(total: number): Generator<Hit> {
    const idf = Math.log(1 + total / this.documents);
    for (const [id, count] of Object.entries(this.counts)) yield { id, score: Math.sqrt(count) * idf };
  }
}

interface ShardProtocol extends Protocol {
  casts: { type: "index"; doc: Doc };
  calls: Call<{ type: "query"; words: readonly string[] }, Hit[]>;
}
const SHARDS = processName<Registry<number, string, Shard>>("shards");
const SHARD_COUNT = 3;

class Shard extends GenServer<ShardProtocol> {
  private readonly index = new Map<string, Postings>();
  private size = 0;

  override init(n: number) {
    const { error } = Registry.register(this, SHARDS, n, `shard ${n}`);
    if (error) throw new Error(`shard ${n} is there already`);
  }
  override handleCast({ doc }: ShardProtocol["casts"]) {
    this.size += 1;
    for (const token of tokens(doc.text)) {
      const postings = this.index.get(token) ?? new Postings();
      postings.add(doc.id);
      this.index.set(token, postings);
    }
  }
  override handleCall(request: ShardProtocol["calls"]) {
    const scores: Record<string, number> = {};
    for (const word of request.words)
      for (const { id, score } of this.index.get(word)?.scores(this.size) ?? [])
        scores[id] = (scores[id] ?? 0) + score;
    const hits = Object.entries(scores).map(([id, score]) => ({ id, score }));
    return reply(request, hits.toSorted((a, b) => b.score - a.score).slice(0, 10));
  }
}

interface SearchProtocol extends Protocol {
  calls: Call<{ type: "search"; text: string }, { hits: Hit[]; partial: boolean }>;
  casts: { type: "add"; docs: readonly Doc[] };
}
const SEARCH = processName<Search>("search");

class Search extends GenServer<SearchProtocol> {
  private lost = 0;

  override handleCast({ docs }: SearchProtocol["casts"]) {
    for (const doc of docs) {
      const shard = Registry.whereis(this, SHARDS, hash(doc.id) % SHARD_COUNT);
      if (shard) this.cast(shard, { type: "index", doc });
      else this.lost++;
    }
  }
  override async handleCall(request: SearchProtocol["calls"]) {
    const words = [...new Set(tokens(request.text))];
    const answers = await Promise.allSettled(
      Registry.entries(this, SHARDS).map(({ pid }) => this.call(pid, { type: "query", words }, 500)),
    );
    const hits: Hit[] = [];
    let partial = answers.length < SHARD_COUNT;
    for (const answer of answers) {
      if (answer.status === "fulfilled") hits.push(...answer.value);
      else if (answer.reason instanceof CallError) partial = true;
      else throw answer.reason;
    }
    hits.sort((a, b) => b.score - a.score || a.id.localeCompare(b.id));
    return reply(request, { hits, partial });
  }
}

const CORPUS: readonly Doc[] = [
  { id: "otp", text: "Supervisors restart the processes of a tree" },
  { id: "ets", text: "Tables owned by processes die with the owner" },
  { id: "gen", text: "A generic server handles calls and casts in order" },
  { id: "reg", text: "Registering names of processes" },
];

interface CrawlerProtocol extends Protocol {
  infos: { type: "crawl"; from: number };
}
class Crawler extends GenServer<CrawlerProtocol> {
  override init(batch: number) {
    this.batch = batch;
    this.send(this.self, { type: "crawl", from: 0 });
  }
  private batch = 1;
  override handleInfo(message: Info<CrawlerProtocol["infos"]>) {
    if (message.type !== "crawl") return;
    const docs = CORPUS.slice(message.from, message.from + this.batch);
    if (docs.length === 0) return;
    this.cast(SEARCH, { type: "add", docs });
    this.sendAfter(500, this.self, { type: "crawl", from: message.from + this.batch });
  }
}

interface ProbeProtocol extends Protocol {
  infos: { type: "probe" };
}
/** Asks what must be found, and gives up when it is not. */
class Probe extends GenServer<ProbeProtocol> {
  private misses = 0;
  override init() {
    this.sendInterval(1_500, this.self, { type: "probe" });
  }
  override async handleInfo(message: Info<ProbeProtocol["infos"]>) {
    if (message.type !== "probe") return;
    const { hits, partial } = await this.call(SEARCH, { type: "search", text: "the processes" });
    if (hits.length === 0 && !partial) this.misses += 1;
    if (this.misses > 3) throw new Error("index is empty");
  }
}

class ShardsSup extends Supervisor {
  override init(count: number): SupervisorSpec<typeof Shard> {
    return {
      strategy: "one_for_one",
      intensity: count,
      period: 10,
      children: Array.from({ length: count }, (_, n) => ({
        id: `shard-${n}`,
        start: [Shard, n] as const,
        shutdown: 500,
      })),
    };
  }
}

class IndexSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "registry", start: [Registry, { keys: "unique" }], name: SHARDS },
        { id: "shards", start: [ShardsSup, SHARD_COUNT] },
        { id: "search", start: [Search], name: SEARCH },
      ],
    };
  }
}

export class SearchSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "index", start: [IndexSup] },
        { id: "crawler", start: [Crawler, 2] },
        { id: "probe", start: [Probe] },
      ],
    };
  }
}
