/** A deployer that stops another server in an orderly way. */
import { continueWith, GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Old extends GenServer {
  override init() {
    this.trapExit(true);
  }
  override async terminate() {
    await this.sleep(200);
  }
}
class Deployer extends GenServer {
  override init() {
    return continueWith("deploy");
  }
  override async handleContinue() {
    await this.stopServer("old", "shutdown");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "old", start: [Old], name: "old", restart: "transient" },
        { id: "deployer", start: [Deployer], restart: "temporary" },
      ],
    };
  }
}
