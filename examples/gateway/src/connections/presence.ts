import { CONNECTIONS } from "@app/names.ts";
import { type Call, GenServer, type Pid, type Protocol, reply } from "suptree";
import type { Connection } from "./connection.ts";

interface PresenceProtocol extends Protocol {
  calls: Call<{ type: "join"; client: string }, Pid<Connection>> | Call<{ type: "online" }, string[]>;
}

/** Who is here, and on which connection. */
export class Presence extends GenServer<PresenceProtocol> {
  // Smell (missing-monitor): these pids are kept, but nobody tells when one of them is gone.
  private readonly online = new Map<string, Pid<Connection>>();

  override async handleCall(request: PresenceProtocol["calls"]) {
    switch (request.type) {
      case "join": {
        const pid = await this.startChild(CONNECTIONS, [request.client]);
        this.online.set(request.client, pid);
        return reply(request, pid);
      }
      case "online":
        return reply(request, [...this.online.keys()]);
    }
  }
}
