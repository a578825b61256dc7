/** Connections link to the process that traps exits and counts them. */
import { DynamicSupervisor, GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Connection extends GenServer {
  override init(session: string) {
    this.link(session);
    this.sendAfter(2_500, this.self, { type: "ping-timeout" });
  }
  override handleInfo(m: Info<{ type: "ping-timeout" }>) {
    if (m.type === "ping-timeout") this.exit("ping timeout");
  }
}
class Connections extends DynamicSupervisor {
  override init() {
    return {
      intensity: 10,
      period: 10,
      child: { start: [Connection] as const, restart: "temporary" as const },
    };
  }
}
class Sessions extends GenServer {
  private open = 0;
  override init() {
    this.trapExit(true);
  }
  override handleCast(m: { type: "opened" }) {
    if (m.type === "opened") this.open++;
  }
  override handleCall(r: { type: "count" }) {
    return reply(r, this.open);
  }
  override handleInfo(m: Info) {
    if (m.type === "EXIT") {
      this.open--;
      if (this.open < 0) this.open = 0;
    }
  }
}
class Acceptor extends GenServer {
  private accepted = 0;
  override init() {
    this.sendInterval(1_000, this.self, { type: "accept" });
  }
  override async handleInfo(m: Info<{ type: "accept" }>) {
    if (m.type !== "accept" || this.accepted >= 3) return;
    this.accepted += 1;
    await this.startChild("connections", ["sessions"]);
    this.cast("sessions", { type: "opened" });
  }
}
export class Gateway extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      period: 10,
      children: [
        { id: "connections", start: [Connections], name: "connections" },
        { id: "sessions", start: [Sessions], name: "sessions" },
        { id: "acceptor", start: [Acceptor] },
      ],
    };
  }
}
