/** A photo lab: stages made by mixins, thumbnails by asyncStream, bounded mailboxes, resources that are given back. */
import {
  type Call,
  CallError,
  continueWith,
  type ExitReason,
  GenServer,
  hibernate,
  type Info,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TaskMessage,
  TaskSupervisor,
} from "suptree";

// biome-ignore lint/suspicious/noExplicitAny: a mixin takes any arguments
type Ctor<T = object> = abstract new (...args: any[]) => T;

/** Adds a ring buffer of notes. */
function Noted<B extends Ctor<GenServer>>(Base: B) {
  abstract class WithNotes extends Base {
    private readonly ring: (string | undefined)[] = [undefined, undefined, undefined, undefined];
    private head = 0;
    protected note(text: string): number {
      this.ring[this.head & 3] = text;
      return ++this.head;
    }
    protected notes(): string[] {
      return this.ring.filter((each): each is string => each !== undefined);
    }
  }
  return WithNotes;
}

/** Adds a count of failures that ends the process. */
function Fragile<B extends Ctor<GenServer>>(Base: B, most: number) {
  abstract class WithLimit extends Base {
    private strikes = 0;
    protected strike(why: string): void {
      if (++this.strikes > most) throw new Error(`${why} (${this.strikes})`);
    }
  }
  return WithLimit;
}

const LAB = processName<TaskSupervisor>("lab");
const ALBUM = processName<Album>("album");
const STAGE = { crop: processName<Crop>("crop"), tint: processName<Tint>("tint") };

interface Photo {
  readonly id: number;
  w: number;
  h: number;
  tags: Set<string>;
}
const photo = (id: number, w = 640, h = 480): Photo => ({ id, w, h, tags: new Set() });

class Album extends Noted(GenServer) {
  private readonly photos = new WeakMap<object, number>();
  private total = 0;
  override init() {
    this.limitMailbox({ max: 50, casts: "drop" });
  }
  override handleCast(item: Photo | { done: string }) {
    if ("done" in item) return void this.note(item.done);
    this.photos.set(item, item.w * item.h);
    this.total += this.photos.get(item) ?? 0;
    if (item.tags.has("broken")) throw new Error("unreadable");
    return hibernate;
  }
  override handleCall(request: Call<{ type: "pixels" }, number>) {
    return reply(request, this.total);
  }
}

class Crop extends Fragile(Noted(GenServer), 2) {
  override handleCast(item: Photo) {
    if (item.w < 100) return void this.strike("too small");
    const side = Math.min(item.w, item.h);
    this.note(`#${item.id}`);
    this.cast(STAGE.tint, { ...item, w: side, h: side });
  }
}

class Tint extends Fragile(GenServer, 0) {
  override handleCast(item: Photo) {
    if (item.id === 13) this.strike("unlucky");
    const tags = new Set([...item.tags, item.id % 2 === 0 ? "warm" : "cold"]);
    this.cast(ALBUM, { ...item, tags });
  }
}

class Scanner extends GenServer {
  private open = true;
  override init(rolls: number[][]) {
    this.trapExit(true);
    this.own({
      [Symbol.dispose]: () => {
        this.open = false;
      },
    });
    this.onExit(() => this.cast(ALBUM, { done: "scanner" }));
    return continueWith(rolls);
  }
  override handleContinue(rolls: unknown) {
    const [first, ...rest] = rolls as number[][];
    if (first === undefined) return;
    for (const [n, w] of first.entries()) this.cast(STAGE.crop, photo(n + 1, w));
    return continueWith(rest);
  }
  override handleInfo(message: Info) {
    if (message.type === "EXIT") return stop(message.reason);
  }
  override terminate(reason: ExitReason) {
    if (reason === "shutdown") this.cast(ALBUM, { done: `scan until ${this.open}` });
  }
}

class Thumbnails extends GenServer {
  readonly sizes: number[] = [];
  readonly bad: string[] = [];
  override async init(widths: number[]) {
    for await (const end of this.asyncStream(
      widths,
      (w) => {
        if (!Number.isInteger(Math.log2(w))) throw new Error(`odd ${w}`);
        return w >> 2;
      },
      { max: 2, under: LAB },
    )) {
      if (end.ok) this.sizes.push(end.value);
      else this.bad.push(typeof end.reason);
    }
    if (this.sizes.length < this.bad.length) return stop("mostly_bad");
    this.async(() => this.sizes.length, { notify: true });
  }
  override handleInfo(message: Info<TaskMessage<number>>) {
    if (message.type === "task" && message.ok && message.value !== 2) throw new Error("lost a thumbnail");
  }
}

class Printer extends GenServer {
  override async init() {
    const task = this.async(async (self) => {
      await self.sleep(20);
      return self.call(ALBUM, { type: "pixels" });
    });
    const soon = await this.yield(task, 5);
    try {
      const pixels = soon?.ok ? soon.value : await this.await(task, 100);
      if (pixels === 0) throw new Error("empty album");
    } catch (error) {
      if (error instanceof CallError) return stop({ shutdown: "slow" });
      throw error;
    }
  }
}

class StagesSup extends Supervisor {
  override init(): SupervisorSpec<typeof Crop | typeof Tint> {
    return {
      strategy: "one_for_one",
      intensity: 1,
      period: 1,
      children: [
        { id: "tint", start: [Tint], name: STAGE.tint },
        { id: "crop", start: [Crop], name: STAGE.crop },
      ],
    };
  }
}

export class LabSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "album", start: [Album], name: ALBUM },
        { id: "lab", start: [TaskSupervisor, { intensity: 0 }], name: LAB },
        { id: "stages", start: [StagesSup] },
        {
          id: "scanner",
          start: [
            Scanner,
            [
              [800, 640],
              [90, 1024],
            ],
          ],
          shutdown: 200,
        },
        { id: "thumbnails", start: [Thumbnails, [256, 100, 512]], restart: "transient" },
        { id: "printer", start: [Printer], restart: "temporary" },
      ],
    };
  }
}
