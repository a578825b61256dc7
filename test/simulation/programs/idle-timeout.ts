/** A session that stops when nobody speaks to it. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop, timeout } from "suptree";

class Session extends GenServer {
  override init() {
    return timeout(1_500);
  }
  override handleInfo(message: Info) {
    if (message.type === "timeout") return stop("normal");
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "session", start: [Session], restart: "transient" },
        { id: "web", start: [Web] },
      ],
    };
  }
}
