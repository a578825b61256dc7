/** Uses its partner only when it is there. */
import { GenServer, ignore, reply, Supervisor, type SupervisorSpec } from "suptree";

class Early extends GenServer {
  override async init() {
    if (this.whereis("late") !== undefined) await this.call("late", { type: "hi" });
  }
}
class Needy extends GenServer {
  override init() {
    if (this.whereis("late") === undefined) return ignore;
  }
}
class Late extends GenServer {
  override handleCall(request: { type: "hi" }) {
    return reply(request, 1);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "early", start: [Early] },
        { id: "needy", start: [Needy] },
        { id: "late", start: [Late], name: "late" },
      ],
    };
  }
}
