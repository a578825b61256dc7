/** The supervisor looks a pid up and gives it to a child, which links to it. */
import { GenServer, type Pid, Supervisor, type SupervisorSpec } from "suptree";

class Bus extends GenServer {}
class Listener extends GenServer {
  override init(bus: Pid | undefined) {
    if (bus !== undefined) this.link(bus);
  }
}
class BusSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [{ id: "bus", start: [Bus], name: "bus" }] };
  }
}
class ListenSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [{ id: "listener", start: [Listener, this.whereis("bus")] }] };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "bus", start: [BusSup] },
        { id: "listen", start: [ListenSup] },
      ],
    };
  }
}
