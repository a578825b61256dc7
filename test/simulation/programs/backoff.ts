/** Reconnects with a growing delay, at most three times, then gives up. */
import { continueWith, GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Conn extends GenServer {
  private tries = 0;
  override init() {
    return continueWith("connect");
  }
  override handleContinue() {
    return this.attempt();
  }
  private attempt() {
    this.tries += 1;
    if (this.tries > 3) return stop("unreachable");
    if (this.whereis("server") === undefined) {
      this.sendAfter(100 * this.tries, this.self, { type: "retry" });
      return;
    }
    this.monitor("server");
    return;
  }
  override handleInfo(m: Info<{ type: "retry" }>) {
    if (m.type === "retry") return this.attempt();
    if (m.type === "DOWN") {
      this.tries = 0;
      this.sendAfter(100, this.self, { type: "retry" });
    }
  }
}
class Server extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      period: 10,
      children: [
        { id: "conn", start: [Conn] },
        { id: "server", start: [Server], name: "server" },
      ],
    };
  }
}
