/** Whoever does not come up stops again what it has brought up for itself, all of that and in turn; who comes up keeps it. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  GenServer,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Disk extends GenServer {}
class DiskSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "disk", start: [Disk], name: "disk" }] };
  }
}
class Job extends GenServer {}
class JobSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { child: { start: [Job], restart: "temporary" } };
  }
}
class Index extends GenServer {
  override async init() {
    await this.startChild("jobs", []);
  }
}
class IndexSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "jobs", start: [JobSup], name: "jobs" },
        { id: "index", start: [Index], name: "index" },
      ],
    };
  }
}
class Web extends GenServer {
  override init() {
    if (this.whereis("index") !== undefined) throw new Error("no port");
  }
}
class WebSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "web", start: [Web] }] };
  }
}
class Shell extends GenServer {}
class ShellSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "shell", start: [Shell] }] };
  }
}
export const disk = defineApplication({ name: "disk", start: [DiskSup] });
const words = defineApplication({ name: "words" });
export const index = defineApplication({ name: "index", applications: [disk, words], start: [IndexSup] });
export const web = defineApplication({ name: "web", applications: [index], start: [WebSup] });
export const shell = defineApplication({ name: "shell", applications: [index], start: [ShellSup] });
