/** One of two, as the environment says, under one id. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Memory extends GenServer {}
class Disk extends GenServer {}
const memory = { id: "store", start: [Memory] as const };
const disk = { id: "store", start: [Disk] as const };
class Web extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [process.env.SUPTREE_NO_SUCH === "disk" ? disk : memory, { id: "web", start: [Web] }],
    };
  }
}
