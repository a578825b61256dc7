/** Names and ids from templates and loops; each shard links its neighbour by a computed name. */
import { GenServer, Supervisor, type SupervisorSpec, startOf } from "suptree";

const SHARDS = 3;
class Shard extends GenServer {
  override init(n: number) {
    this.register(`shard-${n}`);
    if (n > 0) this.link(`shard-${n - 1}`);
  }
}
function shard(n: number) {
  return { id: `shard-${n}`, start: startOf(Shard, n), restart: "permanent" as const };
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    const children = [];
    for (let i = 0; i < SHARDS; i++) children.push(shard(i));
    return { strategy: "one_for_one", intensity: 5, period: 5, children };
  }
}
