/** The server stops when it is asked to drain, which the last one does at its start. */
import { GenServer, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Server extends GenServer {
  override handleCall(request: { type: "drain" } | { type: "ping" }) {
    if (request.type === "drain") return stop("normal", reply(request, "bye"));
    return reply(request, "pong");
  }
}
class Drainer extends GenServer {
  override async init() {
    await this.call("server", { type: "drain" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "server", start: [Server], name: "server", restart: "transient" },
        { id: "drainer", start: [Drainer] },
      ],
    };
  }
}
