/** A child asks its own supervisor what runs, a moment after its start. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Census extends GenServer {
  override init() {
    this.sendAfter(50, this.self, { type: "count" });
  }
  override async handleInfo(m: Info<{ type: "count" }>) {
    if (m.type === "count") {
      const c = await this.countChildren("sup");
      if (c.active < 2) return stop("lonely");
    }
  }
}
class Other extends GenServer {}
class Sup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "census", start: [Census] },
        { id: "other", start: [Other] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "sup", start: [Sup], name: "sup" }] };
  }
}
