/** Batch: ends when all its parts have. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Part extends GenServer {
  override init(ms: number) {
    this.sendAfter(ms, this.self, { type: "done" });
  }
  override handleInfo(m: Info<{ type: "done" }>) {
    if (m.type === "done") return stop("normal");
  }
}
class Batch extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "all_significant",
      children: [
        { id: "a", start: [Part, 20_000], restart: "transient", significant: true },
        { id: "b", start: [Part, 30_000], restart: "transient", significant: true },
        { id: "log", start: [Log], restart: "permanent" },
      ],
    };
  }
}
class Log extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "batch", start: [Batch], restart: "transient" }] };
  }
}
