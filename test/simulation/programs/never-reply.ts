/** Never answers: its client runs into the timeout and starts again. */
import { continueWith, GenServer, noReply, Supervisor, type SupervisorSpec } from "suptree";

class Mute extends GenServer {
  override handleCall(_r: { type: "get" }) {
    return noReply;
  }
}
class Client extends GenServer {
  override init() {
    return continueWith("go");
  }
  override async handleContinue() {
    await this.call("mute", { type: "get" }, 1_000);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 5,
      children: [
        { id: "mute", start: [Mute], name: "mute" },
        { id: "client", start: [Client] },
      ],
    };
  }
}
