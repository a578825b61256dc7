// A small supervision tree to look at, check and break. It is read, never executed: its processes run as
// stand-ins. Click "Run Tree" above a supervisor, then crash one of its children.
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface StoreProtocol extends Protocol {
  calls: Call<{ type: "load"; room: string }, string[]>;
}

const STORE = processName<Store>("store");
const ROOMS = processName<RoomSup>("rooms");

class Store extends GenServer<StoreProtocol> {
  override handleCall(request: StoreProtocol["calls"]) {
    return reply(request, []);
  }
}

class Room extends GenServer {
  override async init(room: string) {
    await this.call(STORE, { type: "load", room });
  }
}

// Rooms come and go at run time, so they have a supervisor of their own.
class RoomSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Room> {
    return { intensity: 10, period: 5, child: { start: [Room], restart: "transient" } };
  }
}

class Listener extends GenServer {
  override async handleCast() {
    await this.startChild(ROOMS, ["lobby"]);
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
