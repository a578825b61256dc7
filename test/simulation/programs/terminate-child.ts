/** An operator takes a child away and puts it back. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Unit extends GenServer {}
class Sup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "unit", start: [Unit] },
        { id: "spare", start: [Unit] },
      ],
    };
  }
}
class Operator extends GenServer {
  override init() {
    this.sendAfter(100, this.self, { type: "off" });
    this.sendAfter(900, this.self, { type: "on" });
  }
  override async handleInfo(m: Info<{ type: "off" } | { type: "on" }>) {
    if (m.type === "off") await this.terminateChild("sup", "unit");
    else if (m.type === "on") await this.restartChild("sup", "unit");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "sup", start: [Sup], name: "sup" },
        { id: "operator", start: [Operator] },
      ],
    };
  }
}
