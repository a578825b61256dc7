/** A linked task that fails takes its owner along. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Loader extends GenServer {
  override init() {
    this.async(() => {
      throw new Error("no such file");
    });
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "web", start: [Web] },
        { id: "loader", start: [Loader], restart: "temporary" },
      ],
    };
  }
}
