/** A manager that monitors a worker and starts one again when it is down, outside any tree. */
import { GenServer, type Info, type Pid, Supervisor, type SupervisorSpec } from "suptree";

class Worker extends GenServer {}
class Manager extends GenServer {
  private worker: Pid | null = null;
  override async init() {
    await this.spawnWorker();
  }
  private async spawnWorker() {
    this.worker = await this.start(Worker);
    this.monitor(this.worker);
  }
  override async handleInfo(m: Info) {
    if (m.type === "DOWN" && m.pid === this.worker) await this.spawnWorker();
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 1, children: [{ id: "manager", start: [Manager] }] };
  }
}
