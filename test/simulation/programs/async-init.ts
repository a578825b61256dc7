/** Waits for the network in init, and in a call; its caller has a short timeout. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Remote extends GenServer {
  override async init() {
    await fetch("http://x");
  }
  override async handleCall(r: { type: "get" }) {
    await this.sleep(800);
    return reply(r, 1);
  }
}
class Client extends GenServer {
  override init() {
    this.sendAfter(100, this.self, { type: "ask" });
  }
  override async handleInfo(m: Info<{ type: "ask" }>) {
    if (m.type === "ask") await this.call("remote", { type: "get" }, 300);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 10,
      children: [
        { id: "remote", start: [Remote], name: "remote" },
        { id: "client", start: [Client], restart: "transient" },
      ],
    };
  }
}
