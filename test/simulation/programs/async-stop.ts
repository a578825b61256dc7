/** Stops after an awaited task has failed, which it catches. */
import { continueWith, GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Boss extends GenServer {
  override init() {
    this.trapExit(true);
    return continueWith("w");
  }
  override async handleContinue() {
    try {
      const t = this.async(async () => {
        throw new Error("bad");
      });
      await this.await(t);
    } catch {
      return stop("task_failed");
    }
  }
}
class Ok extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      period: 5,
      children: [
        { id: "ok", start: [Ok] },
        { id: "sub", start: [Sub], restart: "temporary" },
      ],
    };
  }
}
class Sub extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 1, children: [{ id: "boss", start: [Boss] }] };
  }
}
