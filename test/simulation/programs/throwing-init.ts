/** A migration that throws at the start, below a supervisor of its own. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Migration extends GenServer {
  override init() {
    throw new Error("schema 7 is missing");
  }
}
class DataSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "migration", start: [Migration], restart: "transient" }] };
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "web", start: [Web] },
        { id: "data", start: [DataSup] },
      ],
    };
  }
}
