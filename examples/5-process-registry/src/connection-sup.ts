import { DynamicSupervisor, type DynamicSupervisorSpec, processName } from "suptree";
import { Connection } from "./connection.ts";

export const CONNECTIONS = processName<ConnectionSup>("connections");

/** Starts connections when the registry asks. They are temporary: who needs one again asks again. */
export class ConnectionSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Connection> {
    return { intensity: 10, period: 5, child: { start: [Connection], restart: "temporary" } };
  }
}
