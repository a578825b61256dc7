/** A child that tells its supervisor's other child to go by name. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop, timeout } from "suptree";

class Killer extends GenServer {
  override init() {
    return timeout(250);
  }
  override handleInfo(m: Info) {
    if (m.type === "timeout") {
      this.sendExit("victim", "kill");
      return stop("normal");
    }
  }
}
class Victim extends GenServer {
  override init() {
    this.trapExit(true);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "victim", start: [Victim], name: "victim" },
        { id: "killer", start: [Killer], restart: "transient" },
        { id: "after", start: [Victim], restart: "temporary" },
      ],
    };
  }
}
