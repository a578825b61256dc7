/** A manager that links each child it starts under a dynamic supervisor, and traps. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Conn extends GenServer {}
class Conns extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 5, period: 5, child: { id: "conn", start: [Conn], restart: "temporary" } };
  }
}
class Manager extends GenServer {
  override async init() {
    this.trapExit(true);
    await this.open();
    await this.open();
  }
  private async open() {
    const pid = await this.startChild("conns", []);
    this.link(pid);
  }
  override async handleInfo(m: Info) {
    if (m.type === "EXIT" && m.reason !== "shutdown") await this.open();
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "conns", start: [Conns], name: "conns" },
        { id: "manager", start: [Manager] },
      ],
    };
  }
}
