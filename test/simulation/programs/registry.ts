/** The talk's registry: it asks a dynamic supervisor for connections, monitors them and forgets them. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface RegistryProtocol extends Protocol {
  calls: Call<{ type: "lookup"; node: string }, Pid>;
}
class Connection extends GenServer {}
class ConnSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 10, period: 5, child: { start: [Connection], restart: "temporary" } };
  }
}
class Registry extends GenServer<RegistryProtocol> {
  private readonly nodes = new Map<string, Pid>();
  override async handleCall(request: RegistryProtocol["calls"]) {
    const known = this.nodes.get(request.node);
    if (known !== undefined) return reply(request, known);
    const pid = await this.startChild("conn_sup", []);
    this.monitor(pid);
    this.nodes.set(request.node, pid);
    return reply(request, pid);
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [node, pid] of this.nodes) if (pid === message.pid) this.nodes.delete(node);
  }
}
class Client extends GenServer {
  override async init() {
    await this.call("registry", { type: "lookup", node: "a" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "conn_sup", start: [ConnSup], name: "conn_sup" },
        { id: "registry", start: [Registry], name: "registry" },
        { id: "client", start: [Client] },
      ],
    };
  }
}
