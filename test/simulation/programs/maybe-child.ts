/** A debugger that is there only when asked for. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Web extends GenServer {}
class Debug extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      children: [
        { id: "web", start: [Web] },
        ...(process.env.SUPTREE_NO_SUCH === undefined ? [] : [{ id: "debug", start: [Debug] as const }]),
      ],
    };
  }
}
