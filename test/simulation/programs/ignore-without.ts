/** A reporter that declines when its collector does not answer. */
import { GenServer, ignore, Supervisor, type SupervisorSpec } from "suptree";

class Reporter extends GenServer {
  override async init() {
    try {
      await this.call("collector", { type: "ping" }, 200);
    } catch {
      return ignore;
    }
  }
}
class Other extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "reporter", start: [Reporter] },
        { id: "other", start: [Other] },
      ],
    };
  }
}
