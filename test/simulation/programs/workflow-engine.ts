/** A workflow engine: a run per workflow id, each of whose steps is a linked process; failures are retried. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

class Step extends GenServer {
  override init(owner: Pid, name: string, ms: number) {
    this.owner = owner;
    this.name = name;
    this.sendAfter(ms, this.self, { type: "done" });
  }
  private owner!: Pid;
  private name = "";
  override handleInfo(message: Info<{ type: "done" }>) {
    if (message.type !== "done") return;
    this.send(this.owner, { type: "step-done", name: this.name });
    return stop("normal");
  }
}

class WorkflowRun extends GenServer {
  private id = "";
  private steps: string[] = [];
  private current: Pid | undefined;
  private retries = 0;
  override async init(id: string, steps: string[]) {
    this.trapExit(true);
    this.id = id;
    this.steps = steps;
    await this.next();
  }
  private async next() {
    const step = this.steps.shift();
    if (step === undefined) return;
    this.current = await this.startLink(Step, this.self, step, 400);
  }
  override async handleInfo(message: Info<{ type: "step-done"; name: string }>) {
    if (message.type === "step-done") {
      if (this.steps.length === 0) {
        this.cast("engine", { type: "finished", id: this.id });
        return stop("normal");
      }
      await this.next();
    } else if (message.type === "EXIT") {
      if (message.reason === "normal") return;
      if (message.from !== this.current) return stop("shutdown");
      this.retries++;
      if (this.retries > 2) return stop("too many retries");
      this.current = await this.startLink(Step, this.self, "again", 200);
    }
  }
}

class Runs extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 5 };
  }
}

class Engine extends GenServer {
  private active = new Map<string, Pid>();
  private counter = 0;
  private finished = 0;
  override init() {
    this.sendInterval(2_000, this.self, { type: "schedule" });
  }
  override async handleInfo(message: Info<{ type: "schedule" }>) {
    if (message.type === "DOWN") {
      for (const [id, pid] of [...this.active]) if (pid === message.pid) this.active.delete(id);
      return;
    }
    if (message.type !== "schedule" || this.active.size >= 2) return;
    const id = `wf-${++this.counter}`;
    const pid = await this.startChild("runs", {
      id,
      start: [WorkflowRun, id, ["fetch", "transform", "load"]],
      restart: "transient",
    });
    this.monitor(pid);
    this.active.set(id, pid);
  }
  override handleCast(message: { type: "finished"; id: string }) {
    if (message.type === "finished") {
      this.finished++;
      this.cast("audit", { type: "log", line: `${message.id} finished` });
    }
  }
  override handleCall(request: { type: "stats" }) {
    return reply(request, { active: this.active.size, finished: this.finished });
  }
}

class Audit extends GenServer {
  private entries: { at: number; line: string }[] = [];
  override handleCast(message: { type: "log"; line: string }) {
    this.entries.push({ at: this.now(), line: message.line });
  }
}

class Monitoring extends GenServer {
  private worst = 0;
  override init() {
    this.sendInterval(1_500, this.self, { type: "check" });
  }
  override async handleInfo(message: Info<{ type: "check" }>) {
    if (message.type !== "check") return;
    const { active } = (await this.call("engine", { type: "stats" })) as { active: number };
    this.worst = Math.max(this.worst, active);
  }
}

export class WorkflowSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "audit", start: [Audit], name: "audit" },
        { id: "runs", start: [Runs], name: "runs" },
        { id: "engine", start: [Engine], name: "engine" },
        { id: "monitoring", start: [Monitoring] },
      ],
    };
  }
}
