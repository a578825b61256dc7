/** A table of handlers in a field, by the type of the message; each tick starts a task under a supervisor. */
import {
  GenServer,
  type Info,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  TaskSupervisor,
} from "suptree";

type Msg = { type: "tick" } | { type: "pause" } | { type: "resume" };
class Scheduler extends GenServer {
  private paused = false;
  private readonly runners: Pid[] = [];
  private readonly handlers: { [K in Msg["type"]]: (m: Extract<Msg, { type: K }>) => void } = {
    tick: () => {
      if (!this.paused)
        this.async(
          () => {
            /* the job */
          },
          { under: "tasks" },
        );
      this.sendAfter(1000, this.self, { type: "tick" });
    },
    pause: () => {
      this.paused = true;
    },
    resume: () => {
      this.paused = false;
    },
  };
  override init() {
    this.sendAfter(1000, this.self, { type: "tick" });
  }
  override handleCall(request: { type: "join"; pid: Pid } | { type: "runners" }) {
    if (request.type === "join") this.runners.push(request.pid);
    return reply(request, this.runners.length);
  }
  override handleInfo(message: Info<Msg>) {
    const go = this.handlers[message.type as Msg["type"]];
    if (go) (go as (m: unknown) => void)(message);
  }
}
export class Cron extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "tasks", start: [TaskSupervisor], name: "tasks" },
        { id: "scheduler", start: [Scheduler], name: "scheduler" },
      ],
    };
  }
}
