/** Collects and flushes at three; a flush fails without its store. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Store extends GenServer {
  override handleCall(r: { type: "save" }) {
    return reply(r, true);
  }
}
class Batch extends GenServer {
  private n = 0;
  override init() {
    this.sendInterval(200, this.self, { type: "item" });
  }
  override async handleInfo(m: Info<{ type: "item" }>) {
    if (m.type !== "item") return;
    this.n += 1;
    if (this.n % 3 === 0) {
      await this.call("store", { type: "save" }, 500);
      this.n = 0;
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 3,
      children: [
        { id: "store", start: [Store], name: "store", restart: "temporary" },
        { id: "batch", start: [Batch] },
      ],
    };
  }
}
