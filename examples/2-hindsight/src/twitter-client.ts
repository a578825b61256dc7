import { GenServer, type Info, type Protocol, processName } from "suptree";
import { MNESIA } from "./mnesia.ts";

interface TwitterProtocol extends Protocol {
  infos: { type: "poll" } | { type: "api_changed" };
}

export const TWITTER = processName<TwitterClient>("twitter");

/** Reads tweets and keeps the last one in mnesia. */
export class TwitterClient extends GenServer<TwitterProtocol> {
  override init() {
    this.sendAfter(10, this.self, { type: "poll" });
  }

  override async handleInfo(message: Info<TwitterProtocol["infos"]>) {
    if (message.type === "api_changed") throw new Error("twitter: unexpected field in the answer");
    if (message.type === "poll") {
      await this.call(MNESIA, { type: "write", table: "tweets", key: "last", value: "hello" });
      this.sendAfter(10, this.self, { type: "poll" });
    }
  }
}
