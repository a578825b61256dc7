/** Looks at its supervisor's children a moment after the start. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Web extends GenServer {}
class Inspector extends GenServer {
  override init() {
    this.sendAfter(500, this.self, { type: "look" });
  }
  override async handleInfo(message: Info<{ type: "look" }>) {
    if (message.type === "look") await this.whichChildren("root_sup");
  }
}
class Inner extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "web", start: [Web] },
        { id: "inspector", start: [Inspector] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "inner", start: [Inner], name: "root_sup" }] };
  }
}
