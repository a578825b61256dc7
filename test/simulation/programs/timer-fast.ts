/** As before, too fast for the budget: the subtree gives up, and its parent follows. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Poller extends GenServer {
  override init() {
    this.sendAfter(300, this.self, { type: "poll" });
  }
  override handleInfo(message: Info<{ type: "poll" }>) {
    if (message.type === "poll") throw new Error("the endpoint is gone");
  }
}
class PollSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 2, period: 5, children: [{ id: "poller", start: [Poller] }] };
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 10,
      strategy: "rest_for_one",
      children: [
        { id: "poll", start: [PollSup] },
        { id: "web", start: [Web] },
      ],
    };
  }
}
