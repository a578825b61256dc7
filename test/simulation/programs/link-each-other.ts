/** Two that link each other and trap; whoever hears of the other's end stops. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class P extends GenServer {
  override init(other: string) {
    this.trapExit(true);
    const pid = this.whereis(other);
    if (pid) this.link(pid);
  }
  override handleInfo(m: Info) {
    if (m.type === "EXIT") {
      if (m.reason === "normal") return;
      return stop({ shutdown: "peer" });
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 6,
      children: [
        { id: "p1", start: [P, "p2"], name: "p1" },
        { id: "p2", start: [P, "p1"], name: "p2", restart: "transient" },
      ],
    };
  }
}
