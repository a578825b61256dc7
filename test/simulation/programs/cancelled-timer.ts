/** A deadline that is cancelled in time, and one that is not. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class A extends GenServer {
  override init() {
    const t = this.sendAfter(500, this.self, { type: "late" });
    this.cancelTimer(t);
  }
  override handleInfo(m: Info<{ type: "late" }>) {
    if (m.type === "late") return stop("late");
  }
}
class B extends GenServer {
  override init() {
    this.sendAfter(500, this.self, { type: "late" });
  }
  override handleInfo(m: Info<{ type: "late" }>) {
    if (m.type === "late") return stop("late");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 1,
      children: [
        { id: "a", start: [A] },
        { id: "b", start: [B], restart: "temporary" },
      ],
    };
  }
}
