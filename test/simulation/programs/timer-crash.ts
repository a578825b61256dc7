/** A timer that throws: the child lives for two seconds at a time, which the window forgives. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Poller extends GenServer {
  override init() {
    this.sendAfter(2_000, this.self, { type: "poll" });
  }
  override handleInfo(message: Info<{ type: "poll" }>) {
    if (message.type === "poll") throw new Error("the endpoint is gone");
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 4,
      children: [
        { id: "poller", start: [Poller] },
        { id: "web", start: [Web] },
      ],
    };
  }
}
