/** Three levels, mixed strategies, links across subtrees. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Db extends GenServer {}
class Index extends GenServer {
  override init() {
    this.link("db");
  }
}
class Log extends GenServer {}
class DataSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1,
      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "index", start: [Index] },
      ],
    };
  }
}
class Listener extends GenServer {
  override init() {
    this.link("db");
  }
}
class EdgeSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 1,
      children: [
        { id: "listener", start: [Listener] },
        { id: "log", start: [Log] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      children: [
        { id: "data", start: [DataSup] },
        { id: "edge", start: [EdgeSup] },
      ],
    };
  }
}
