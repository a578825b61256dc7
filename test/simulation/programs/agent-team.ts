/** Agents that work for a planner: a coordinator starts linked helpers and traps their exits, restarting each. */
import { GenServer, type Info, type Pid, Supervisor, type SupervisorSpec } from "suptree";

class Helper extends GenServer {
  override init(_role: string) {}
}
class Coordinator extends GenServer {
  private helpers = new Map<Pid, string>();
  override async init() {
    this.trapExit(true);
    for (const role of ["search", "write"]) await this.hire(role);
  }
  private async hire(role: string) {
    const pid = await this.startLink(Helper, role);
    this.helpers.set(pid, role);
  }
  override async handleInfo(m: Info) {
    if (m.type === "EXIT") {
      const role = this.helpers.get(m.from);
      if (role !== undefined) {
        this.helpers.delete(m.from);
        await this.hire(role);
      }
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "coordinator", start: [Coordinator] }] };
  }
}
