// A small supervision tree to look at, check and break. Click "Run Tree" above ChatSup, then crash one of its children. It
// runs in a sandbox: as stand-ins that have what was read of it, or, when you choose that, its own code.
import {
  type Call,
  GenServer,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

// rest_for_one: who needs another child is started after it, and restarted with it. One child stands in the wrong
// place: the quick fix of its problem moves it, and "Show what happens" plays what goes wrong until then.
export class ChatSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "rooms", start: [Rooms] },
        { id: "store", start: [Store], name: STORE },
        { id: "listener", start: [Listener] },
      ],
    };
  }
}

interface StoreProtocol extends Protocol {
  calls: Call<{ type: "load"; room: string }, string[]>;
}

const STORE = processName<Store>("store");

class Store extends GenServer<StoreProtocol> {
  override handleCall(request: StoreProtocol["calls"]) {
    return reply(request, []);
  }
}

class Rooms extends GenServer {
  override async handleCast() {
    await this.call(STORE, { type: "load", room: "lobby" });
  }
}

class Exporter extends GenServer {}

class Listener extends GenServer {
  // Nobody supervises what is started here: when it crashes, it stays dead, and nobody hears of it.
  override async handleCast() {
    await this.start(Exporter);
  }
}
