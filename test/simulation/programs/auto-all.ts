/** Only when all significant children have ended does the group end. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Side extends GenServer {}
class Room extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "all_significant",
      children: [
        { id: "left", start: [Side], restart: "temporary", significant: true },
        { id: "right", start: [Side], restart: "temporary", significant: true },
        { id: "board", start: [Side] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "room", start: [Room], restart: "temporary" }] };
  }
}
