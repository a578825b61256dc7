/** Shards made by map, each registered under a name of its own, and a router that links to the first. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Shard extends GenServer {
  override init(n: number) {
    this.register(`shard_${n}`);
  }
}
class Router extends GenServer {
  override init() {
    this.link("shard_1");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        ...[0, 1, 2].map((n) => ({ id: `shard_${n}`, start: [Shard, n] as const })),
        { id: "router", start: [Router] },
      ],
    };
  }
}
