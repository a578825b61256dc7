import { GenServer, type Info, type Protocol } from "suptree";

interface AccessLogProtocol extends Protocol {
  infos: { type: "line"; text: string };
}

/** Writes down who came in. */
export class AccessLog extends GenServer<AccessLogProtocol> {
  private readonly lines: string[] = [];

  override handleInfo(message: Info<AccessLogProtocol["infos"]>) {
    if (message.type === "line") this.lines.push(message.text);
  }
}
