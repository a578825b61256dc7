/** A publisher monitors whoever subscribes; the subscribers come and go. */
import { type From, GenServer, type Info, type Pid, reply, Supervisor, type SupervisorSpec } from "suptree";

class Publisher extends GenServer {
  private readonly subscribers = new Set<Pid>();
  override handleCall(request: { type: "subscribe" }, from: From) {
    if (from.pid !== null) {
      this.monitor(from.pid);
      this.subscribers.add(from.pid);
    }
    return reply(request, true);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.subscribers.delete(message.pid);
  }
}
class Subscriber extends GenServer {
  override async init() {
    await this.call("publisher", { type: "subscribe" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      children: [
        { id: "publisher", start: [Publisher], name: "publisher" },
        { id: "one", start: [Subscriber] },
        { id: "two", start: [Subscriber] },
      ],
    };
  }
}
