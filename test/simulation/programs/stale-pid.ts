/** Keeps the pid that it found at the start and calls it every second. */
import { GenServer, type Info, type Pid, reply, Supervisor, type SupervisorSpec } from "suptree";

class Db extends GenServer {
  override handleCall(request: { type: "q" }) {
    return reply(request, 1);
  }
}
class Reader extends GenServer {
  private db: Pid | undefined;
  override init() {
    this.db = this.whereis("db");
    this.sendAfter(1_000, this.self, { type: "read" });
  }
  override async handleInfo(message: Info<{ type: "read" }>) {
    if (message.type !== "read" || this.db === undefined) return;
    await this.call(this.db as never, { type: "q" } as never);
    this.sendAfter(1_000, this.self, { type: "read" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "reader", start: [Reader] },
      ],
    };
  }
}
