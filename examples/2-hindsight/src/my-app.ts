import { defineApplication, Supervisor, type SupervisorSpec } from "suptree";
import { MNESIA, mnesia } from "./mnesia.ts";
import { TWITTER, TwitterClient } from "./twitter-client.ts";
import { WEB, WebHandler } from "./web-handler.ts";

export class MyAppSup extends Supervisor {
  override async init(): Promise<SupervisorSpec> {
    // The tables exist before the first child starts.
    await this.call(MNESIA, { type: "create_table", name: "tweets" });
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "twitter", start: [TwitterClient], name: TWITTER },
        { id: "web", start: [WebHandler], name: WEB },
      ],
    };
  }
}

export const myApp = defineApplication({ name: "my_app", applications: [mnesia], start: [MyAppSup] });
