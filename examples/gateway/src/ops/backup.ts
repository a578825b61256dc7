import { type Call, GenServer, type Protocol, processName, reply } from "suptree";

interface BackupProtocol extends Protocol {
  calls: Call<{ type: "last" }, number>;
  casts: { type: "run" };
}

export const BACKUP = processName<Backup>("backup");

/** Makes a copy of the journal every night. */
export class Backup extends GenServer<BackupProtocol> {
  private last = 0;

  override handleCall(request: BackupProtocol["calls"]) {
    return reply(request, this.last);
  }

  override handleCast(_message: BackupProtocol["casts"]) {
    this.last = this.now();
  }
}
