/** A manager fills a dynamic supervisor that started before it. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Conn extends GenServer {}
class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 5, period: 5, child: { id: "conn", start: [Conn] } };
  }
}
class Manager extends GenServer {
  override async init() {
    await this.startChild("pool", []);
    await this.startChild("pool", []);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "pool", start: [Pool], name: "pool" },
        { id: "manager", start: [Manager] },
      ],
    };
  }
}
