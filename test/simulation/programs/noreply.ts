/** Answers later, when its own timer comes. */
import { type From, GenServer, type Info, noReply, Supervisor, type SupervisorSpec } from "suptree";

class Slow extends GenServer {
  private waiting: From[] = [];
  override handleCall(_r: { type: "get" }, from: From) {
    this.waiting.push(from);
    if (this.waiting.length === 1) this.sendAfter(200, this.self, { type: "flush" });
    return noReply;
  }
  override handleInfo(m: Info<{ type: "flush" }>) {
    if (m.type === "flush") {
      for (const f of this.waiting) this.reply(f, 1 as never);
      this.waiting = [];
    }
  }
}
class Client extends GenServer {
  override async init() {
    await this.call("slow", { type: "get" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      strategy: "rest_for_one",
      children: [
        { id: "slow", start: [Slow], name: "slow" },
        { id: "client", start: [Client] },
      ],
    };
  }
}
