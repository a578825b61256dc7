/** Classes that functions hand out in objects, and that tables hold: each runs its own code. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

type Tick = { type: "tick" };

function lane(name: string, most: number) {
  class Belt extends GenServer {
    private moved = 0;
    override init() {
      this.register(name);
      this.sendAfter(400, this.self, { type: "tick" });
    }
    override handleInfo(message: Tick) {
      if (message.type !== "tick") return;
      this.moved += 1;
      if (this.moved === most) return stop("worn");
      this.sendAfter(400, this.self, { type: "tick" });
    }
  }
  class Guard extends GenServer {
    override init() {
      this.trapExit(true);
      const belt = this.whereis(name);
      if (belt !== undefined) this.link(belt);
    }
    override handleInfo(message: { type: string }) {
      if (message.type === "EXIT") return stop("no belt");
    }
  }
  return { Belt, Guard, name };
}
const north = lane("north", 9);
const { Belt: South, Guard } = lane("south", 4);

const box = (limit: number) =>
  class extends GenServer {
    private left = limit;
    override init() {
      this.sendAfter(300, this.self, { type: "take" });
    }
    override handleInfo(message: { type: string }) {
      if (message.type !== "take") return;
      this.left -= 1;
      if (this.left < 0) return stop("empty");
      this.sendAfter(300, this.self, { type: "take" });
    }
  };
const boxes = { small: box(2), large: box(7) } as const;

class Porter extends GenServer {
  override init() {
    this.sendAfter(200, this.self, { type: "call" });
  }
  override async handleInfo(message: { type: string }) {
    if (message.type !== "call") return;
    await this.startChild("spares", { id: "spare", start: [boxes.small], restart: "temporary" });
  }
}
class Spares extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return {};
  }
}
export class Hall extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 8,
      period: 3,
      children: [
        { id: "north", start: [north.Belt] },
        { id: "north-guard", start: [north.Guard] },
        { id: "south", start: [South] },
        { id: "south-guard", start: [Guard] },
        { id: "small", start: [boxes.small] },
        { id: "large", start: [boxes.large] },
        { id: "spares", start: [Spares], name: "spares" },
        { id: "porter", start: [Porter] },
      ],
    };
  }
}
