/** Says goodbye to somebody when it ends. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Log extends GenServer {
  private n = 0;
  override handleCall(r: { type: "bye" }) {
    this.n++;
    return reply(r, this.n);
  }
}
class W extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override async terminate() {
    await this.call("log", { type: "bye" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 3,
      children: [
        { id: "w1", start: [W] },
        { id: "log", start: [Log], name: "log" },
        { id: "w2", start: [W], shutdown: 200 },
      ],
    };
  }
}
