/** Ends by this.exit in init of one child when a flag is set, in a call for another. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Maybe extends GenServer {
  override init(options: { fail: boolean }) {
    if (options.fail) this.exit("refused");
  }
}
class Callee extends GenServer {
  override handleCall(r: { type: "die" } | { type: "ok" }) {
    if (r.type === "die") this.exit("asked");
    return reply(r, 1);
  }
}
class Caller extends GenServer {
  override async init() {
    await this.call("callee", { type: "ok" });
    this.sendAfter(1_000, this.self, { type: "kill" });
  }
  override async handleInfo(m: Info<{ type: "kill" }>) {
    if (m.type === "kill") {
      try {
        await this.call("callee", { type: "die" });
      } catch {
        return;
      }
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      period: 2,
      children: [
        { id: "maybe", start: [Maybe, { fail: false }] },
        { id: "callee", start: [Callee], name: "callee" },
        { id: "caller", start: [Caller] },
      ],
    };
  }
}
