/** Connects by a timer until it works, in the usual way: try, and try again later. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Client extends GenServer {
  override init() {
    this.send(this.self, { type: "connect" });
  }
  override async handleInfo(message: Info<{ type: "connect" }>) {
    if (message.type === "DOWN") {
      this.send(this.self, { type: "connect" });
      return;
    }
    if (message.type !== "connect") return;
    try {
      await this.call("server", { type: "hello" });
      this.monitor("server");
    } catch {
      this.sendAfter(250, this.self, { type: "connect" });
    }
  }
}
class Server extends GenServer {
  override handleCall(request: { type: "hello" }) {
    return reply(request, "welcome");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "client", start: [Client] },
        { id: "server", start: [Server], name: "server" },
      ],
    };
  }
}
