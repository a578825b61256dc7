/** A tree that takes how many workers it has, or has two of them. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Worker extends GenServer {
  override init(n: number) {
    if (n > 4) throw new Error("too many");
  }
}

export class Root extends Supervisor {
  override init(size = 2, { prefix = "w" }: { prefix?: string } = {}): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: Array.from({ length: size }, (_, n) => ({
        id: `${prefix}${n}`,
        start: [Worker, n] as const,
      })),
    };
  }
}
