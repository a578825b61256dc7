/** A watchdog that raises when what it watches is killed, and only then. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Engine extends GenServer {}
class Watchdog extends GenServer {
  override init() {
    this.monitor("engine");
  }
  override handleInfo(message: Info) {
    switch (message.type) {
      case "DOWN":
        if (message.reason === "killed") throw new Error("somebody killed the engine");
        this.monitor("engine");
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 4,
      children: [
        { id: "engine", start: [Engine], name: "engine" },
        { id: "watchdog", start: [Watchdog] },
      ],
    };
  }
}
