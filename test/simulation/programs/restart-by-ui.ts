/** Somebody asks the supervisor to start a child again that has ended. */
import { GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Printer extends GenServer {
  private pages = 0;
  override handleCast(_m: { type: "page" }) {
    if (++this.pages === 3) return stop("normal");
  }
}
class Ui extends GenServer {
  private n = 0;
  override init() {
    this.sendInterval(900, this.self, { type: "click" });
  }
  override async handleInfo(m: { type: string }) {
    if (m.type !== "click") return;
    this.n += 1;
    if (this.whereis("printer") === undefined) await this.restartChild("kiosk", "printer");
    else this.cast("printer", { type: "page" });
  }
}
export class Kiosk extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 5,
      children: [
        { id: "printer", start: [Printer], name: "printer", restart: "transient" },
        { id: "ui", start: [Ui] },
      ],
    };
  }
}
export class Top extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 1, period: 5, children: [{ id: "kiosk", start: [Kiosk], name: "kiosk" }] };
  }
}
