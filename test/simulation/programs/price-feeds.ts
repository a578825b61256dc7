/** Prices from several venues: feeds reconnect with growing delays, books keep the best prices, candles are built. */
import {
  type Call,
  continueWith,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

type Side = "bid" | "ask";
interface Quote {
  venue: string;
  side: Side;
  price: number;
  size: number;
}

interface BookProtocol extends Protocol {
  casts: { type: "quote"; quote: Quote } | { type: "drop"; venue: string };
  calls:
    | Call<{ type: "mid" }, number | null>
    | Call<{ type: "depth"; side: Side }, readonly [number, number][]>;
}

class BookSide {
  #levels: { price: number; size: number; venue: string }[] = [];
  readonly #better: (a: number, b: number) => number;

  constructor(side: Side) {
    this.#better = side === "bid" ? (a, b) => b - a : (a, b) => a - b;
  }
  put(price: number, size: number, venue: string): void {
    this.#levels = this.#levels.filter((level) => level.venue !== venue);
    if (size > 0) this.#levels.push({ price, size, venue });
    this.#levels.sort((x, y) => this.#better(x.price, y.price));
  }
  forget(venue: string): void {
    this.#levels = this.#levels.filter((level) => level.venue !== venue);
  }
  get best(): number | undefined {
    return this.#levels[0]?.price;
  }
  toJSON(): [number, number][] {
    return this.#levels.map(({ price, size }) => [price, size]);
  }
}

const BOOK = processName<Book>("book");
class Book extends GenServer<BookProtocol> {
  private readonly sides: Record<Side, BookSide> = { bid: new BookSide("bid"), ask: new BookSide("ask") };

  override handleCast(message: BookProtocol["casts"]) {
    if (message.type === "drop") {
      Object.values(this.sides).forEach((side) => side.forget(message.venue));
      return;
    }
    const { venue, side, price, size } = message.quote;
    this.sides[side].put(price, size, venue);
  }
  override handleCall(request: BookProtocol["calls"]) {
    if (request.type === "depth") return reply(request, this.sides[request.side].toJSON());
    const { bid, ask } = this.sides;
    return reply(
      request,
      bid.best === undefined || ask.best === undefined ? null : (bid.best + ask.best) / 2,
    );
  }
}

type Link =
  | { state: "down"; attempt: number }
  | { state: "connecting"; attempt: number; since: number }
  | { state: "up"; heartbeat: number };

interface FeedProtocol extends Protocol {
  infos: { type: "connect" } | { type: "connected" } | { type: "tick" } | { type: "watch" };
}

interface Venue {
  readonly name: string;
  /** Attempts that fail before one succeeds. */
  readonly refuses: number;
  readonly tick: number;
}

class Feed extends GenServer<FeedProtocol> {
  static readonly #delays = [200, 400, 800, 1_600] as const;
  #link: Link = { state: "down", attempt: 0 };
  #venue!: Venue;
  #price = 100;

  override init(venue: Venue) {
    this.#venue = venue;
    return continueWith("connect");
  }
  override handleContinue() {
    this.#connect();
  }
  #connect(): void {
    if (this.#link.state !== "down") return;
    const { attempt } = this.#link;
    this.#link = { state: "connecting", attempt: attempt + 1, since: this.now() };
    if (attempt < this.#venue.refuses) this.#fail();
    else this.sendAfter(60, this.self, { type: "connected" });
  }
  #fail(): void {
    const attempt = this.#link.state === "connecting" ? this.#link.attempt : 0;
    this.#link = { state: "down", attempt };
    this.cast(BOOK, { type: "drop", venue: this.#venue.name });
    const delay = Feed.#delays[Math.min(attempt, Feed.#delays.length) - 1] ?? 100;
    this.sendAfter(delay, this.self, { type: "connect" });
  }
  #quote(): void {
    const drift = Math.sin(this.#price) * 0.5;
    this.#price = Math.max(1, this.#price + drift);
    const half = 0.05 + Math.abs(drift) / 10;
    for (const side of ["bid", "ask"] as const) {
      const price = Number((this.#price + (side === "bid" ? -half : half)).toFixed(3));
      this.cast(BOOK, { type: "quote", quote: { venue: this.#venue.name, side, price, size: 10 } });
    }
  }
  override handleInfo(message: Info<FeedProtocol["infos"]>) {
    switch (message.type) {
      case "connect":
        this.#connect();
        break;
      case "connected":
        this.#link = { state: "up", heartbeat: this.now() };
        this.sendAfter(this.#venue.tick, this.self, { type: "tick" });
        this.sendAfter(3_000, this.self, { type: "watch" });
        break;
      case "tick":
        if (this.#link.state !== "up") break;
        this.#link.heartbeat = this.now();
        this.#quote();
        this.sendAfter(this.#venue.tick, this.self, { type: "tick" });
        break;
      case "watch":
        if (this.#link.state === "up" && this.now() - this.#link.heartbeat > 2 * this.#venue.tick)
          return stop("stale");
        this.sendAfter(3_000, this.self, { type: "watch" });
        break;
    }
    return undefined;
  }
}

interface Candle {
  open: number;
  high: number;
  low: number;
  close: number;
}
interface CandlesProtocol extends Protocol {
  calls: Call<{ type: "history" }, readonly Candle[]>;
  infos: { type: "sample" } | { type: "roll" };
}
const CANDLES = processName<Candles>("candles");

class Candles extends GenServer<CandlesProtocol> {
  private current: Candle | null = null;
  private readonly closed: Candle[] = [];
  private keep = 0;

  override init(options: { sample: number; roll: number; keep?: number }) {
    const { sample, roll, keep = 20 } = options;
    this.keep = keep;
    this.sendInterval(sample, this.self, { type: "sample" });
    this.sendInterval(roll, this.self, { type: "roll" });
  }
  override async handleInfo(message: Info<CandlesProtocol["infos"]>) {
    if (message.type === "sample") {
      const mid = await this.call(BOOK, { type: "mid" });
      if (mid === null) return;
      this.current ??= { open: mid, high: mid, low: mid, close: mid };
      this.current = {
        ...this.current,
        high: Math.max(this.current.high, mid),
        low: Math.min(this.current.low, mid),
        close: mid,
      };
    } else if (message.type === "roll") {
      if (this.current) this.closed.push(this.current);
      if (this.closed.length > this.keep) this.closed.splice(0, this.closed.length - this.keep);
      this.current = null;
    }
  }
  override handleCall(request: CandlesProtocol["calls"]) {
    return reply(request, [...this.closed]);
  }
}

const VENUES: readonly Venue[] = [
  { name: "kraken", refuses: 0, tick: 500 },
  { name: "gemini", refuses: 2, tick: 700 },
];

class FeedsSup extends Supervisor {
  override init(): SupervisorSpec<typeof Feed> {
    return {
      intensity: VENUES.length,
      period: 5,
      children: VENUES.map((venue) => ({ id: `feed:${venue.name}`, start: [Feed, venue] })),
    };
  }
}

export class PricesSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "book", start: [Book], name: BOOK },
        { id: "feeds", start: [FeedsSup] },
        { id: "candles", start: [Candles, { sample: 750, roll: 3_000 }], name: CANDLES },
      ],
    };
  }
}
