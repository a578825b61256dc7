/** Typed names; a client keeps the pid that it found first. */
import { GenServer, type Info, type Pid, processName, reply, Supervisor, type SupervisorSpec } from "suptree";

const STORE = processName<Store>("store");
class Store extends GenServer {
  override handleCall(r: { type: "get" }) {
    return reply(r, 1);
  }
}
class Client extends GenServer {
  private store!: Pid;
  override init() {
    this.store = this.whereis(STORE)!;
    this.sendInterval(1_500, this.self, { type: "poll" });
  }
  override async handleInfo(m: Info<{ type: "poll" }>) {
    if (m.type === "poll") await this.call(this.store as never, { type: "get" } as never);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 5,
      children: [
        { id: "store", start: [Store], name: STORE },
        { id: "client", start: [Client] },
      ],
    };
  }
}
