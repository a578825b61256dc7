/** Two servers that call each other while they handle a call. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Ping extends GenServer {
  override init() {
    this.sendAfter(100, this.self, { type: "go" });
  }
  override async handleInfo(message: { type: string }) {
    if (message.type === "go") await this.call("pong", { type: "ping" }, 1_000);
  }
  override async handleCall(request: { type: "back" }) {
    return reply(request, 1);
  }
}
class Pong extends GenServer {
  override async handleCall(request: { type: "ping" }) {
    return reply(request, await this.call("ping", { type: "back" }, 2_000));
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      period: 2,
      children: [
        { id: "ping", start: [Ping], name: "ping" },
        { id: "pong", start: [Pong], name: "pong" },
      ],
    };
  }
}
