/** Auctions found through a Registry: bidders, a clock per auction, a settlement process with retries in a Task. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type Pid,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
} from "suptree";

class Auction extends GenServer {
  private best = { amount: 0, bidder: "nobody" };
  private lot = "";
  override init(lot: string, ms: number) {
    this.lot = lot;
    Registry.register(this, "auctions", lot);
    this.sendAfter(ms, this.self, { type: "hammer" });
  }
  override handleCall(request: { type: "bid"; amount: number; bidder: string }) {
    if (request.amount <= this.best.amount) return reply(request, { ok: false, best: this.best });
    this.best = { amount: request.amount, bidder: request.bidder };
    return reply(request, { ok: true });
  }
  override handleInfo(message: Info<{ type: "hammer" }>) {
    if (message.type !== "hammer") return;
    this.cast("settlement", { type: "settle", lot: this.lot, ...this.best });
    return stop("normal");
  }
}
class AuctionSup extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 5, child: { start: [Auction] as const, restart: "transient" as const } };
  }
}
class House extends GenServer {
  private lots = ["vase", "clock", "rug"];
  override async init() {
    this.sendInterval(900, this.self, { type: "open" });
  }
  override async handleInfo(message: Info<{ type: "open" }>) {
    if (message.type !== "open") return;
    const lot = this.lots.shift();
    if (lot === undefined) return;
    await this.startChild("auction_sup", [lot, 1_600]);
  }
}
class Bidder extends GenServer {
  private money = 500;
  private name = "";
  private step = 0;
  override init(name: string, step: number) {
    this.name = name;
    this.step = step;
    this.sendInterval(400, this.self, { type: "bid" });
  }
  override async handleInfo(message: Info<{ type: "bid" }>) {
    if (message.type !== "bid") return;
    for (const lot of ["vase", "clock", "rug"]) {
      const [entry] = Registry.lookup(this, "auctions", lot) as { pid: Pid }[];
      if (!entry) continue;
      const amount = this.step * 10;
      if (amount > this.money) throw new Error(`${this.name} is broke`);
      await this.call(entry.pid, { type: "bid", amount, bidder: this.name });
      this.step++;
    }
  }
}
class Settlement extends GenServer {
  private settled: string[] = [];
  override handleCast(message: { type: "settle"; lot: string; amount: number; bidder: string }) {
    if (message.amount === 0) return stop("nothing sold");
    this.settled.push(`${message.lot} to ${message.bidder}`);
  }
}
export class AuctionApp extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "registry", start: [Registry, { keys: "unique" }], name: "auctions" },
        { id: "settlement", start: [Settlement], name: "settlement" },
        { id: "auction_sup", start: [AuctionSup], name: "auction_sup" },
        { id: "house", start: [House] },
        { id: "ann", start: [Bidder, "ann", 3] },
        { id: "bob", start: [Bidder, "bob", 2] },
        { id: "report", start: [Task, async () => {}], restart: "temporary" },
      ],
    };
  }
}
