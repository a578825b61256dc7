/** Slow to shut down, brutal ones, and one with a finite limit. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Slow extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override async terminate() {
    await this.sleep(300);
  }
}
class Fast extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        { id: "slow", start: [Slow], shutdown: 1_000 },
        { id: "brutal", start: [Slow], shutdown: "brutal_kill" },
        { id: "fast", start: [Fast] },
      ],
    };
  }
}
