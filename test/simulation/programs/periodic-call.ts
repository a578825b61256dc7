/** A heartbeat calls by name every 700 ms; while its partner is away for good it dies of it. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Journal extends GenServer {
  override handleCall(request: { type: "beat" }) {
    return reply(request, true);
  }
}
class Heartbeat extends GenServer {
  override init() {
    this.sendAfter(700, this.self, { type: "tick" });
  }
  override async handleInfo(message: Info<{ type: "tick" }>) {
    if (message.type !== "tick") return;
    await this.call("journal", { type: "beat" });
    this.sendAfter(700, this.self, { type: "tick" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      children: [
        { id: "journal", start: [Journal], name: "journal", restart: "temporary" },
        { id: "heartbeat", start: [Heartbeat] },
      ],
    };
  }
}
