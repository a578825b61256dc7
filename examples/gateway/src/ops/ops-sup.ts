import { Supervisor, type SupervisorSpec } from "suptree";
import { BACKUP, Backup } from "./backup.ts";
import { Report } from "./report.ts";
import { Schedule } from "./schedule.ts";

/** Not part of the gateway: started by hand on the night shift, where it fails. */
export class OpsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      children: [
        { id: "report", start: [Report] }, // Smell (child-order): asks the backup while it starts
        { id: "backup", start: [Backup], name: BACKUP },
        { id: "schedule", start: [Schedule] },
      ],
    };
  }
}
