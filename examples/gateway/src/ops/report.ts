import { GenServer } from "suptree";
import { BACKUP } from "./backup.ts";

/** Tells when the last backup was. */
export class Report extends GenServer {
  private last = 0;

  override async init() {
    this.last = await this.call(BACKUP, { type: "last" });
  }
}
