/** A theatre: seats as bit sets, an outbox with dedup, prices by strategy objects, plays as async generators, understudies. */
import {
  type Call,
  type From,
  GenServer,
  type Info,
  ignore,
  noReply,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
  type TimerRef,
  via,
} from "suptree";

const enumerate = <T>(items: Iterable<T>) => {
  let n = 0;
  return {
    *[Symbol.iterator](): Generator<[number, T]> {
      for (const item of items) yield [n++, item];
    },
  };
};

class BitSet {
  static readonly WIDTH = 32;
  private words: number[];
  constructor(size: number) {
    this.words = Array(Math.ceil(size / BitSet.WIDTH)).fill(0);
  }
  has(n: number): boolean {
    return ((this.words[n >>> 5]! >>> (n & 31)) & 1) === 1;
  }
  toggle(n: number): void {
    this.words[n >>> 5]! ^= 1 << (n & 31);
  }
  get count(): number {
    let c = 0;
    for (let word of this.words) for (; word !== 0; word &= word - 1) c++;
    return c;
  }
  *free(limit: number): IterableIterator<number> {
    for (let n = 0; n < limit; n++) if (!this.has(n)) yield n;
  }
}

interface HallProtocol extends Protocol {
  calls:
    | Call<{ type: "book"; seats: number; by: string }, number[]>
    | Call<{ type: "wait"; seats: number }, "now" | "later">
    | Call<{ type: "left" }, number>;
  casts: { type: "cancel"; by: string };
  infos: { type: "close" };
}

const ROLES = processName<Registry<{ play: string; role: string }, { since: number }, Actor>>("roles");
const HALL = { big: processName<Hall>("hall.big"), small: processName<Hall>("hall.small") };
const OUTBOX = processName<Outbox>("outbox");

class Hall extends GenServer<HallProtocol> {
  readonly #size: Map<string, number[]> = new Map();
  #seats = new BitSet(0);
  #limit = 0;
  #closing?: TimerRef;
  #queue: { from: From<"now" | "later">; seats: number }[] = [];
  override init({ seats, doors = 3600 }: { seats: number; doors?: number }) {
    this.#limit = seats;
    this.#seats = new BitSet(seats);
    if (doors < 100) this.#closing = this.sendAfter(doors, this.self, { type: "close" });
  }
  override handleCall(request: HallProtocol["calls"], from: From) {
    switch (request.type) {
      case "left":
        return reply(request, this.#limit - this.#seats.count);
      case "wait": {
        if (this.#limit - this.#seats.count >= request.seats) return reply(request, "now");
        this.#queue.push({ from: replyTo(request, from), seats: request.seats });
        return noReply;
      }
      case "book": {
        const taken: number[] = [];
        for (const n of this.#seats.free(this.#limit)) {
          if (taken.length === request.seats) break;
          taken.push(n);
        }
        if (taken.length < request.seats) return reply(request, []);
        taken.forEach((n) => {
          this.#seats.toggle(n);
        });
        this.#size.set(request.by, (this.#size.get(request.by) ?? []).concat(taken));
        this.cast(OUTBOX, { id: `${request.by}:${taken.join("+")}`, body: taken });
        return reply(request, taken);
      }
    }
  }
  override handleCast({ by }: HallProtocol["casts"]) {
    this.#size.get(by)?.map((n) => this.#seats.toggle(n));
    if (!this.#size.delete(by)) throw new ReferenceError(`${by} has no seats`);
    const [first] = this.#queue;
    if (first && this.#limit - this.#seats.count >= first.seats)
      this.reply(this.#queue.shift()!.from, "later");
  }
  override handleInfo(message: Info<HallProtocol["infos"]>) {
    if (message.type === "close" && this.#closing !== undefined) return stop({ shutdown: "closed" });
  }
}

class Outbox extends GenServer {
  private sent = new Set<string>();
  private duplicates = 0;
  override handleCast({ id }: { id: string; body: unknown }) {
    if (this.sent.has(id)) {
      if (++this.duplicates > 1) this.exit("flooded");
    } else this.sent.add(id);
  }
}

interface Pricing {
  (seat: number): number;
  readonly title: string;
}
const pricing = (title: string, f: (seat: number) => number): Pricing =>
  Object.assign((seat: number) => f(seat), { title });

async function* scenes(acts: readonly string[][]): AsyncGenerator<string, number> {
  let total = 0;
  for (const act of acts) {
    yield* act;
    total += act.length;
    await Promise.resolve();
  }
  return total;
}

class Play extends GenServer {
  lines: string[] = [];
  takings = 0;
  override async init(title: string, acts: string[][]) {
    for await (const scene of scenes(acts))
      this.lines.push(`${title}: ${scene.at(0)?.toUpperCase()}${scene.slice(1)}`);
    const plan = pricing("rows", (seat) => (seat < 2 ? 20 : 12.5));
    const seats = await this.call(HALL.big, { type: "book", seats: acts.length + 1, by: title });
    for (const [n, seat] of enumerate(seats)) this.takings += plan(seat) * (n === 0 ? 1 : 0.9);
    if (plan.title !== "rows" || this.takings < 30) return stop(`unpaid: ${this.takings}`);
  }
}

class Actor extends GenServer {
  understudy: Pid | undefined;
  override init(name: string, key: { play: string; role: string }) {
    const known = Registry.lookup(this, ROLES, key);
    const { error } = Registry.register(this, ROLES, key, { since: known.length });
    if (error) {
      this.understudy = error.already_registered;
      this.monitor(this.understudy);
    }
    if (name === "ghost") return ignore;
    this.key = key;
  }
  private key = { play: "", role: "" };
  override handleInfo(message: Info) {
    if (message.type === "DOWN" && message.pid === this.understudy) {
      this.understudy = undefined;
      Registry.register(this, ROLES, this.key, { since: -1 });
    }
  }
  override handleCall(request: Call<{ cue: string }, string>) {
    return reply(
      request,
      `${this.key.role} ${request.cue.replace(/\b(\w)/g, (_, c: string) => c.toUpperCase())}`,
    );
  }
}

class Prompter extends GenServer {
  override async init() {
    const line = (await this.call(via(ROLES, { play: "hamlet", role: "prince" }), {
      cue: "to be",
    })) as string;
    if (line !== "prince To Be") throw new Error(line);
    const left = await this.call(HALL.small, { type: "wait", seats: 2 });
    if (left !== "now") return stop("full");
    this.monitor(via(ROLES, { play: "hamlet", role: "prince" }));
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") throw new Error("no prince");
  }
}

class Troupe extends Supervisor {
  override init(play: string): SupervisorSpec<typeof Actor> {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 4,
      autoShutdown: "any_significant",
      children: [
        { id: "lead", start: [Actor, "anna", { play, role: "prince" }] },
        {
          id: "second",
          start: [Actor, "bert", { play, role: "prince" }],
          restart: "transient",
          significant: true,
        },
        { id: "ghost", start: [Actor, "ghost", { play, role: "ghost" }], restart: "temporary" },
      ],
    };
  }
}

class House extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 8,
      children: [
        ...(["big", "small"] as const).map((id, n) => ({
          id,
          start: [Hall, { seats: 6 - 3 * n }] as const,
          name: HALL[id],
        })),
        { id: "macbeth", start: [Play, "macbeth", [["witches", "king"], ["wood"]]] },
        {
          id: "usher",
          start: [
            Task,
            async (task: Task) => {
              if ((await task.call(HALL.big, { type: "left" })) > 4) throw new Error("empty house");
            },
          ],
          restart: "transient",
        },
      ],
    };
  }
}

export class TheatreSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1,
      period: 8,
      children: [
        { id: "roles", start: [Registry, { keys: "unique" }], name: ROLES },
        { id: "outbox", start: [Outbox], name: OUTBOX, shutdown: "brutal_kill" },
        { id: "house", start: [House] },
        { id: "troupe", start: [Troupe, "hamlet"], restart: "transient" },
        { id: "prompter", start: [Prompter], restart: "transient" },
      ],
    };
  }
}
