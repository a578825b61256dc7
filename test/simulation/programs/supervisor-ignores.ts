/** A supervisor that is not needed here says so. */
import { GenServer, ignore, Supervisor, type SupervisorSpec } from "suptree";

const ENABLED = { metrics: false, web: true };
class M extends GenServer {}
class Metrics extends Supervisor {
  override init() {
    if (!ENABLED.metrics) return ignore;
    return { children: [{ id: "m", start: [M] as const }] };
  }
}
class Web extends Supervisor {
  override init() {
    if (!ENABLED.web) return ignore;
    return { intensity: 2, children: [{ id: "m", start: [M] as const }] };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "metrics", start: [Metrics] },
        { id: "web", start: [Web] },
      ],
    };
  }
}
