/** A session monitors its channel and stops normally when it goes down; the session is transient. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Channel extends GenServer {}
class Session extends GenServer {
  override init() {
    this.monitor("channel");
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") return stop("normal");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "channel", start: [Channel], name: "channel" },
        { id: "session", start: [Session], restart: "transient" },
      ],
    };
  }
}
