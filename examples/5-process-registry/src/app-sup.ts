import { Supervisor, type SupervisorSpec } from "suptree";
import { CONNECTIONS, ConnectionSup } from "./connection-sup.ts";
import { REGISTRY, Registry } from "./registry.ts";

export class AppSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      // The registry knows the connections' pids: if their supervisor goes, it must begin anew as well.
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "connections", start: [ConnectionSup], name: CONNECTIONS },
        { id: "registry", start: [Registry], name: REGISTRY },
      ],
    };
  }
}
