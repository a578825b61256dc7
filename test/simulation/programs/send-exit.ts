/** A governor that shuts a worker down by an exit signal, and one that traps it. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Worker extends GenServer {}
class Stubborn extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override handleInfo(m: Info) {
    if (m.type === "EXIT") return;
  }
}
class Governor extends GenServer {
  override init() {
    this.sendAfter(500, this.self, { type: "cut" });
  }
  override handleInfo(m: Info<{ type: "cut" }>) {
    if (m.type !== "cut") return;
    const w = this.whereis("worker");
    if (w !== undefined) this.sendExit(w, "over_budget");
    const s = this.whereis("stubborn");
    if (s !== undefined) this.sendExit(s, "over_budget");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "worker", start: [Worker], name: "worker" },
        { id: "stubborn", start: [Stubborn], name: "stubborn" },
        { id: "governor", start: [Governor] },
      ],
    };
  }
}
