/** The third call kills it: a client calls every half second. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Fragile extends GenServer {
  private calls = 0;
  override handleCall(r: { type: "hit" }) {
    this.calls++;
    if (this.calls === 3) return stop("worn", reply(r, "last"));
    return reply(r, this.calls);
  }
}
class Client extends GenServer {
  override init() {
    this.sendInterval(500, this.self, { type: "t" });
  }
  override async handleInfo(m: Info<{ type: "t" }>) {
    if (m.type === "t") await this.call("fragile", { type: "hit" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 30,
      period: 5,
      children: [
        { id: "fragile", start: [Fragile], name: "fragile" },
        { id: "client", start: [Client] },
      ],
    };
  }
}
