/** Starts that take too long: one that waits for its own supervisor, one that sleeps; others are quick enough, or may take any time. */
import { continueWith, GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Job extends GenServer {}

class Asker extends GenServer {
  override async init() {
    await this.startChild("inner", { id: "job", start: [Job] });
  }
}

class Slow extends GenServer {
  override async init(ms: number) {
    await this.sleep(ms);
  }
}

/** It grows slower with every start. */
class Tired extends GenServer {
  override async init() {
    const starts = this.whereis("second") === undefined ? 1 : 2;
    await this.sleep(200 * starts);
    if (starts === 1) this.register("first");
    return continueWith("go");
  }
  override handleContinue() {
    if (this.whereis("second") === undefined) this.register("second", this.whereis("quick"));
  }
}

class Inner extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 0, children: [{ id: "asker", start: [Asker], startTimeout: 400 }] };
  }
}

class Outer extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 0, children: [{ id: "slow", start: [Slow, 900], startTimeout: 800 }] };
  }
}

export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "quick", start: [Slow, 300], name: "quick", startTimeout: 400 },
        { id: "any", start: [Slow, 2_000], startTimeout: "infinity" },
        { id: "tired", start: [Tired], startTimeout: 300 },
      ],
    };
  }
}

export class Stuck extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "job", start: [Job] },
        { id: "inner", start: [Inner], name: "inner" },
      ],
    };
  }
}

export class Late extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "job", start: [Job] },
        { id: "outer", start: [Outer] },
      ],
    };
  }
}
