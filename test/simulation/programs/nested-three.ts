/** Three levels with every strategy; the innermost gives up quickly and takes its parent with it. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Leaf extends GenServer {}
class Inner extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 0,
      period: 5,
      children: [
        { id: "x", start: [Leaf] },
        { id: "y", start: [Leaf], restart: "transient" },
      ],
    };
  }
}
class Middle extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1,
      period: 5,
      children: [
        { id: "first", start: [Leaf] },
        { id: "inner", start: [Inner] },
        { id: "last", start: [Leaf], restart: "temporary" },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 1,
      period: 5,
      children: [
        { id: "middle", start: [Middle] },
        { id: "other", start: [Leaf] },
      ],
    };
  }
}
