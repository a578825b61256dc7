/** A transient task that fails each time spends the budget. */
import { GenServer, Supervisor, type SupervisorSpec, Task } from "suptree";

class Web extends GenServer {}
class Jobs extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 5,
      children: [
        {
          id: "migrate",
          start: [
            Task,
            async () => {
              throw new Error("no table");
            },
          ],
          restart: "transient",
        },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      children: [
        { id: "web", start: [Web] },
        { id: "jobs", start: [Jobs], restart: "temporary" },
      ],
    };
  }
}
