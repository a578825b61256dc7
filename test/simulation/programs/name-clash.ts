/** Two children under one registered name: the second cannot start. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Shard extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "a", start: [Shard], name: "shard" },
        { id: "b", start: [Shard], name: "shard" },
      ],
    };
  }
}
