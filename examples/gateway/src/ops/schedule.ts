import { GenServer, type Info, type Pid, type Protocol } from "suptree";
import { BACKUP, type Backup } from "./backup.ts";

interface ScheduleProtocol extends Protocol {
  infos: { type: "night" };
}

const DAY = 86_400_000;

/** Has a backup made every night. */
export class Schedule extends GenServer<ScheduleProtocol> {
  private backup: Pid<Backup> | undefined;

  override init() {
    // Smell (strategy-mismatch): the backup is restarted alone, and then this is the pid of the dead one.
    this.backup = this.whereis(BACKUP);
    this.sendAfter(DAY, this.self, { type: "night" });
  }

  override handleInfo(message: Info<ScheduleProtocol["infos"]>) {
    if (message.type !== "night") return;
    if (this.backup) this.cast(this.backup, { type: "run" });
    this.sendAfter(DAY, this.self, { type: "night" });
  }
}
