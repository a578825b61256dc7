/** Common children in one constant, more for the app, in the order of the array. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class A extends GenServer {}
class B extends GenServer {}
class C extends GenServer {
  override init() {
    this.link("b");
  }
}
const common = [
  { id: "a", start: [A] as const },
  { id: "b", start: [B] as const, name: "b" },
];
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      children: [
        ...common,
        { id: "c", start: [C], restart: "transient" },
        { id: "d", start: [A], restart: "temporary" },
      ],
    };
  }
}
