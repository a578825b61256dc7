/** A supervisor of its own kind: it monitors a temporary child and starts it again by hand. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type Pid,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Job extends GenServer {}
class JobSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { child: { id: "job", start: [Job], restart: "temporary" } };
  }
}
class Keeper extends GenServer {
  private job: Pid | undefined;
  override async init() {
    await this.begin();
  }
  private async begin() {
    this.job = await this.startChild("jobs", []);
    this.monitor(this.job);
  }
  override async handleInfo(message: Info) {
    if (message.type === "DOWN" && message.pid === this.job) await this.begin();
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "jobs", start: [JobSup], name: "jobs" },
        { id: "keeper", start: [Keeper] },
      ],
    };
  }
}
