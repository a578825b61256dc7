/** The listener refuses to start: the whole tree does not come up. */
import { GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Config extends GenServer {}
class Listener extends GenServer {
  override init() {
    return stop("eaddrinuse");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "config", start: [Config] },
        { id: "listener", start: [Listener] },
      ],
    };
  }
}
