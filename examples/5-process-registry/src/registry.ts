import { type Call, GenServer, type Info, type Pid, type Protocol, processName, reply } from "suptree";
import type { Connection } from "./connection.ts";
import { CONNECTIONS } from "./connection-sup.ts";

interface RegistryProtocol extends Protocol {
  calls: Call<{ type: "connect"; node: string }, Pid<Connection>> | Call<{ type: "nodes" }, string[]>;
}

export const REGISTRY = processName<Registry>("registry");

/** Looks up a connection or has one started, and forgets it when it goes down. */
export class Registry extends GenServer<RegistryProtocol> {
  private readonly byNode = new Map<string, Pid<Connection>>();

  override async handleCall(request: RegistryProtocol["calls"]) {
    switch (request.type) {
      case "connect": {
        const known = this.byNode.get(request.node);
        if (known) return reply(request, known);
        const pid = await this.startChild(CONNECTIONS, [request.node]);
        this.monitor(pid);
        this.byNode.set(request.node, pid);
        return reply(request, pid);
      }
      case "nodes":
        return reply(request, [...this.byNode.keys()]);
    }
  }

  override handleInfo(message: Info) {
    if (message.type === "DOWN")
      for (const [node, pid] of this.byNode) if (pid === message.pid) this.byNode.delete(node);
  }
}
