import { JOURNAL } from "@app/names.ts";
import { type Call, GenServer, type Protocol, reply } from "suptree";

interface HistoryProtocol extends Protocol {
  calls:
    | Call<{ type: "latest"; room: string }, string[]>
    | Call<{ type: "remember"; room: string; text: string }, "ok">;
}

/** The last lines of every room. */
export class History extends GenServer<HistoryProtocol> {
  private readonly byRoom = new Map<string, string[]>();

  override async handleCall(request: HistoryProtocol["calls"]) {
    switch (request.type) {
      case "latest":
        return reply(request, this.byRoom.get(request.room) ?? []);
      case "remember": {
        await this.call(JOURNAL, { type: "append", line: `${request.room}: ${request.text}` });
        const lines = this.byRoom.get(request.room) ?? [];
        this.byRoom.set(request.room, [...lines, request.text].slice(-50));
        return reply(request, "ok");
      }
    }
  }
}
