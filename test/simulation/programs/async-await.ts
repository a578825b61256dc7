/** A task inside init whose value is waited for. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Loader extends GenServer {
  rows: number[] = [];
  override async init() {
    const task = this.async(() => [1, 2, 3]);
    this.rows = await this.await(task);
  }
}
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "loader", start: [Loader] },
        { id: "web", start: [Web] },
      ],
    };
  }
}
