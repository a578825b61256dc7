/** Shutdowns: one that takes too long and is killed, one that is killed at once, one that takes its time. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Slow extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override async terminate() {
    await this.sleep(9_000);
  }
}
class Quick extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override async terminate() {
    await this.sleep(50);
  }
}
class Brutal extends GenServer {
  override init() {
    this.trapExit(true);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        { id: "slow", start: [Slow], shutdown: 500 },
        { id: "quick", start: [Quick], shutdown: 1_000 },
        { id: "brutal", start: [Brutal], shutdown: "brutal_kill" },
        { id: "plain", start: [Brutal] },
      ],
    };
  }
}
