/** A task that warms a cache and ends; it is temporary. */
import { GenServer, Supervisor, type SupervisorSpec, Task } from "suptree";

class Cache extends GenServer {}
async function warm() {
  await Promise.resolve();
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "cache", start: [Cache], name: "cache" },
        { id: "warm", start: [Task, warm], restart: "temporary" },
      ],
    };
  }
}
