/** Stops for errors only: a link's normal end is let go. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Job extends GenServer {
  override init() {
    this.sendAfter(300, this.self, { type: "end" });
  }
  override handleInfo(m: Info<{ type: "end" }>) {
    if (m.type === "end") return stop("normal");
  }
}
class Boss extends GenServer {
  override async init() {
    this.trapExit(true);
    await this.startLink(Job);
  }
  override handleInfo(m: Info) {
    if (m.type === "EXIT" && m.reason !== "normal" && m.reason !== "shutdown") return stop("job_failed");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [{ id: "boss", start: [Boss] }] };
  }
}
