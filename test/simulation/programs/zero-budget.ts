/** No restart at all is allowed: everything goes up to the root. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Leaf extends GenServer {}
class Low extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 0, children: [{ id: "leaf", start: [Leaf] }] };
  }
}
class Mid extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 0, children: [{ id: "low", start: [Low] }] };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "mid", start: [Mid] },
        { id: "leaf", start: [Leaf] },
      ],
    };
  }
}
