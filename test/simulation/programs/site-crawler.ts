/** A crawler: a frontier with priorities, per-host workers started as small trees, a robots cache, an exporter that works in terminate. */
import {
  DynamicSupervisor,
  type ExitReason,
  GenServer,
  type Info,
  ignore,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

interface Page {
  url: string;
  depth: number;
}
const LINKS: Record<string, string[]> = {
  "a.org/": ["a.org/1", "b.org/"],
  "a.org/1": ["a.org/2", "c.org/deep"],
  "b.org/": ["a.org/", "b.org/x"],
};
function hostOf(url: string): string {
  const at = url.indexOf("/");
  return at < 0 ? url : url.slice(0, at);
}

class Heap<T> {
  #items: [number, T][] = [];
  get size() {
    return this.#items.length;
  }
  push(priority: number, item: T): this {
    this.#items.push([priority, item]);
    this.#items.sort(([a], [b]) => a - b);
    return this;
  }
  pop(): T | undefined {
    return this.#items.shift()?.[1];
  }
}

class Frontier extends GenServer {
  private readonly heap = new Heap<Page>();
  private readonly seen = new Set<string>();
  private hosts = new Map<string, Pid>();
  override init(seeds: string[]) {
    for (const url of seeds) this.enqueue({ url, depth: 0 });
    this.send(this.self, { type: "dispatch" });
  }
  private enqueue(page: Page) {
    if (page.depth > 2 || this.seen.has(page.url)) return false;
    this.seen.add(page.url);
    this.heap.push(page.depth, page);
    return true;
  }
  override handleCast(message: { type: "found"; links: string[]; depth: number }) {
    const added = message.links
      .map((url) => this.enqueue({ url, depth: message.depth + 1 }))
      .filter(Boolean).length;
    if (added > 0) this.sendAfter(50, this.self, { type: "dispatch" });
  }
  override async handleInfo(message: Info<{ type: "dispatch" }>) {
    if (message.type === "DOWN") {
      for (const [host, pid] of [...this.hosts]) if (pid === message.pid) this.hosts.delete(host);
      return;
    }
    if (message.type !== "dispatch") return;
    const page = this.heap.pop();
    if (page === undefined) return;
    const host = hostOf(page.url);
    if (!this.hosts.has(host)) {
      const pid = await this.startChild("hosts", {
        id: host,
        start: [HostSup, host],
        type: "supervisor",
        restart: "temporary",
      });
      this.hosts.set(host, pid);
      this.monitor(pid);
    }
    this.cast(`fetcher:${host}`, { type: "fetch", page });
    if (this.heap.size > 0) this.sendAfter(100, this.self, { type: "dispatch" });
  }
}

class Politeness extends GenServer {
  private tokens = 1;
  override init(host: string, perSecond: number) {
    this.register(`polite:${host}`);
    this.sendInterval(1000 / perSecond, this.self, { type: "refill" });
  }
  override handleInfo(message: Info<{ type: "refill" }>) {
    if (message.type === "refill" && this.tokens < 2) this.tokens++;
  }
  override handleCall(request: { type: "take" }) {
    if (this.tokens === 0) return reply(request, false);
    this.tokens -= 1;
    return reply(request, true);
  }
}
class Fetcher extends GenServer {
  private host = "";
  private failures = 0;
  override init(host: string) {
    if (host === "c.org") return ignore;
    this.host = host;
    this.register(`fetcher:${host}`);
  }
  override async handleCast(message: { type: "fetch"; page: Page }) {
    while (!(await this.call(`polite:${this.host}`, { type: "take" }))) await this.sleep(150);
    await this.sleep(80);
    const links = LINKS[message.page.url];
    if (!links) {
      if (++this.failures >= 2) return stop({ shutdown: "too many dead links" });
      return;
    }
    this.cast("frontier", { type: "found", links, depth: message.page.depth });
    this.send("exporter", { type: "page", url: message.page.url, links: links.length });
  }
}
class HostSup extends Supervisor {
  override init(host: string): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1,
      period: 5,
      children: [
        { id: "polite", start: [Politeness, host, host.startsWith("a") ? 4 : 2] },
        { id: "fetcher", start: [Fetcher, host], restart: "transient" },
      ],
    };
  }
}
class Hosts extends DynamicSupervisor {
  override init() {
    return { intensity: 5, period: 10 };
  }
}
class Exporter extends GenServer {
  private rows: string[] = [];
  private flushed = 0;
  override init() {
    this.trapExit(true);
    this.sendInterval(2000, this.self, { type: "flush" });
  }
  override async handleInfo(message: Info<{ type: "page"; url: string; links: number } | { type: "flush" }>) {
    if (message.type === "page") this.rows.push(`${message.url};${message.links}`);
    else if (message.type === "flush") await this.flush();
    else if (message.type === "EXIT" && message.reason !== "normal") return stop(message.reason);
  }
  private async flush() {
    if (!this.rows.length) return;
    await this.sleep(10 * this.rows.length);
    this.flushed += this.rows.splice(0).length;
  }
  override async terminate(_reason: ExitReason) {
    await this.flush();
    this.cast("stats", { type: "exported", n: this.flushed });
  }
}
class Stats extends GenServer {
  private total = 0;
  override handleCast(message: { type: "exported"; n: number }) {
    this.total += message.n;
  }
}
export class CrawlerSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "stats", start: [Stats], name: "stats" },
        { id: "exporter", start: [Exporter], name: "exporter", shutdown: 2000 },
        { id: "hosts", start: [Hosts], name: "hosts" },
        { id: "frontier", start: [Frontier, ["a.org/", "b.org/"]], name: "frontier" },
      ],
    };
  }
}
