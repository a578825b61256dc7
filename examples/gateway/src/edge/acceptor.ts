import { LISTENER } from "@app/names.ts";
import { GenServer, type Info, type Protocol } from "suptree";

interface AcceptorProtocol extends Protocol {
  infos: { type: "socket"; client: string };
}

/** Takes sockets from the queue and hands them to the listener. */
export class Acceptor extends GenServer<AcceptorProtocol> {
  override async handleInfo(message: Info<AcceptorProtocol["infos"]>) {
    if (message.type === "socket") await this.call(LISTENER, { type: "accept", client: message.client });
  }
}
