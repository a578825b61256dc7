/** Calls a name that nobody ever registers. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Web extends GenServer {
  override async init() {
    await this.call("telemetry", { type: "attach" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "web", start: [Web] }] };
  }
}
