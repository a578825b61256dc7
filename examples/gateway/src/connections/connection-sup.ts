import { DynamicSupervisor, type DynamicSupervisorSpec } from "suptree";
import { Connection } from "./connection.ts";

/** Connections come and go with their clients. */
export class ConnectionSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Connection> {
    return {
      intensity: 50,
      period: 10,
      child: { start: [Connection], restart: "temporary", shutdown: 1_000 },
    };
  }
}
