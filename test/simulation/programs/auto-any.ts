/** A significant child's end takes its group along, which its parent does not miss. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Call extends GenServer {}
class Media extends GenServer {}
class CallSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      autoShutdown: "any_significant",
      children: [
        { id: "call", start: [Call], restart: "transient", significant: true },
        { id: "media", start: [Media] },
      ],
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [{ id: "call", start: [CallSup], restart: "transient" }],
    };
  }
}
