/** Reactions in helper methods, and a base class that traps exits. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

abstract class Base extends GenServer {
  protected abstract partner: string;
  override init() {
    this.trapExit(true);
    this.attach();
  }
  protected attach() {
    this.link(this.partner);
  }
  override handleInfo(message: Info) {
    if (message.type === "EXIT") this.lost(message.reason);
  }
  protected lost(reason: unknown): void {
    if (reason === "normal") return;
    this.exit("partner lost");
  }
}
class Left extends Base {
  protected override partner = "right";
  override init() {
    this.trapExit(true);
  }
}
class Right extends Base {
  protected override partner = "left";
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 4,
      children: [
        { id: "left", start: [Left], name: "left" },
        { id: "right", start: [Right], name: "right" },
      ],
    };
  }
}
