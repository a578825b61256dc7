/** A trading gateway: sessions per venue, orders with references, a risk check that is asked first. */
import {
  continueWith,
  type From,
  GenServer,
  type Info,
  type MonitorRef,
  noReply,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface Order {
  id: number;
  venue: string;
  quantity: number;
}

class Risk extends GenServer {
  private exposure = 0;
  private readonly limit: number;
  constructor() {
    super();
    this.limit = 500;
  }
  override handleCall(request: { type: "check"; order: Order } | { type: "reset" }) {
    if (request.type === "reset") {
      this.exposure = 0;
      return reply(request, true);
    }
    if (this.exposure + request.order.quantity > this.limit) return reply(request, false);
    this.exposure += request.order.quantity;
    return reply(request, true);
  }
}

class VenueSession extends GenServer {
  private venue = "";
  private connected = false;
  override init(venue: string) {
    this.venue = venue;
    this.register(`venue:${venue}`);
    return continueWith("logon");
  }
  override async handleContinue(what: string) {
    if (what === "logon") {
      await this.sleep(50);
      this.connected = true;
    }
  }
  override handleCast(message: { type: "submit"; order: Order; ref: number }) {
    if (message.type !== "submit") return;
    if (!this.connected) throw new Error("not connected");
    this.sendAfter(120, "router", { type: "filled", ref: message.ref, venue: this.venue });
  }
}

class Router extends GenServer {
  private nextRef = 1;
  private pending = new Map<number, From>();
  private monitors = new Map<number, MonitorRef>();
  override async handleCall(request: { type: "order"; order: Order }, from: From) {
    const allowed = await this.call("risk", { type: "check", order: request.order });
    if (!allowed) return reply(request, { status: "rejected" });
    const venue = this.whereis(`venue:${request.order.venue}`);
    if (venue === undefined) return reply(request, { status: "no venue" });
    const ref = this.nextRef++;
    this.pending.set(ref, from);
    this.monitors.set(ref, this.monitor(venue));
    this.cast(venue, { type: "submit", order: request.order, ref });
    return noReply;
  }
  override handleInfo(message: Info<{ type: "filled"; ref: number; venue: string }>) {
    if (message.type === "filled") {
      const from = this.pending.get(message.ref);
      if (from === undefined) return;
      this.pending.delete(message.ref);
      const monitor = this.monitors.get(message.ref);
      if (monitor !== undefined) this.demonitor(monitor);
      this.monitors.delete(message.ref);
      this.reply(from, { status: "filled" });
      this.cast("ledger", { type: "book", venue: message.venue });
    } else if (message.type === "DOWN") {
      for (const [ref, monitor] of this.monitors) {
        if (monitor !== message.ref) continue;
        const from = this.pending.get(ref);
        if (from !== undefined) this.reply(from, { status: "lost" });
        this.pending.delete(ref);
        this.monitors.delete(ref);
      }
    }
  }
}

class Ledger extends GenServer {
  private booked: Record<string, number> = {};
  override handleCast(message: { type: "book"; venue: string }) {
    if (message.type === "book") this.booked[message.venue] = (this.booked[message.venue] ?? 0) + 1;
  }
}

class Strategy extends GenServer {
  private sent = 0;
  private rejected = 0;
  private venue = "";
  override init(venue: string, every: number) {
    this.venue = venue;
    this.sendInterval(every, this.self, { type: "tick" });
  }
  override async handleInfo(message: Info<{ type: "tick" }>) {
    if (message.type !== "tick") return;
    const order = { id: ++this.sent, venue: this.venue, quantity: 100 };
    const answer = (await this.call("router", { type: "order", order }, 1_000)) as { status: string };
    if (answer.status === "rejected") this.rejected++;
    if (this.rejected > 2) {
      await this.call("risk", { type: "reset" });
      this.rejected = 0;
    }
  }
}

class Venues extends Supervisor {
  override init(venues: string[]): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: venues.map((venue) => ({ id: `session-${venue}`, start: [VenueSession, venue] as const })),
    };
  }
}

export class TradingSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "ledger", start: [Ledger], name: "ledger" },
        { id: "risk", start: [Risk], name: "risk" },
        { id: "venues", start: [Venues, ["xetra", "nyse"]] },
        { id: "router", start: [Router], name: "router" },
        { id: "momentum", start: [Strategy, "xetra", 900] },
        { id: "arbitrage", start: [Strategy, "nyse", 1_300] },
      ],
    };
  }
}
