/** Tasks under a supervisor for each request; the caller waits for them. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, TaskSupervisor } from "suptree";

class Api extends GenServer {
  override async init() {
    const t = this.async(
      async () => {
        return 1;
      },
      { under: "tasks" },
    );
    await this.await(t);
  }
  override async handleInfo(m: Info<{ type: "go" }>) {
    if (m.type === "go") {
      this.async(
        async () => {
          throw new Error("bad");
        },
        { under: "tasks" },
      );
    }
  }
}
class Driver extends GenServer {
  override init() {
    this.sendAfter(400, "api", { type: "go" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "tasks", start: [TaskSupervisor], name: "tasks" },
        { id: "api", start: [Api], name: "api" },
        { id: "driver", start: [Driver] },
      ],
    };
  }
}
