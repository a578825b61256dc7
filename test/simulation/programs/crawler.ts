/** A crawler: a frontier, a supervisor of fetchers that the frontier fills when it starts, each linked to a session. */
import {
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Session extends GenServer {}
class Fetcher extends GenServer {
  override async init(_url: string) {
    const s = await this.startLink(Session);
    void s;
  }
}
class Fetchers extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 3, period: 5, child: { id: "fetcher", start: [Fetcher], restart: "transient" } };
  }
}
class Frontier extends GenServer {
  private urls = ["a", "b"];
  override init() {
    return continueWith("fill");
  }
  override async handleContinue() {
    for (const url of this.urls) await this.startChild("fetchers", [url]);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 5,
      children: [
        { id: "fetchers", start: [Fetchers], name: "fetchers" },
        { id: "frontier", start: [Frontier] },
      ],
    };
  }
}
