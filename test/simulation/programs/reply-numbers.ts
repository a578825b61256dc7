/** Replies that count; a cast that ends its receiver. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Ledger extends GenServer {
  private seq = 0;
  override handleCall(r: { type: "post" }) {
    this.seq += 1;
    return reply(r, this.seq);
  }
}
class Transfers extends GenServer {
  private done = 0;
  override init() {
    this.sendInterval(800, this.self, { type: "transfer" });
  }
  override async handleInfo(m: { type: string }) {
    if (m.type !== "transfer") return;
    const seq = (await this.call("ledger", { type: "post" })) as number;
    if (seq > 5) throw new Error("ledger is full");
    this.done++;
    this.cast("audit", { type: "note" });
  }
}
class Audit extends GenServer {
  private notes = 0;
  override handleCast(_m: { type: "note" }) {
    if (++this.notes > 3) return this.exit("audit overflow");
  }
}
export class Bank extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "ledger", start: [Ledger], name: "ledger" },
        { id: "transfers", start: [Transfers] },
        { id: "audit", start: [Audit], name: "audit" },
      ],
    };
  }
}
