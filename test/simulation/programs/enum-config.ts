/** Configuration objects in a constant decide restart types and limits. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

const CONFIG = {
  limits: { intensity: 2, period: 30 },
  restart: { cache: "transient", store: "permanent" },
} as const;
class Store extends GenServer {}
class Cache extends GenServer {
  override init() {
    this.link("store");
  }
}
const spec = (id: "cache" | "store", cls: typeof Store | typeof Cache) => ({
  id,
  start: [cls] as const,
  name: id,
  restart: CONFIG.restart[id],
});
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      ...CONFIG.limits,
      strategy: "one_for_one",
      children: [spec("store", Store), spec("cache", Cache)],
    };
  }
}
