import { METRICS } from "@app/names.ts";
import { roomName } from "@app/rooms/room.ts";
import { type Call, GenServer, type Info, type Protocol, reply, stop } from "suptree";

interface ConnectionProtocol extends Protocol {
  calls: Call<{ type: "say"; room: string; text: string }, "ok">;
  infos: { type: "hang_up" };
}

/** One client's connection. */
export class Connection extends GenServer<ConnectionProtocol> {
  override init(_client: string) {
    this.cast(METRICS, { type: "count", what: "connected" });
  }

  override async handleCall(request: ConnectionProtocol["calls"]) {
    return reply(request, await this.call(roomName(request.room), { type: "say", text: request.text }));
  }

  override handleInfo(message: Info<ConnectionProtocol["infos"]>) {
    if (message.type === "hang_up") return stop("normal");
  }
}
