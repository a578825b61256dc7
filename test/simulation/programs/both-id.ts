/** Two of which one is there, by a flag. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

const USE_REDIS = false;
class Redis extends GenServer {}
class Memory extends GenServer {}
class App extends GenServer {
  override async init() {
    this.link("cache");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        USE_REDIS
          ? { id: "cache", start: [Redis], name: "cache" }
          : { id: "cache", start: [Memory], name: "cache" },
        { id: "app", start: [App] },
      ],
    };
  }
}
