/** A connection as a state machine in a string field. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Fsm extends GenServer {
  private state = "idle";
  private tries = 0;
  override init() {
    this.send(this.self, { type: "go" });
  }
  override handleInfo(m: Info<{ type: "go" }>) {
    if (m.type !== "go") return;
    switch (this.state) {
      case "idle":
        this.state = "opening";
        this.sendAfter(100, this.self, { type: "go" });
        return;
      case "opening":
        this.tries += 1;
        this.state = this.tries < 2 ? "idle" : "open";
        this.sendAfter(100, this.self, { type: "go" });
        return;
      case "open":
        return stop("lost");
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 20,
      period: 1,
      children: [
        { id: "fsm", start: [Fsm] },
        { id: "x", start: [X] },
      ],
    };
  }
}
class X extends GenServer {}
