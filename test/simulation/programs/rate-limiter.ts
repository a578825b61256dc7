/** A rate limiter's reply decides whether the sender gives up. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Limiter extends GenServer {
  private tokens = 3;
  override init() {
    this.sendInterval(5_000, this.self, { type: "refill" });
  }
  override handleInfo(m: { type: string }) {
    if (m.type === "refill") this.tokens = 3;
  }
  override handleCall(r: { type: "take" }) {
    if (this.tokens === 0) return reply(r, false);
    this.tokens -= 1;
    return reply(r, true);
  }
}
class Sender extends GenServer {
  private refused = 0;
  override init() {
    this.sendInterval(600, this.self, { type: "send" });
  }
  override async handleInfo(m: { type: string }) {
    if (m.type !== "send") return;
    const ok = await this.call("limiter", { type: "take" });
    if (!ok && ++this.refused > 2) throw new Error("starved");
  }
}
export class Sms extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 5,
      children: [
        { id: "limiter", start: [Limiter], name: "limiter" },
        { id: "sender", start: [Sender] },
      ],
    };
  }
}
