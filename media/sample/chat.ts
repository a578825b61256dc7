// A small supervision tree to look at, check and break. It is read, never executed: its processes run as
// stand-ins. Click "Run Tree" above a supervisor, then crash one of its children.
import { DynamicSupervisor, type DynamicSupervisorSpec, GenServer, processName, Supervisor, type SupervisorSpec } from "suptree";

const STORE = processName("store");
const ROOMS = processName("rooms");

class Store extends GenServer {
  override handleCall() {}
}

class Room extends GenServer {
  override async init() {
    await this.call(STORE, { type: "load" });
  }
}

// Rooms come and go at run time, so they have a supervisor of their own.
class RoomSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 10, period: 5, child: { start: [Room], restart: "transient" } };
  }
}

class Listener extends GenServer {
  override handleCast() {
    this.startChild(ROOMS, []);
  }
}

// rest_for_one: who needs the store is started after it, and restarted with it.
export class ChatSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "store", start: [Store], name: STORE },
        { id: "rooms", start: [RoomSup], name: ROOMS },
        { id: "listener", start: [Listener] },
      ],
    };
  }
}
