/** Uses a cache if there is one, else the store; never fails without the cache. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

class Store extends GenServer {
  override handleCall(r: { type: "get" }) {
    return reply(r, 1);
  }
}
class Cache extends GenServer {
  override handleCall(r: { type: "get" }) {
    return reply(r, 2);
  }
}
class Api extends GenServer {
  override init() {
    this.sendInterval(300, this.self, { type: "t" });
  }
  override async handleInfo(m: Info<{ type: "t" }>) {
    if (m.type === "t") await this.call((this.whereis("cache") ?? "store") as string, { type: "get" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      children: [
        { id: "cache", start: [Cache], name: "cache", restart: "temporary" },
        { id: "store", start: [Store], name: "store" },
        { id: "api", start: [Api] },
      ],
    };
  }
}
