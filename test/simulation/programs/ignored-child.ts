/** A feature that is switched off declines to start; the others go on without it. */
import { GenServer, ignore, Supervisor, type SupervisorSpec } from "suptree";

const FEATURES = { metrics: false };
class Metrics extends GenServer {
  override init() {
    if (!FEATURES.metrics) return ignore;
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      children: [
        { id: "metrics", start: [Metrics] },
        { id: "web", start: [Web] },
      ],
    };
  }
}
