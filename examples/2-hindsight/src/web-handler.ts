import { type Call, GenServer, type Info, type Protocol, processName, reply } from "suptree";
import { MNESIA } from "./mnesia.ts";

interface WebProtocol extends Protocol {
  calls: Call<{ type: "get"; path: string }, string>;
  infos: { type: "bad_request" };
}

export const WEB = processName<WebHandler>("web");

/** Answers requests from what mnesia holds. */
export class WebHandler extends GenServer<WebProtocol> {
  override async handleCall(request: WebProtocol["calls"]) {
    const last = await this.call(MNESIA, { type: "read", table: "tweets", key: "last" });
    return reply(request, `${request.path}: ${last ?? "nothing yet"}`);
  }

  override handleInfo(message: Info<WebProtocol["infos"]>) {
    if (message.type === "bad_request") throw new Error("web: cannot read properties of undefined");
  }
}
