import { type Call, GenServer, type Protocol, processName, reply } from "suptree";

interface BackupProtocol extends Protocol {
  calls: Call<{ type: "last" }, number>;
}

export const BACKUP = processName<Backup>("backup");

/** Makes a copy of the journal every night. */
export class Backup extends GenServer<BackupProtocol> {
  override handleCall(request: BackupProtocol["calls"]) {
    return reply(request, 0);
  }
}
