/** Asks in init for somebody who starts later. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Api extends GenServer {
  override async init() {
    await this.call("settings", { type: "all" });
  }
}
class Settings extends GenServer {
  override handleCall(request: { type: "all" }) {
    return reply(request, {});
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "api", start: [Api] },
        { id: "settings", start: [Settings], name: "settings" },
      ],
    };
  }
}
