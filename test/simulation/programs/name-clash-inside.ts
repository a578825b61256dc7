/** The same clash by register in init. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Logger extends GenServer {
  override init() {
    this.register("logger");
  }
}
class Audit extends GenServer {
  override init() {
    this.register("logger");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "logger", start: [Logger] },
        { id: "audit", start: [Audit] },
      ],
    };
  }
}
