/** Whoever comes back starts others of the names that still live: those have not been started again. */
import {
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Lift extends GenServer {
  private name = "";
  private floor = 0;
  override init(name: string) {
    this.name = name;
    this.sendInterval(5_000, this.self, { type: "move" });
  }
  override handleInfo() {
    this.floor = (this.floor + this.name.length) % 9;
  }
}

class Lifts extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return {
      intensity: 5,
      period: 30,
      child: { start: [Lift], restart: "temporary" },
      childLabel: (_n: number, args: readonly unknown[]) => `lift-${String(args[0])}`,
    };
  }
}

class Dispatcher extends GenServer {
  override init() {
    return continueWith("bring up");
  }
  override async handleContinue() {
    for (const name of ["north", "south"]) await this.startChild("lifts", [name]);
  }
}

export class Building extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "lifts", start: [Lifts], name: "lifts" },
        { id: "dispatcher", start: [Dispatcher] },
      ],
    };
  }
}
