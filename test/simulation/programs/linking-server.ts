/** A server that links itself to whoever checks out a connection. */
import { type From, GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class PoolServer extends GenServer {
  override handleCall(request: { type: "checkout" }, from: From) {
    if (from.pid !== null) this.link(from.pid);
    return reply(request, true);
  }
}
class User extends GenServer {
  override async init() {
    await this.call("pool", { type: "checkout" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 4,
      children: [
        { id: "pool", start: [PoolServer], name: "pool" },
        { id: "user", start: [User] },
      ],
    };
  }
}
