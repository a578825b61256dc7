/** A circuit breaker: opens after two failures, closes after a while. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Backend extends GenServer {
  override handleCall(r: { type: "get" }) {
    return reply(r, 1);
  }
}
class Breaker extends GenServer {
  private failures = 0;
  private open = false;
  override init() {
    this.sendAfter(200, this.self, { type: "probe" });
  }
  override async handleInfo(m: Info<{ type: "probe" }>) {
    if (m.type !== "probe") return;
    if (!this.open) {
      try {
        await this.call("backend", { type: "get" }, 100);
        this.failures = 0;
      } catch {
        this.failures++;
        if (this.failures >= 2) this.open = true;
      }
    }
    this.sendAfter(1_000, this.self, { type: "probe" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      children: [
        { id: "breaker", start: [Breaker] },
        { id: "backend", start: [Backend], name: "backend", restart: "temporary" },
      ],
    };
  }
}
