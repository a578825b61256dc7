/** A pubsub that monitors subscribers; publishers and subscribers, one of which dies with the bus. */
import { type From, GenServer, type Info, type Pid, reply, Supervisor, type SupervisorSpec } from "suptree";

class Bus extends GenServer {
  private subs = new Set<Pid>();
  override handleCall(r: { type: "sub" }, from: From) {
    this.monitor(from.pid!);
    this.subs.add(from.pid!);
    return reply(r, this.self);
  }
  override handleCast(_m: { type: "pub" }) {
    for (const pid of this.subs) this.send(pid, { type: "event" } as never);
  }
  override handleInfo(m: Info) {
    if (m.type === "DOWN") this.subs.delete(m.pid);
  }
}
class Sub extends GenServer {
  override async init() {
    const bus = (await this.call("bus", { type: "sub" })) as Pid;
    this.link(bus);
  }
  override handleInfo(m: Info<{ type: "event" }>) {
    if (m.type === "event") {
      this.sendAfter(100, this.self, { type: "late" } as never);
    }
  }
}
class Pub extends GenServer {
  override init() {
    this.sendAfter(100, this.self, { type: "go" });
  }
  override handleInfo(m: Info<{ type: "go" }>) {
    if (m.type === "go") this.cast("bus", { type: "pub" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 4,
      children: [
        { id: "bus", start: [Bus], name: "bus" },
        { id: "sub1", start: [Sub] },
        { id: "sub2", start: [Sub], restart: "temporary" },
        { id: "pub", start: [Pub] },
      ],
    };
  }
}
