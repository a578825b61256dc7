/** A ring of monitors: each watches the next one and stops when it goes. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Node extends GenServer {
  override init(me: string, next: string) {
    this.register(me);
    this.sendAfter(10, this.self, { type: "watch", next });
  }
  override handleInfo(m: Info<{ type: "watch"; next: string }>) {
    if (m.type === "watch") this.monitor(m.next);
    else if (m.type === "DOWN" && m.reason !== "noproc") return stop("neighbour");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 10,
      period: 1,
      children: [
        { id: "n1", start: [Node, "n1", "n2"] },
        { id: "n2", start: [Node, "n2", "n3"] },
        { id: "n3", start: [Node, "n3", "n1"] },
      ],
    };
  }
}
