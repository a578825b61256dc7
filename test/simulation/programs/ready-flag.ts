/** Answers only once it is ready; the client stops when it gets no. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Svc extends GenServer {
  private ready = false;
  override init() {
    this.sendAfter(300, this.self, { type: "up" });
  }
  override handleInfo(m: Info<{ type: "up" }>) {
    if (m.type === "up") this.ready = true;
  }
  override handleCall(r: { type: "get" }) {
    if (!this.ready) throw new Error("not ready");
    return reply(r, 1);
  }
}
class Client extends GenServer {
  override async init() {
    await this.call("svc", { type: "get" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 5,
      children: [
        { id: "svc", start: [Svc], name: "svc" },
        { id: "late", start: [Late] },
      ],
    };
  }
}
class Late extends GenServer {
  override init() {
    this.sendAfter(700, this.self, { type: "ask" });
  }
  override async handleInfo(m: Info<{ type: "ask" }>) {
    if (m.type === "ask") await this.call("svc", { type: "get" });
  }
}
void Client;
