/** Tasks as children: one that fails, one that ends, one permanent, written as functions. */
import { GenServer, Supervisor, type SupervisorSpec, Task } from "suptree";

class Sink extends GenServer {
  override handleCast(m: { type: "row" }) {
    void m;
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "sink", start: [Sink], name: "sink" },
        {
          id: "import",
          start: [
            Task,
            async (task: Task) => {
              task.cast("sink", { type: "row" });
            },
          ],
          restart: "temporary",
        },
        {
          id: "check",
          start: [
            Task,
            async () => {
              return 42;
            },
          ],
          restart: "transient",
        },
      ],
    };
  }
}
