/** Links and monitors that code makes when something has happened, and not before; one makes its link at once. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Store extends GenServer {}

/** Linked to the store as soon as somebody that it watches has gone down. */
class Mourner extends GenServer {
  override init() {
    this.monitor("other");
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.link("store");
  }
}

/** Linked, or watching, when it is told to: nobody does. */
class Waiting extends GenServer {
  override handleCast(message: { type: "join" | "watch" }) {
    if (message.type === "join") this.link("store");
    else this.monitor("store");
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") throw new Error("the store has gone");
  }
}

class Near extends GenServer {
  override init() {
    this.link("store");
  }
}

export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "store", start: [Store], name: "store" },
        { id: "other", start: [Store], name: "other" },
        { id: "mourner", start: [Mourner] },
        { id: "waiting", start: [Waiting] },
        { id: "near", start: [Near] },
      ],
    };
  }
}
