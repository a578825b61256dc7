/** Does its first call late, rejects quietly, and its handler throws for one type of message. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

class Svc extends GenServer {
  override handleCast(m: { type: "good" } | { type: "bad" }) {
    if (m.type === "bad") throw new Error("bad");
  }
}
class Feeder extends GenServer {
  override init() {
    this.cast("svc", { type: "good" });
    this.sendAfter(1_000, "svc2", { type: "x" });
    this.sendAfter(1_500, this.self, { type: "bad" });
  }
  override handleInfo(m: Info<{ type: "bad" }>) {
    if (m.type === "bad") this.cast("svc", { type: "bad" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      period: 5,
      strategy: "one_for_all",
      children: [
        { id: "svc", start: [Svc], name: "svc" },
        { id: "feeder", start: [Feeder] },
      ],
    };
  }
}
