/** Handlers in a table by type, called with call; methods by a name that is put together; a Map of handlers. */
import { GenServer, type Info, Supervisor, type SupervisorSpec } from "suptree";

type Handlers = { [type: string]: ((this: unknown, message: Info) => unknown) | undefined };
class Table extends GenServer {
  private n = 0;
  private handlers(): Handlers {
    return { tick: this.onTick };
  }
  override init() {
    this.sendInterval(400, this.self, { type: "tick" });
  }
  override handleInfo(message: Info) {
    return this.handlers()[message.type]?.call(this, message) as undefined;
  }
  private onTick() {
    if (++this.n === 4) throw new Error("table");
  }
}
class Named extends GenServer {
  private n = 0;
  override init() {
    this.sendInterval(500, this.self, { type: "tick" });
  }
  override handleInfo(message: Info) {
    const name = `on_${message.type}`;
    if (name in this) (this as unknown as Record<string, () => void>)[name]!();
  }
  on_tick() {
    if (++this.n === 5) throw new Error("named");
  }
}
class Mapped extends GenServer {
  private n = 0;
  private readonly handlers = new Map([["tick", () => this.onTick()]]);
  override init() {
    this.sendInterval(600, this.self, { type: "tick" });
  }
  override handleInfo(message: Info) {
    this.handlers.get(message.type)?.();
  }
  private onTick() {
    if (++this.n === 3) this.exit("mapped");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 20,
      period: 5,
      children: [
        { id: "table", start: [Table] },
        { id: "named", start: [Named] },
        { id: "mapped", start: [Mapped] },
      ],
    };
  }
}
