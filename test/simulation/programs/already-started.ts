/** Starts a child under a fixed id again after its own restart: the second start finds it there and is an error. */
import { GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Room extends GenServer {}
class Rooms extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [] };
  }
}
class Lobby extends GenServer {
  override async init() {
    const r = await this.startChildResult("rooms", { id: "hall", start: [Room] });
    if (r.error !== undefined && !(typeof r.error === "object" && "already_started" in r.error))
      return stop("no_room");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      children: [
        { id: "rooms", start: [Rooms], name: "rooms" },
        { id: "lobby", start: [Lobby] },
      ],
    };
  }
}
