/** Transient children by every way of ending. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Normal extends GenServer {
  override init() {
    this.sendAfter(1_000, this.self, { type: "done" });
  }
  override handleInfo(message: Info<{ type: "done" }>) {
    if (message.type === "done") return stop();
  }
}
class Shut extends GenServer {
  override init() {
    this.sendAfter(1_000, this.self, { type: "done" });
  }
  override handleInfo(message: Info<{ type: "done" }>) {
    if (message.type === "done") return stop({ shutdown: "enough" });
  }
}
class Odd extends GenServer {
  override init() {
    this.sendAfter(3_000, this.self, { type: "done" });
  }
  override handleInfo(message: Info<{ type: "done" }>) {
    if (message.type === "done") this.exit("odd");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "normal", start: [Normal], restart: "transient" },
        { id: "shut", start: [Shut], restart: "transient" },
        { id: "odd", start: [Odd], restart: "transient" },
      ],
    };
  }
}
