/** Ends normally by itself and is permanent: it starts again until the limit. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop, timeout } from "suptree";

class Shot extends GenServer {
  override init() {
    return timeout(400);
  }
  override handleInfo(m: Info) {
    if (m.type === "timeout") return stop("normal");
  }
}
class Calm extends GenServer {}
class Sub extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 60,
      children: [
        { id: "shot", start: [Shot] },
        { id: "calm", start: [Calm] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 1,
      period: 60,
      children: [
        { id: "sub", start: [Sub], restart: "transient" },
        { id: "calm", start: [Calm] },
      ],
    };
  }
}
