import { GenServer, type Info } from "suptree";

/** Writes down who came in. */
export class AccessLog extends GenServer {
  private readonly lines: string[] = [];

  override handleInfo(message: Info) {
    if (message.type === "line") this.lines.push(String(message.text));
  }
}
