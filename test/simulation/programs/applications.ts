/** Two applications: the second needs the first, and its supervisor asks it in init. */
import {
  type Call,
  defineApplication,
  GenServer,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface StoreProtocol extends Protocol {
  calls: Call<{ type: "open" }, boolean>;
}
const STORE = processName<Store>("store");
class Store extends GenServer<StoreProtocol> {
  override handleCall(request: StoreProtocol["calls"]) {
    return reply(request, true);
  }
}
class StoreSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 2, children: [{ id: "store", start: [Store], name: STORE }] };
  }
}
class Web extends GenServer {
  override async init() {
    await this.call(STORE, { type: "open" });
  }
}
class WebSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 1, children: [{ id: "web", start: [Web] }] };
  }
}
export const store = defineApplication({ name: "store", start: [StoreSup] });
export const web = defineApplication({ name: "web", applications: [store], start: [WebSup] });
