/** One for all, with a temporary and a transient among them. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class A extends GenServer {}
class B extends GenServer {}
class C extends GenServer {}
class D extends GenServer {}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        { id: "a", start: [A] },
        { id: "b", start: [B], restart: "transient" },
        { id: "c", start: [C], restart: "temporary" },
        { id: "d", start: [D] },
      ],
    };
  }
}
