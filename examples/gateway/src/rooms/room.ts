import { HISTORY } from "@app/names.ts";
import { type Call, GenServer, type Info, type Protocol, processName, reply, stop } from "suptree";

interface RoomProtocol extends Protocol {
  calls: Call<{ type: "say"; text: string }, "ok"> | Call<{ type: "topic" }, string>;
  infos: { type: "close" };
}

/** One chat room. It is linked to the history: without it, a room has nothing true to show. */
export class Room extends GenServer<RoomProtocol> {
  private name = "";

  override async init(name: string) {
    this.name = name;
    this.link(HISTORY);
    await this.call(HISTORY, { type: "latest", room: name });
    this.register(roomName(name));
  }

  override async handleCall(request: RoomProtocol["calls"]) {
    switch (request.type) {
      case "say":
        return reply(
          request,
          await this.call(HISTORY, { type: "remember", room: this.name, text: request.text }),
        );
      case "topic":
        return reply(request, `#${this.name}`);
    }
  }

  override handleInfo(message: Info<RoomProtocol["infos"]>) {
    if (message.type === "close") return stop("normal");
  }
}

export function roomName(name: string) {
  return processName<Room>(`room:${name}`);
}
