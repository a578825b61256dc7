/** Its terminate outlasts the shutdown limit, so it is killed. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Slow extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override async terminate() {
    await this.sleep(60_000);
  }
}
class Fast extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      children: [
        { id: "fast", start: [Fast] },
        { id: "slow", start: [Slow], shutdown: 500 },
      ],
    };
  }
}
