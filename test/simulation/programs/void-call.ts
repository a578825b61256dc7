/** Nobody waits for the call, so nobody dies of it. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Web extends GenServer {
  override init() {
    void this.call("metrics", { type: "up" }).catch(() => {});
    this.call("metrics", { type: "up" }).then(
      () => {},
      () => {},
    );
  }
}
class Db extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "web", start: [Web] },
        { id: "db", start: [Db] },
      ],
    };
  }
}
