/** A supervisor whose own init calls a process of another tree. */
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Settings extends GenServer {
  override handleCall(request: { type: "get" }) {
    return reply(request, 3);
  }
}
class Worker extends GenServer {}
class WorkSup extends Supervisor {
  override async init(): Promise<SupervisorSpec> {
    await this.call("settings", { type: "get" });
    return { children: [{ id: "worker", start: [Worker] }] };
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "settings", start: [Settings], name: "settings" },
        { id: "work", start: [WorkSup] },
      ],
    };
  }
}
