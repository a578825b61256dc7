/** Two processes want one name: the second only takes it in handleContinue, when the first is already there. */
import { continueWith, GenServer, ignore, Supervisor, type SupervisorSpec } from "suptree";

class A extends GenServer {
  override init() {
    this.register("leader");
  }
}
class B extends GenServer {
  override init() {
    return continueWith("claim");
  }
  override handleContinue() {
    if (this.whereis("leader") === undefined) this.register("leader");
  }
}
class C extends GenServer {
  override handleInfo() {}
  override init() {
    const leader = this.whereis("leader");
    if (leader) this.monitor(leader);
    else return ignore;
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "a", start: [A] },
        { id: "b", start: [B] },
        { id: "c", start: [C] },
      ],
    };
  }
}
