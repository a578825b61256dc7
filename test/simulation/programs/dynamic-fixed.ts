/** A static supervisor that is given children at run time under fixed ids. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Room extends GenServer {}
class Rooms extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [] };
  }
}
class Lobby extends GenServer {
  override async init() {
    await this.startChild("rooms", { id: "hall", start: [Room], restart: "transient" });
    await this.startChild("rooms", { id: "attic", start: [Room], restart: "temporary" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "rooms", start: [Rooms], name: "rooms" },
        { id: "lobby", start: [Lobby] },
      ],
    };
  }
}
