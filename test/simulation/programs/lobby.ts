/** A lobby opens matches by name in a loop, under a dynamic supervisor. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

class Match extends GenServer {
  private turn = 0;
  override init(_name: string) {
    this.sendInterval(400, this.self, { type: "turn" });
  }
  override handleInfo(message: Info<{ type: "turn" }>) {
    if (message.type === "turn" && ++this.turn >= 8) return stop("normal");
  }
}
class Matches extends DynamicSupervisor {
  override init() {
    return { intensity: 10, period: 10 };
  }
}
class Lobby extends GenServer {
  readonly #matches = new Map<string, { pid: Pid; ref: MonitorRef }>();
  override async init() {
    for (const name of ["match-1", "match-2"]) await this.#open(name);
  }
  async #open(name: string) {
    const pid = await this.startChild("matches", { id: name, start: [Match, name], restart: "transient" });
    this.#matches.set(name, { pid, ref: this.monitor(pid) });
  }
  override handleCall(request: { type: "list" }) {
    return reply(request, [...this.#matches.keys()]);
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [name, { ref }] of this.#matches) if (ref === message.ref) this.#matches.delete(name);
  }
}
export class Game extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "matches", start: [Matches], name: "matches" },
        { id: "lobby", start: [Lobby] },
      ],
    };
  }
}
