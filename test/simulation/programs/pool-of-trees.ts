/** Pools of small trees: what whoever asks for one gives goes to its children; what the template gives stays; and what is missing is told. */
import {
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type ExitReason,
  formatReason,
  GenServer,
  type Info,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Machine extends GenServer {
  override init(speed: number, _belt = 0) {
    if (speed > 0) this.sendAfter(speed * 100, this.self, { type: "worn" });
  }
  override handleInfo(message: Info<{ type: "worn" }>) {
    if (message.type === "worn") throw new Error("worn out");
  }
}
class Line extends Supervisor {
  override init(speed = 0): SupervisorSpec {
    return {
      intensity: speed,
      children: [
        { id: "first", start: [Machine, speed] },
        { id: "spare", start: [Machine, 0], restart: "temporary" },
      ],
    };
  }
}
class Lines extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 5, child: { start: [Line], restart: "temporary" } };
  }
}
class Belt extends Supervisor {
  override init(speed = 0, length = 1): SupervisorSpec {
    return { children: [{ id: "belt", start: [Machine, speed + length - 3], restart: "temporary" }] };
  }
}
class Belts extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { child: { start: [Belt, 1], restart: "temporary" } };
  }
}
/** It has nothing to go on with. */
class Stuck extends GenServer {
  override init() {
    return continueWith("go");
  }
}
class Foreman extends GenServer {
  override init() {
    return continueWith("fill");
  }
  override async handleContinue() {
    await this.startChild("lines", [2]);
    await this.startChild("lines", []);
    await this.startChild("belts", [4]);
    this.monitor(await this.start(Stuck));
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    const reason: ExitReason = message.reason;
    if (formatReason(reason).includes("Stuck has no handleContinue")) this.exit({ shutdown: "told" });
  }
}
export class Factory extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "lines", start: [Lines], name: "lines" },
        { id: "belts", start: [Belts], name: "belts" },
        { id: "foreman", start: [Foreman], restart: "transient" },
      ],
    };
  }
}
