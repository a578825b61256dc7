/** The same as a permanent child: it is started again and again until the budget is spent. */
import { continueWith, GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Job extends GenServer {
  override init() {
    return continueWith("go");
  }
  override handleContinue() {
    return stop("normal");
  }
}
class JobSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 2, period: 5, children: [{ id: "job", start: [Job] }] };
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      children: [
        { id: "web", start: [Web] },
        { id: "jobs", start: [JobSup], restart: "temporary" },
      ],
    };
  }
}
