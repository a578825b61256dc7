/** A crawler with a rate limiter: it waits for a token, a worker per url, links that are found are queued. */
import {
  DynamicSupervisor,
  type From,
  GenServer,
  type Info,
  type MonitorRef,
  noReply,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

class Limiter extends GenServer {
  private tokens = 2;
  private waiting: From[] = [];
  override init() {
    this.sendInterval(1_000, this.self, { type: "refill" });
  }
  override handleCall(request: { type: "take" }, from: From) {
    if (this.tokens > 0) {
      this.tokens--;
      return reply(request, "go");
    }
    this.waiting.push(from);
    return noReply;
  }
  override handleInfo(message: Info<{ type: "refill" }>) {
    if (message.type !== "refill") return;
    this.tokens = 2;
    while (this.tokens > 0 && this.waiting.length > 0) {
      const from = this.waiting.shift();
      if (from) this.reply(from, "go");
      this.tokens--;
    }
  }
}

class PageWorker extends GenServer {
  private url = "";
  override init(url: string) {
    this.url = url;
    this.send(this.self, { type: "fetch" });
  }
  override async handleInfo(message: Info<{ type: "fetch" }>) {
    if (message.type !== "fetch") return;
    await this.call("limiter", { type: "take" });
    await this.sleep(100);
    const depth = this.url.split("/").length;
    const links = depth < 3 ? [`${this.url}/a`, `${this.url}/b`] : [];
    this.cast("frontier", { type: "found", links });
    return stop("normal");
  }
}

class Workers extends DynamicSupervisor {
  override init() {
    return {
      intensity: 5,
      period: 5,
      child: { start: [PageWorker] as const, restart: "transient" as const },
    };
  }
}

class Frontier extends GenServer {
  private queue: string[] = ["example.org"];
  private seen = new Set<string>(["example.org"]);
  private running = new Map<MonitorRef, string>();
  override async init() {
    this.sendInterval(500, this.self, { type: "dispatch" });
  }
  override handleCast(message: { type: "found"; links: string[] }) {
    for (const link of message.links) {
      if (this.seen.has(link)) continue;
      this.seen.add(link);
      this.queue.push(link);
    }
  }
  override async handleInfo(message: Info<{ type: "dispatch" }>) {
    if (message.type === "DOWN") {
      const url = this.running.get(message.ref);
      this.running.delete(message.ref);
      if (url !== undefined && message.reason !== "normal") this.queue.push(url);
      return;
    }
    if (message.type !== "dispatch") return;
    while (this.queue.length > 0 && this.running.size < 2) {
      const url = this.queue.shift()!;
      const pid = await this.startChild("workers", [url]);
      this.running.set(this.monitor(pid), url);
    }
  }
}

export class Crawler extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 10,
      children: [
        { id: "limiter", start: [Limiter], name: "limiter" },
        { id: "workers", start: [Workers], name: "workers" },
        { id: "frontier", start: [Frontier], name: "frontier" },
      ],
    };
  }
}
