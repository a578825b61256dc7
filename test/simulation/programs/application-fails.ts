/** What an application needs does not come up, so it does not start either. */
import { defineApplication, GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Bad extends GenServer {
  override init() {
    throw new Error("no licence");
  }
}
class BadSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "bad", start: [Bad] }] };
  }
}
class Good extends GenServer {}
class GoodSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "good", start: [Good] }] };
  }
}
export const bad = defineApplication({ name: "bad", start: [BadSup] });
export const good = defineApplication({ name: "good", applications: [bad], start: [GoodSup] });
