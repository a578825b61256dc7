/** The manager restarts on its own and asks for children once more. */
import {
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Conn extends GenServer {}
class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { child: { start: [Conn], restart: "temporary" } };
  }
}
class Manager extends GenServer {
  override init() {
    return continueWith("fill");
  }
  override async handleContinue() {
    await this.startChild("pool", []);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "pool", start: [Pool], name: "pool" },
        { id: "manager", start: [Manager] },
      ],
    };
  }
}
