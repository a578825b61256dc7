import { LISTENER } from "@app/names.ts";
import { GenServer, type Info } from "suptree";

/** Takes sockets from the queue and hands them to the listener. */
export class Acceptor extends GenServer {
  override async handleInfo(message: Info) {
    if (message.type === "socket")
      await this.call(LISTENER, { type: "accept", client: String(message.client) });
  }
}
