/** Options decide what a process does at its start. */
import { GenServer, ignore, Supervisor, type SupervisorSpec, stop } from "suptree";

class Worker extends GenServer {
  override init(options: { mode: "on" | "off" | "broken"; link?: string }) {
    if (options.mode === "off") return ignore;
    if (options.mode === "broken") return stop("broken");
    if (options.link !== undefined) this.link(options.link);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 4,
      children: [
        { id: "a", start: [Worker, { mode: "on" }], name: "a" },
        { id: "b", start: [Worker, { mode: "off" }] },
        { id: "c", start: [Worker, { mode: "on", link: "a" }] },
      ],
    };
  }
}
