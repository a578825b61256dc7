/** A build server: tasks compile under a task supervisor, results come by reference, a cache has a time to live. */
import {
  GenServer,
  type Info,
  type MonitorRef,
  reply,
  Supervisor,
  type SupervisorSpec,
  type TaskHandle,
  TaskSupervisor,
} from "suptree";

const hash = (text: string) => [...text].reduce((sum, char) => (sum * 33 + char.charCodeAt(0)) >>> 0, 5381);

class Cache extends GenServer {
  readonly #entries = new Map<number, { artefact: string; at: number }>();
  static readonly TTL = 2_500;
  override init() {
    this.sendInterval(1_000, this.self, { type: "sweep" });
  }
  override handleCall(request: { type: "get"; key: number } | { type: "size" }) {
    if (request.type === "size") return reply(request, this.#entries.size);
    return reply(request, this.#entries.get(request.key)?.artefact);
  }
  override handleCast({ key, artefact }: { type: "put"; key: number; artefact: string }) {
    this.#entries.set(key, { artefact, at: this.now() });
  }
  override handleInfo(message: Info<{ type: "sweep" }>) {
    if (message.type !== "sweep") return;
    for (const [key, { at }] of this.#entries) if (this.now() - at > Cache.TTL) this.#entries.delete(key);
  }
}

class Compiler extends GenServer {
  private failures = 0;
  override init() {
    this.trapExit(true);
  }
  override async handleCall(request: { type: "compile"; source: string }) {
    const key = hash(request.source);
    const cached = await this.call("cache", { type: "get", key });
    if (typeof cached === "string") return reply(request, cached);
    const task: TaskHandle<string> = this.async(async (own) => {
      await own.sleep(request.source.length * 20);
      if (request.source.includes("syntax error")) throw new Error("does not compile");
      return `${request.source}.o`;
    });
    try {
      const artefact = await this.await(task, 1_000);
      this.cast("cache", { type: "put", key, artefact });
      return reply(request, artefact);
    } catch {
      this.failures++;
      if (this.failures >= 3) throw new Error("toolchain is broken");
      return reply(request, null);
    }
  }
  override handleInfo(message: Info) {
    if (message.type === "EXIT" && message.reason === "killed") this.failures++;
  }
}

class Watcher extends GenServer {
  private queue = ["main", "util", "a syntax error", "main", "view"];
  private built: string[] = [];
  private watched: MonitorRef | undefined;
  override init() {
    this.watched = this.monitor("compiler");
    this.sendInterval(800, this.self, { type: "tick" });
  }
  override async handleInfo(message: Info<{ type: "tick" }>) {
    if (message.type === "DOWN" && message.ref === this.watched) {
      this.sendAfter(100, this.self, { type: "rewatch" });
      return;
    }
    if ((message as { type: string }).type === "rewatch") {
      this.watched = this.monitor("compiler");
      return;
    }
    const source = this.queue.shift();
    if (source === undefined) return;
    this.queue.push(source);
    const artefact = (await this.call("compiler", { type: "compile", source })) as string | null;
    if (artefact !== null && !this.built.includes(artefact)) this.built.push(artefact);
  }
}

class Reporter extends GenServer {
  private readonly sizes: number[] = [];
  override init(every: number) {
    this.sendInterval(every, this.self, { type: "report" });
  }
  override async handleInfo(message: Info<{ type: "report" }>) {
    if (message.type !== "report") return;
    this.sizes.push((await this.call("cache", { type: "size" })) as number);
    this.async(
      async (task) => {
        await task.sleep(100);
      },
      { under: "reports" },
    );
    if (this.sizes.length > 5) this.sizes.splice(0, this.sizes.length - 5);
  }
}

export class BuildSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 4,
      period: 10,
      children: [
        { id: "reports", start: [TaskSupervisor], name: "reports" },
        { id: "cache", start: [Cache], name: "cache" },
        { id: "compiler", start: [Compiler], name: "compiler" },
        { id: "watcher", start: [Watcher] },
        { id: "reporter", start: [Reporter, 1_500] },
      ],
    };
  }
}
