/** Three levels: the innermost ends with its significant child and that is significant for its parent. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class L extends GenServer {}
class In extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "any_significant",
      children: [
        { id: "key", start: [L], restart: "transient", significant: true },
        { id: "lock", start: [L] },
      ],
    };
  }
}
class Mid extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "all_significant",
      intensity: 2,
      children: [
        { id: "inner", start: [In], restart: "transient", significant: true },
        { id: "side", start: [L], restart: "temporary", significant: true },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 1, children: [{ id: "mid", start: [Mid], restart: "transient" }] };
  }
}
