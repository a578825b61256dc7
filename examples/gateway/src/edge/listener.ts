import type { Connection } from "@app/connections/connection.ts";
import { METRICS, PRESENCE } from "@app/names.ts";
import { type Call, type ExitReason, GenServer, type Pid, type Protocol, reply } from "suptree";
import { AccessLog } from "./access-log.ts";

interface ListenerProtocol extends Protocol {
  calls: Call<{ type: "accept"; client: string }, Pid<Connection>>;
}

/** Lets clients in. */
export class Listener extends GenServer<ListenerProtocol> {
  override init(_options: { port: number }) {
    // Smell (trap-exit): exits are trapped and then dropped, there is no handleInfo.
    this.trapExit(true);
  }

  override async handleCall(request: ListenerProtocol["calls"]) {
    // Smell (child-order): presence starts after the listener.
    const pid = await this.call(PRESENCE, { type: "join", client: request.client });
    this.cast(METRICS, { type: "count", what: "accepted" });
    if (request.client === "audit") await this.start(AccessLog); // Smell (unsupervised-process)
    return reply(request, pid);
  }

  override terminate(_reason: ExitReason) {
    this.cast(METRICS, { type: "count", what: "listener closed" });
  }
}
