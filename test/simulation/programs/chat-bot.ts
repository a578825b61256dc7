/** A chat bot: a gateway with heartbeats that dies after three missed acks, a rate limiter, plugins. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Limiter extends GenServer {
  private tokens = 5;
  override init() {
    this.sendInterval(1000, this.self, { type: "refill" });
  }
  override handleInfo(m: Info<{ type: "refill" }>) {
    if (m.type === "refill") this.tokens = 5;
  }
  override handleCall(r: { type: "take" }) {
    if (this.tokens > 0) {
      this.tokens -= 1;
      return reply(r, true);
    }
    return reply(r, false);
  }
}
class Gateway extends GenServer {
  private missed = 0;
  override init() {
    this.sendInterval(700, this.self, { type: "beat" });
  }
  override handleInfo(m: Info<{ type: "beat" }>) {
    if (m.type !== "beat") return;
    this.missed++;
    if (this.missed > 3) return stop("dead_gateway");
  }
  override handleCast(_m: { type: "ack" }) {
    this.missed = 0;
  }
}
class Dispatcher extends GenServer {
  override async init() {
    await this.call("limiter", { type: "take" });
    this.monitor("gateway");
  }
  override handleInfo(m: Info) {
    if (m.type === "DOWN") return stop({ shutdown: "gateway lost" });
  }
}
class Plugin extends GenServer {}
class Plugins extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: ["echo", "dice"].map((id) => ({
        id,
        start: [Plugin] as const,
        restart: "transient" as const,
      })),
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 12,
      period: 60,
      children: [
        { id: "limiter", start: [Limiter], name: "limiter" },
        { id: "gateway", start: [Gateway], name: "gateway" },
        { id: "dispatcher", start: [Dispatcher] },
        { id: "plugins", start: [Plugins] },
      ],
    };
  }
}
