/** A session tree that ends when its socket does. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Socket extends GenServer {}
class Reader extends GenServer {
  override init() {
    this.link("socket");
  }
}
class Writer extends GenServer {}
class SessionSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      autoShutdown: "any_significant",
      children: [
        { id: "socket", start: [Socket], name: "socket", restart: "temporary", significant: true },
        { id: "reader", start: [Reader], restart: "temporary" },
        { id: "writer", start: [Writer], restart: "transient", significant: true },
      ],
    };
  }
}
class Audit extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "session", start: [SessionSup], restart: "temporary" },
        { id: "audit", start: [Audit] },
      ],
    };
  }
}
