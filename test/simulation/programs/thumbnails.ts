/** Thumbnails of uploaded pictures: renders in tasks, batches the results, keeps the last ones in a cache. */
import {
  type Call,
  type From,
  GenServer,
  type Info,
  noReply,
  type Protocol,
  processName,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  type TaskMessage,
  TaskSupervisor,
  type TimerRef,
} from "suptree";

interface Picture {
  readonly path: string;
  readonly pixels: Uint8ClampedArray;
}
interface Thumbnail {
  readonly path: string;
  readonly hash: number;
}

class LruCache<K, V> implements Iterable<[K, V]> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }
  set(key: K, value: V): this {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return this;
  }
  get size(): number {
    return this.#entries.size;
  }
  *[Symbol.iterator](): IterableIterator<[K, V]> {
    yield* this.#entries;
  }
}

const fnv = (bytes: Iterable<number>): number => {
  let hash = 0x811c9dc5;
  for (const byte of bytes) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
};

/** Every second pixel of every second row. */
function shrink(pixels: Uint8ClampedArray, width: number): Uint8ClampedArray {
  const out = new Uint8ClampedArray(Math.ceil(pixels.length / 4));
  let at = 0;
  for (let n = 0; n < pixels.length; n += 2) {
    if (Math.floor(n / width) % 2 === 0) out[at++] = pixels[n] ?? 0;
  }
  return out;
}

interface RendererProtocol extends Protocol {
  calls: Call<{ type: "render"; picture: Picture }, Thumbnail | null> | Call<{ type: "size" }, number>;
}
const RENDERER = processName<Renderer>("renderer");
const RENDERS = processName<TaskSupervisor>("renders");
const CATALOG = processName<Catalog>("catalog");

type Pending = { picture: Picture; waiting: From<Thumbnail | null>[] };

class Renderer extends GenServer<RendererProtocol> {
  private readonly cache = new LruCache<string, Thumbnail>(3);
  private readonly pending = new Map<string, Pending>();

  override handleCall(request: RendererProtocol["calls"], from: From) {
    if (request.type === "size") return reply(request, this.cache.size);
    const { picture } = request;
    const cached = this.cache.get(picture.path);
    if (cached) return reply(request, cached);
    const pending = this.pending.get(picture.path);
    if (pending) {
      pending.waiting.push(replyTo(request, from));
      return noReply;
    }
    this.pending.set(picture.path, { picture, waiting: [replyTo(request, from)] });
    this.async(
      async (task) => {
        await task.sleep(80);
        return { path: picture.path, hash: fnv(shrink(picture.pixels, 8)) };
      },
      { under: RENDERS, notify: true },
    );
    return noReply;
  }

  override handleInfo(message: Info<TaskMessage<Thumbnail>>) {
    if (message.type !== "task") return;
    if (!message.ok) {
      for (const { waiting } of this.pending.values()) for (const from of waiting) this.reply(from, null);
      this.pending.clear();
      return;
    }
    const { value } = message;
    this.cache.set(value.path, value);
    for (const from of this.pending.get(value.path)?.waiting ?? []) this.reply(from, value);
    this.pending.delete(value.path);
    this.cast(CATALOG, { type: "add", thumbnail: value });
  }
}

interface CatalogProtocol extends Protocol {
  casts: { type: "add"; thumbnail: Thumbnail };
  infos: { type: "flush" };
  calls: Call<{ type: "batches" }, number>;
}

class Catalog extends GenServer<CatalogProtocol> {
  private batch: Thumbnail[] = [];
  private timer: TimerRef | null = null;
  private written = 0;
  private readonly options = { size: 3, wait: 600 };

  override handleCast({ thumbnail }: CatalogProtocol["casts"]) {
    this.batch.push(thumbnail);
    if (this.batch.length >= this.options.size) return this.flush();
    this.timer ??= this.sendAfter(this.options.wait, this.self, { type: "flush" });
  }
  override handleInfo(message: Info<CatalogProtocol["infos"]>) {
    if (message.type === "flush") this.flush();
  }
  override handleCall(request: CatalogProtocol["calls"]) {
    return reply(request, this.written);
  }
  private flush(): void {
    if (this.timer !== null) this.cancelTimer(this.timer);
    this.timer = null;
    if (this.batch.length === 0) return;
    const lines = this.batch.map(({ path, hash }) => `${path} ${hash.toString(16)}`).join("\n");
    this.written += lines.split("\n").length;
    this.batch = [];
  }
}

interface UploadProtocol extends Protocol {
  infos: { type: "upload"; n: number };
}
class Uploads extends GenServer<UploadProtocol> {
  private failures = 0;
  override init() {
    this.send(this.self, { type: "upload", n: 0 });
  }
  override async handleInfo(message: Info<UploadProtocol["infos"]>) {
    if (message.type !== "upload") return;
    const { n } = message;
    const pixels = Uint8ClampedArray.from({ length: 64 }, (_, k) => (k * (n + 7)) & 0xff);
    const picture = { path: `/up/${n % 5}.png`, pixels };
    const thumbnail = await this.call(RENDERER, { type: "render", picture });
    if (thumbnail === null) this.failures += 1;
    if (n < 12) this.sendAfter(300, this.self, { type: "upload", n: n + 1 });
  }
}

class RenderSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      period: 5,
      children: [
        { id: "renders", start: [TaskSupervisor], name: RENDERS },
        { id: "renderer", start: [Renderer], name: RENDERER },
      ],
    };
  }
}

export class ThumbnailSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "catalog", start: [Catalog], name: CATALOG },
        { id: "rendering", start: [RenderSup] },
        { id: "uploads", start: [Uploads] },
      ],
    };
  }
}
