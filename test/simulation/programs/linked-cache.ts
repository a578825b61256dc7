/** A cache that is linked to its store at the start: both die together, and each is started again. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Store extends GenServer {}
class Cache extends GenServer {
  override init() {
    this.link("store");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "store", start: [Store], name: "store" },
        { id: "cache", start: [Cache] },
      ],
    };
  }
}
