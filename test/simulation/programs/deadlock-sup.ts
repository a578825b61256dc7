/** Asks its own supervisor in init: nobody ever starts. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Asks extends GenServer {
  override async init() {
    await this.startChild("sup", { id: "late", start: [Other] });
  }
}
class Other extends GenServer {}
class Sup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "other", start: [Other] },
        { id: "asks", start: [Asks] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "sup", start: [Sup], name: "sup" }] };
  }
}
