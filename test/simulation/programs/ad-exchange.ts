/** An ad exchange: bidders with different strategies, a token bucket before them, a breaker around the slow ones. */
import {
  type Call,
  CallError,
  GenServer,
  type Info,
  type ProcessName,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

type Slot = { id: number; width: number; height: number; floor: number };
type Bid = { bidder: string; price: number };

interface BidderProtocol extends Protocol {
  calls: Call<{ type: "bid"; slot: Slot }, Bid | null>;
  casts: { type: "won"; price: number };
}

abstract class Bidder extends GenServer<BidderProtocol> {
  static instances = 0;
  protected budget = 0;
  protected name = "";
  #won = 0;

  override init(name: string, budget: number) {
    Bidder.instances += 1;
    this.name = name;
    this.budget = budget;
  }
  protected abstract price(slot: Slot): number;

  override handleCall(request: BidderProtocol["calls"]) {
    const price = Math.round(this.price(request.slot) * 100) / 100;
    const affordable = price <= this.budget && price >= request.slot.floor;
    return reply(request, affordable ? { bidder: this.name, price } : null);
  }
  override handleCast(message: BidderProtocol["casts"]) {
    this.budget -= message.price;
    this.#won += 1;
    if (this.budget < 0) throw new RangeError(`${this.name} overspent after ${this.#won}`);
  }
}

class FlatBidder extends Bidder {
  protected override price(): number {
    return 1.25;
  }
}

class AreaBidder extends Bidder {
  protected override price({ width, height }: Slot): number {
    return Math.sqrt(width * height) / 100;
  }
}

class PacedBidder extends Bidder {
  private readonly recent: number[] = [];
  protected override price(slot: Slot): number {
    this.recent.push(slot.floor);
    if (this.recent.length > 5) this.recent.shift();
    return 1.1 * (this.recent.reduce((a, b) => a + b, 0) / this.recent.length);
  }
}

/** So many a second, and no more than so many at once. */
class TokenBucket {
  #tokens: number;
  #last: number;
  readonly #rate: number;
  readonly #burst: number;

  constructor(now: number, { rate, burst }: { rate: number; burst: number }) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#last = now;
  }
  take(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#last) / 1000) * this.#rate);
    this.#last = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

type BreakerState = { kind: "closed"; failures: number } | { kind: "open"; until: number } | { kind: "half" };

class Breaker {
  state: BreakerState = { kind: "closed", failures: 0 };

  allows(now: number): boolean {
    if (this.state.kind === "open" && now >= this.state.until) this.state = { kind: "half" };
    return this.state.kind !== "open";
  }
  succeeded(): void {
    this.state = { kind: "closed", failures: 0 };
  }
  failed(now: number): void {
    const failures = this.state.kind === "closed" ? this.state.failures + 1 : 3;
    this.state = failures >= 3 ? { kind: "open", until: now + 2_000 } : { kind: "closed", failures };
  }
}

interface ExchangeProtocol extends Protocol {
  calls: Call<{ type: "auction"; slot: Slot }, Bid | null>;
}
const EXCHANGE = processName<Exchange>("exchange");

class Exchange extends GenServer<ExchangeProtocol> {
  private readonly breakers = new Map<string, Breaker>();
  private bidders: readonly ProcessName<Bidder>[] = [];
  private bucket!: TokenBucket;

  override init(bidders: readonly ProcessName<Bidder>[]) {
    this.bidders = bidders;
    this.bucket = new TokenBucket(this.now(), { rate: 2, burst: 3 });
  }
  override async handleCall(request: ExchangeProtocol["calls"]) {
    if (!this.bucket.take(this.now())) return reply(request, null);
    const bids: Bid[] = [];
    for (const bidder of this.bidders) {
      const bid = await this.ask(bidder, request.slot);
      if (bid) bids.push(bid);
    }
    bids.sort((a, b) => b.price - a.price);
    const [winner, second] = bids;
    if (winner === undefined) return reply(request, null);
    const price = second?.price ?? request.slot.floor;
    const name = this.bidders.find((each) => each.name === `bidder.${winner.bidder}`);
    if (name) this.cast(name, { type: "won", price });
    return reply(request, { bidder: winner.bidder, price });
  }
  private breakerOf(name: string): Breaker {
    let breaker = this.breakers.get(name);
    if (!breaker) this.breakers.set(name, (breaker = new Breaker()));
    return breaker;
  }
  private async ask(bidder: ProcessName<Bidder>, slot: Slot): Promise<Bid | null> {
    const breaker = this.breakerOf(bidder.name);
    if (!breaker.allows(this.now())) return null;
    try {
      const bid = await this.call(bidder, { type: "bid", slot }, 250);
      breaker.succeeded();
      return bid;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      breaker.failed(this.now());
      return null;
    }
  }
}

interface PublisherProtocol extends Protocol {
  infos: { type: "visit" };
}

class Publisher extends GenServer<PublisherProtocol> {
  private next = 1;
  private revenue = 0;

  private static *sizes(): Generator<[number, number]> {
    for (;;) {
      yield [300, 250];
      yield [728, 90];
      yield [160, 600];
    }
  }
  private readonly sizes = Publisher.sizes();

  override init() {
    this.sendAfter(300, this.self, { type: "visit" });
  }
  override async handleInfo(message: Info<PublisherProtocol["infos"]>) {
    if (message.type !== "visit") return;
    const [width, height] = this.sizes.next().value as [number, number];
    const slot: Slot = { id: this.next++, width, height, floor: 0.5 };
    const sold = await this.call(EXCHANGE, { type: "auction", slot });
    this.revenue += sold?.price ?? 0;
    this.sendAfter(sold ? 400 : 800, this.self, { type: "visit" });
  }
}

const bidderName = (name: string) => processName<Bidder>(`bidder.${name}`);
const DESKS = [
  { name: "flat", cls: FlatBidder, budget: 20 },
  { name: "area", cls: AreaBidder, budget: 40 },
  { name: "paced", cls: PacedBidder, budget: 10 },
] as const;

class DeskSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 10,
      children: DESKS.map(({ name, cls, budget }) => ({
        id: name,
        start: [cls, name, budget],
        name: bidderName(name),
      })),
    };
  }
}

class MarketSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "desks", start: [DeskSup] },
        { id: "exchange", start: [Exchange, DESKS.map(({ name }) => bidderName(name))], name: EXCHANGE },
      ],
    };
  }
}

export class AdSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 10,
      children: [
        { id: "market", start: [MarketSup] },
        { id: "publisher", start: [Publisher], restart: "permanent" },
      ],
    };
  }
}
