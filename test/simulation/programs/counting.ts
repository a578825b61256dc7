/** Fails on the third tick only: what it counts is not known before it runs. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Counter extends GenServer {
  private ticks = 0;
  override init() {
    this.sendAfter(500, this.self, { type: "tick" });
  }
  override handleInfo(message: Info<{ type: "tick" }>) {
    if (message.type !== "tick") return;
    this.ticks += 1;
    if (this.ticks === 3) throw new Error("three");
    this.sendAfter(500, this.self, { type: "tick" });
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 9,
      period: 60,
      children: [
        { id: "counter", start: [Counter] },
        { id: "web", start: [Web] },
      ],
    };
  }
}
