/** A helper outside any tree: nobody brings it back, and each restart of its owner starts one more. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Stray extends GenServer {}
class Owner extends GenServer {
  override async init() {
    await this.start(Stray);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [{ id: "owner", start: [Owner] }] };
  }
}
