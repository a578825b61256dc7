/** A permanent task: ends at once, is started again, until nobody is left. */
import { GenServer, Supervisor, type SupervisorSpec, Task } from "suptree";

class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "web", start: [Web] },
        { id: "sweep", start: [Task, () => {}] },
      ],
    };
  }
}
