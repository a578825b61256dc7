/** A watchdog kills the process that does not answer in time. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Motor extends GenServer {
  private speed = 0;
  override handleCall(r: { type: "ping" }) {
    return reply(r, this.speed);
  }
}
class Watchdog extends GenServer {
  override init() {
    this.sendInterval(1_000, this.self, { type: "check" });
  }
  override async handleInfo(m: Info<{ type: "check" }>) {
    if (m.type !== "check") return;
    try {
      await this.call("motor", { type: "ping" }, 500);
    } catch {
      const pid = this.whereis("motor");
      if (pid) this.sendExit(pid, "kill");
    }
  }
}
export class Robot extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      period: 10,
      children: [
        { id: "motor", start: [Motor], name: "motor" },
        { id: "watchdog", start: [Watchdog] },
      ],
    };
  }
}
