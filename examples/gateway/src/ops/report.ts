import { type Call, GenServer, type Protocol, reply } from "suptree";
import { BACKUP } from "./backup.ts";

interface ReportProtocol extends Protocol {
  calls: Call<{ type: "hours_since_backup" }, number>;
}

/** Tells how long ago the last backup was. */
export class Report extends GenServer<ReportProtocol> {
  private last = 0;

  override async init() {
    this.last = await this.call(BACKUP, { type: "last" });
  }

  override handleCall(request: ReportProtocol["calls"]) {
    return reply(request, (this.now() - this.last) / 3_600_000);
  }
}
