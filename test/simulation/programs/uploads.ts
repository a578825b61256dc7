/** An upload service: chunks arrive, a session per upload, a janitor throws out what is old, ids come from a counter of the module. */
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

let nextId = 1;
const finished = new Map<string, number>();

class Upload extends GenServer {
  private chunks: string[] = [];
  private last = 0;
  private id!: string;
  private total!: number;
  override init(id: string, total: number) {
    if (!id.startsWith("up-")) return stop("bad id");
    this.id = id;
    this.total = total;
    this.last = this.now();
  }
  override handleCall(request: { type: "chunk"; data: string } | { type: "age" }) {
    if (request.type === "age") return reply(request, this.now() - this.last);
    this.chunks.push(request.data);
    this.last = this.now();
    if (this.chunks.length === this.total) {
      finished.set(this.id, this.chunks.join("").length);
      return stop("normal", reply(request, "complete"));
    }
    return reply(request, this.chunks.length);
  }
}
class Uploads extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 5 };
  }
}
class Receiver extends GenServer {
  private open = new Map<string, Pid>();
  override async handleCall(request: { type: "begin"; total: number } | { type: "list" }) {
    if (request.type === "list") return reply(request, [...this.open.entries()]);
    const id = `up-${nextId++}`;
    const pid = await this.startChild("uploads", {
      id,
      start: [Upload, id, request.total],
      restart: "temporary",
    });
    this.monitor(pid);
    this.open.set(id, pid);
    return reply(request, { id, pid });
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN")
      for (const [id, pid] of this.open) if (pid === message.pid) this.open.delete(id);
  }
}
class Uploader extends GenServer {
  private current: Pid | null = null;
  private patience = 3;
  override init(every: number, size: number) {
    this.size = size;
    this.sendInterval(every, this.self, { type: "next" });
  }
  private size = 0;
  override async handleInfo(message: Info<{ type: "next" }>) {
    if (message.type !== "next") return;
    if (!this.current?.alive) {
      const { pid } = (await this.call("receiver", { type: "begin", total: this.size })) as { pid: Pid };
      this.current = pid;
    }
    const answer = await this.call(this.current, { type: "chunk", data: "x".repeat(10) });
    if (answer === "complete") {
      this.current = null;
      this.patience--;
      if (this.patience === 0) return stop("normal");
    }
  }
}
class Janitor extends GenServer {
  override init() {
    this.sendInterval(1_500, this.self, { type: "clean" });
  }
  override async handleInfo(message: Info<{ type: "clean" }>) {
    if (message.type !== "clean") return;
    const open = (await this.call("receiver", { type: "list" })) as [string, Pid][];
    for (const [id, pid] of open) {
      const age = (await this.call(pid, { type: "age" })) as number;
      if (age > 1_000) await this.terminateChild("uploads", pid);
      else if (id === "up-4") this.sendExit(pid, "too many");
    }
  }
}
export class UploadSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "uploads", start: [Uploads], name: "uploads" },
        { id: "receiver", start: [Receiver], name: "receiver" },
        { id: "fast", start: [Uploader, 300, 3] },
        { id: "slow", start: [Uploader, 1_100, 2], restart: "transient" },
        { id: "janitor", start: [Janitor] },
      ],
    };
  }
}
