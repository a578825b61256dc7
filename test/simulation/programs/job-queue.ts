/** A job queue: workers register with the queue, which monitors each caller and hands out jobs. */
import { type From, GenServer, type Info, type Pid, reply, Supervisor, type SupervisorSpec } from "suptree";

class Queue extends GenServer {
  private workers = new Map<number, Pid>();
  override handleCall(r: { type: "join" } | { type: "next" }, from: From) {
    if (r.type === "join") {
      const ref = this.monitor(from.pid!);
      this.workers.set(ref as never, from.pid!);
      return reply(r, "ok");
    }
    return reply(r, null);
  }
  override handleInfo(m: Info) {
    if (m.type === "DOWN") this.workers.delete(m.ref as never);
  }
}
class Worker extends GenServer {
  override async init(_n: number) {
    await this.call("queue", { type: "join" });
  }
}
class Workers extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      period: 5,
      children: [1, 2, 3].map((n) => ({ id: `worker_${n}`, start: [Worker, n] as const })),
    };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "queue", start: [Queue], name: "queue" },
        { id: "workers", start: [Workers] },
      ],
    };
  }
}
