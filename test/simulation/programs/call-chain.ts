/** front calls middle in init, which calls back, which is not there. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Back extends GenServer {
  override handleCall(request: { type: "read" }) {
    return reply(request, 1);
  }
}
class Middle extends GenServer {
  override async handleCall(request: { type: "get" }) {
    return reply(request, await this.call("back", { type: "read" }));
  }
}
class Front extends GenServer {
  override async init() {
    await this.call("middle", { type: "get" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "back", start: [Back], name: "back", restart: "temporary" },
        { id: "middle", start: [Middle], name: "middle" },
        { id: "front", start: [Front] },
      ],
    };
  }
}
