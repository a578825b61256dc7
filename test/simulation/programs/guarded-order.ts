/** As in the wrong order, but the caller catches the failure and goes on with defaults. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Api extends GenServer {
  settings: unknown = {};
  override async init() {
    try {
      this.settings = await this.call("settings", { type: "all" });
    } catch {
      this.settings = {};
    }
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
      strategy: "rest_for_one",
      children: [
        { id: "api", start: [Api] },
        { id: "settings", start: [Settings], name: "settings" },
      ],
    };
  }
}
