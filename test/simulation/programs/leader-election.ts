/** Whoever starts first is the leader; the others watch it and take over. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Node extends GenServer {
  override init(_n: number) {
    return this.follow();
  }
  private follow() {
    if (this.whereis("leader") === undefined) {
      this.register("leader");
      return;
    }
    this.monitor("leader");
    return;
  }
  override handleInfo(m: Info) {
    if (m.type === "DOWN") return this.follow();
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "n1", start: [Node, 1] },
        { id: "n2", start: [Node, 2] },
        { id: "n3", start: [Node, 3] },
      ],
    };
  }
}
