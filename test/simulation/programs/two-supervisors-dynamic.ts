/** Fills two dynamic supervisors, one of which takes one child only. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  ignore,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class C extends GenServer {
  override init(n: number) {
    if (n > 1) return ignore;
  }
}
class D extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 4, child: { id: "c", start: [C], restart: "permanent" } };
  }
}
class Fill extends GenServer {
  override async init() {
    for (let i = 0; i < 3; i++) await this.startChild("d", [i]);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        { id: "d", start: [D], name: "d" },
        { id: "fill", start: [Fill] },
      ],
    };
  }
}
