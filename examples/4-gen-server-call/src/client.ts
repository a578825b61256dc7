import { GenServer, type Info, type Protocol } from "suptree";
import { GREETER } from "./server.ts";

interface ClientProtocol extends Protocol {
  infos: { type: "begin" };
}

/** Makes one call after another. What a failed call throws is an exit; uncaught, it would end this process. */
export class Client extends GenServer<ClientProtocol> {
  override init() {
    this.send(this.self, { type: "begin" });
  }

  override async handleInfo(message: Info<ClientProtocol["infos"]>) {
    if (message.type !== "begin") return;
    for (const type of ["hi", "dawdle", "fail"] as const) {
      try {
        console.log(`${type}: reply ${await this.call(GREETER, { type }, 100)}`);
      } catch (error) {
        console.log(`${type}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
