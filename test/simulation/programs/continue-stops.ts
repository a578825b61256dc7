/** A one-shot that does its work after the start and stops; temporary, so it is forgotten. */
import { continueWith, GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Warmup extends GenServer {
  override init() {
    return continueWith("go");
  }
  override handleContinue() {
    return stop("normal");
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "warmup", start: [Warmup], restart: "temporary" },
        { id: "web", start: [Web] },
      ],
    };
  }
}
