import { Supervisor, type SupervisorSpec } from "suptree";
import { B, Guard, Linked, Watcher, Worker } from "./processes.ts";

/** Temporary children: nobody comes back, so that what links and monitors do can be seen alone. */
export class PairSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      children: [
        { id: "b", start: [Worker], name: B, restart: "temporary" },
        { id: "a", start: [Linked], name: "a", restart: "temporary" },
        { id: "guard", start: [Guard], name: "guard", restart: "temporary" },
        { id: "watcher", start: [Watcher], name: "watcher", restart: "temporary" },
      ],
    };
  }
}
