/** A worker that asks for work at its start and stops normally when there is none. */
import { continueWith, GenServer, type Info, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Source extends GenServer {
  private left = 2;
  override handleCall(r: { type: "take" }) {
    if (this.left === 0) return reply(r, null);
    this.left -= 1;
    return reply(r, 1);
  }
}
class Worker extends GenServer {
  override init() {
    return continueWith("work");
  }
  override async handleContinue() {
    const job = await this.call("source", { type: "take" });
    if (job === null) return stop("normal");
    this.sendAfter(600, this.self, { type: "done" });
  }
  override handleInfo(m: Info<{ type: "done" }>) {
    if (m.type === "done") return continueWith("work");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "source", start: [Source], name: "source" },
        { id: "worker", start: [Worker], restart: "transient" },
      ],
    };
  }
}
