/** An owner of data and its heir: the heir is linked both ways. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Owner extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override handleInfo(m: Info) {
    switch (m.type) {
      case "EXIT":
        return stop(m.reason);
      default:
        return;
    }
  }
}
class Heir extends GenServer {
  override init() {
    const owner = this.whereis("owner");
    if (owner !== undefined) this.link(owner);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      children: [
        { id: "owner", start: [Owner], name: "owner" },
        { id: "heir", start: [Heir] },
      ],
    };
  }
}
