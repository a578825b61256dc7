/** A poller that crashes on its second poll, a watchdog on a timeout. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop, timeout } from "suptree";

class Poller extends GenServer {
  private polls = 0;
  override init() {
    this.schedule();
  }
  private schedule() {
    this.sendAfter(2_000, this.self, { type: "poll" });
  }
  override handleInfo(m: Info<{ type: "poll" }>) {
    if (m.type === "poll") {
      this.polls += 1;
      if (this.polls >= 2) throw new Error("upstream");
      this.schedule();
    }
  }
}
class Watchdog extends GenServer {
  override init() {
    return timeout(3_000);
  }
  override handleInfo(m: Info) {
    if (m.type === "timeout") return stop("normal");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 10,
      period: 10,
      children: [
        { id: "poller", start: [Poller] },
        { id: "dog", start: [Watchdog], restart: "transient" },
      ],
    };
  }
}
