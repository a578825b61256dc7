/** The owner traps exits and stops in its own words when its port ends abnormally. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Port extends GenServer {}
class Owner extends GenServer {
  override init() {
    this.trapExit(true);
    this.link("port");
  }
  override handleInfo(message: Info) {
    if (message.type === "EXIT" && message.reason !== "normal") return stop("port lost");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "port", start: [Port], name: "port" },
        { id: "owner", start: [Owner] },
      ],
    };
  }
}
