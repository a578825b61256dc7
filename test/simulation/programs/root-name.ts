/** The root is registered under a name by whoever starts it: its processes find it, ask it, and take that name from nobody. */
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
} from "suptree";

class Gauge extends GenServer {
  override handleCall(request: { type: "read" }) {
    return reply(request, 1);
  }
}
class Census extends GenServer {
  private seen = 0;
  override init() {
    this.sendAfter(200, this.self, { type: "count" });
  }
  override async handleInfo(message: { type: string }) {
    if (message.type !== "count") return;
    const plant = this.whereis("plant");
    if (plant === undefined) throw new Error("no plant");
    this.monitor(plant);
    this.seen = (await this.countChildren("plant")).active;
  }
}
class Impostor extends GenServer {
  override init() {
    this.register("plant");
  }
}
class Spares extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { child: { start: [Impostor], restart: "temporary" } };
  }
}
class Desk extends GenServer {
  private refused = 0;
  override init() {
    this.sendAfter(300, this.self, { type: "hire" });
  }
  override async handleInfo(message: { type: string }) {
    if (message.type !== "hire") return;
    try {
      await this.startChild("spares", []);
    } catch {
      this.refused += 1;
    }
  }
}
export class Plant extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "gauge", start: [Gauge] },
        { id: "census", start: [Census] },
        { id: "spares", start: [Spares], name: "spares" },
        { id: "desk", start: [Desk] },
      ],
    };
  }
}

/** Under which name the program starts its root; the test does, too. */
export const startName = "plant";

export async function main() {
  await new System().start([Plant], { name: startName });
}
