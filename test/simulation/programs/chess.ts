/** Clocks that count down from what their start gives; a flag that falls ends the match. */
import { GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Clock extends GenServer {
  private left = 0;
  override init(seconds: number) {
    this.left = seconds;
    this.sendInterval(1_000, this.self, { type: "tick" });
  }
  override handleInfo(m: { type: string }) {
    if (m.type !== "tick") return;
    this.left -= 1;
    if (this.left <= 0) return stop({ shutdown: "flag" });
  }
}
class Referee extends GenServer {
  override init() {
    this.monitor("white");
    this.monitor("black");
  }
  override handleInfo(m: { type: string }) {
    if (m.type === "DOWN") this.cast("referee", { type: "result" });
  }
  override handleCast(_m: { type: "result" }) {}
}
export class Match extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 0,
      period: 1,
      autoShutdown: "any_significant",
      children: [
        { id: "white", start: [Clock, 3], name: "white", restart: "transient", significant: true },
        { id: "black", start: [Clock, 5], name: "black", restart: "transient", significant: true },
        { id: "referee", start: [Referee], name: "referee" },
      ],
    };
  }
}
export class Arena extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      period: 10,
      children: [{ id: "match", start: [Match], type: "supervisor", restart: "temporary" }],
    };
  }
}
