import { Supervisor, type SupervisorSpec } from "suptree";
import { Acceptor } from "./acceptor.ts";

export class AcceptorSup extends Supervisor {
  override init(options: { acceptors: number }): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 10,
      period: 5,
      children: Array.from({ length: options.acceptors }, (_, n) => ({
        id: `acceptor-${n + 1}`,
        start: [Acceptor] as const,
      })),
    };
  }
}
