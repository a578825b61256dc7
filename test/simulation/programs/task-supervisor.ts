/** Tasks under a supervisor of their own, started at the beginning. */
import { GenServer, Supervisor, type SupervisorSpec, TaskSupervisor } from "suptree";

class Web extends GenServer {
  override init() {
    this.async(() => 1, { under: "tasks" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "tasks", start: [TaskSupervisor], name: "tasks" },
        { id: "web", start: [Web] },
      ],
    };
  }
}
