/** Told apart by the monitors' references. */
import { GenServer, type Info, type MonitorRef, Supervisor, type SupervisorSpec } from "suptree";

class Primary extends GenServer {}
class Replica extends GenServer {}
class Elector extends GenServer {
  private primary: MonitorRef | undefined;
  private replica: MonitorRef | undefined;
  override init() {
    this.primary = this.monitor("primary");
    this.replica = this.monitor("replica");
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    if (message.ref === this.primary) throw new Error("election");
    if (message.ref === this.replica) this.replica = undefined;
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 4,
      children: [
        { id: "primary", start: [Primary], name: "primary" },
        { id: "replica", start: [Replica], name: "replica" },
        { id: "elector", start: [Elector] },
      ],
    };
  }
}
