/** An auction house: a bidding engine with a sorted book, bidders as closures, an event bus with weak topics, an escrow saga. */
import {
  type Call,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
} from "suptree";

class Cents {
  static readonly ZERO = new Cents(0n);
  readonly value: bigint;
  private constructor(value: bigint) {
    this.value = value;
  }
  static of(text: string): Cents {
    const m = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text);
    if (!m) throw new SyntaxError(`no money: ${text}`);
    return new Cents(BigInt(m[1]!) * 100n + BigInt((m[2] ?? "").padEnd(2, "0")));
  }
  plus(other: Cents) {
    return new Cents(this.value + other.value);
  }
  compare(other: Cents): number {
    return this.value < other.value ? -1 : this.value > other.value ? 1 : 0;
  }
  toString() {
    const s = this.value.toString().padStart(3, "0");
    return `${s.slice(0, -2)}.${s.slice(-2)}`;
  }
}

interface Bid {
  who: string;
  amount: Cents;
  pid: Pid;
}

const TOPICS = processName<Registry<string, null, Ringer>>("topics");
const BLOCK = processName<Block>("block");
const ESCROW = processName<Escrow>("escrow");

interface BlockProtocol extends Protocol {
  calls:
    | Call<{ type: "bid"; who: string; amount: string; pid: Pid }, "leading" | "outbid">
    | Call<{ type: "book" }, string>;
  casts: { type: "hammer" };
}

class Block extends GenServer<BlockProtocol> {
  private book: Bid[] = [];
  private lots: Iterator<string> = ["vase", "clock", "globe"][Symbol.iterator]();
  private lot = "";
  override init() {
    this.lot = this.lots.next().value as string;
  }
  override handleCall(request: BlockProtocol["calls"]) {
    if (request.type === "book")
      return reply(request, this.book.map(({ who, amount }) => `${who}=${amount}`).join(";"));
    const bid: Bid = { who: request.who, amount: Cents.of(request.amount), pid: request.pid };
    this.monitor(bid.pid);
    this.book = [...this.book, bid].sort((a, b) => b.amount.compare(a.amount) || a.who.localeCompare(b.who));
    Registry.dispatch(this, TOPICS, this.lot, ({ pid }) => this.send(pid, { type: "ring", lot: this.lot }));
    return reply(request, this.book[0] === bid ? "leading" : "outbid");
  }
  override handleCast() {
    const [top] = this.book;
    if (top) this.cast(ESCROW, { who: top.who, amount: top.amount });
    this.book = [];
    const { done, value } = this.lots.next();
    if (done) return stop("sold_out");
    this.lot = value as string;
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.book = this.book.filter(({ pid }) => pid !== message.pid);
  }
}

class Ringer extends GenServer {
  rings = 0;
  override init(...lots: string[]) {
    for (const lot of lots) {
      const result = Registry.register(this, TOPICS, lot, null);
      if ("error" in result && result.error) return stop("deaf");
    }
  }
  override handleInfo(message: Info<{ type: "ring"; lot: string }>) {
    if (message.type === "ring" && ++this.rings > 6) throw new Error(`${message.lot} is too loud`);
  }
}

class Escrow extends GenServer {
  #total = Cents.ZERO;
  #receipts = new Map<string, Cents[]>();
  override handleCast({ who, amount }: { who: string; amount: Cents }) {
    const list = this.#receipts.get(who) ?? [];
    this.#receipts.set(who, list.concat(amount));
    this.#total = this.#total.plus(amount);
    label: for (const [name, all] of this.#receipts)
      for (const each of all) {
        if (each.value > 100_00n) {
          this.#receipts.delete(name);
          continue label;
        }
      }
  }
  override handleCall(request: Call<{ type: "total" }, string>) {
    return reply(request, `${this.#total}`);
  }
}

/** How a bidder answers to what it is told: its next offer, or null when it has had enough. */
type Tactic = (round: number, last: "leading" | "outbid") => string | null;
const steady = (start: number, step: number, most: number): Tactic => {
  let at = start;
  return (round, last) => {
    if (last === "leading" && round > 0) return null;
    at += step;
    return at > most ? null : at.toFixed(2);
  };
};
const oneShot =
  (amount: string): Tactic =>
  (round) =>
    round === 0 ? amount : null;

class Bidder extends GenServer {
  rounds = 0;
  override async init(who: string, tactic: () => Tactic) {
    const next = tactic();
    let last: "leading" | "outbid" = "outbid";
    for (let offer = next(0, last); offer !== null; offer = next(++this.rounds, last))
      last = await this.call(BLOCK, { type: "bid", who, amount: offer, pid: this.self });
    if (last === "outbid") return stop({ shutdown: "outbid" });
    this.monitor(BLOCK);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") return stop("auction_over");
  }
}

class Room extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 5,
      autoShutdown: "all_significant",
      children: [
        { id: "shill", start: [Bidder, "shill", () => oneShot("7.5")], restart: "temporary" },
        {
          id: "ann",
          start: [Bidder, "ann", () => steady(5, 2, 20)],
          restart: "transient",
          significant: true,
        },
        {
          id: "bea",
          start: [Bidder, "bea", () => steady(6, 3, 40)],
          restart: "transient",
          significant: true,
        },
      ],
    };
  }
}

export class AuctionSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 6,
      children: [
        { id: "topics", start: [Registry, { keys: "duplicate" }], name: TOPICS },
        { id: "bell", start: [Ringer, "vase", "clock"], restart: "transient" },
        { id: "escrow", start: [Escrow], name: ESCROW },
        { id: "block", start: [Block], name: BLOCK },
        { id: "room", start: [Room], restart: "transient" },
        {
          id: "hammer",
          start: [
            Task,
            async (task: Task) => {
              await task.sleep(100);
              const book = await task.call(BLOCK, { type: "book" });
              if (/^bea=/.test(book)) task.cast(BLOCK, { type: "hammer" });
            },
          ],
          restart: "temporary",
        },
      ],
    };
  }
}
