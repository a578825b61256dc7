/** A pool member whose second start fails, as its file is locked by what it left behind. */
import { GenServer, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Lock extends GenServer {
  private held = false;
  override handleCall(r: { type: "lock" }) {
    if (this.held) return reply(r, false);
    this.held = true;
    return reply(r, true);
  }
}
class Member extends GenServer {
  override async init() {
    const ok = await this.call("lock", { type: "lock" });
    if (!ok) return stop("locked");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "lock", start: [Lock], name: "lock" },
        { id: "member", start: [Member] },
      ],
    };
  }
}
