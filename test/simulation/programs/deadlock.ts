/** Asks its own supervisor for a child while that is waiting for it. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Worker extends GenServer {}
class Boss extends GenServer {
  override async init() {
    await this.startChild("work_sup", { id: "worker", start: [Worker] });
  }
}
class WorkSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "boss", start: [Boss] }] };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "work", start: [WorkSup], name: "work_sup" }] };
  }
}
