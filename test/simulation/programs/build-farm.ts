/** Builders that pull from a queue, and survive that it is gone. */
import { CallError, GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Queue extends GenServer {
  private left = 6;
  override handleCall(r: { type: "pull" }) {
    if (this.left === 0) return reply(r, "empty");
    this.left -= 1;
    return reply(r, "job");
  }
  override handleCast(_m: { type: "refill" }) {
    this.left += 6;
  }
}
class Builder extends GenServer {
  built = 0;
  override init(_n: number) {
    this.schedule();
  }
  private schedule() {
    this.sendAfter(800, this.self, { type: "pull" });
  }
  override async handleInfo(m: Info<{ type: "pull" }>) {
    if (m.type !== "pull") return;
    try {
      const job = await this.call("queue", { type: "pull" }, 1_000);
      if (job === "job") this.built++;
    } catch (e) {
      if (!(e instanceof CallError)) throw e;
    }
    this.schedule();
  }
}
export class Farm extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 8,
      period: 10,
      children: [
        { id: "queue", start: [Queue], name: "queue" },
        ...Array.from({ length: 2 }, (_, i) => ({ id: `builder-${i + 1}`, start: [Builder, i] as const })),
      ],
    };
  }
}
