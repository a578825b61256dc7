/** A cache in shards with eviction: keys are hashed to a shard by name, misses go to a loader. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec, timeout } from "suptree";

const SHARDS = 3;

function shardFor(key: string): string {
  let hash = 0;
  for (const char of key) hash = (hash * 31 + char.charCodeAt(0)) % 997;
  return `shard-${hash % SHARDS}`;
}

interface Entry {
  value: string;
  expires: number;
}

class Shard extends GenServer {
  private entries = new Map<string, Entry>();
  private hits = 0;
  private misses = 0;
  override init() {
    this.sendInterval(1_000, this.self, { type: "sweep" });
  }
  override async handleCall(request: { type: "get"; key: string } | { type: "stats" }) {
    if (request.type === "stats") return reply(request, { hits: this.hits, misses: this.misses });
    const found = this.entries.get(request.key);
    if (found && found.expires > this.now()) {
      this.hits++;
      return reply(request, found.value);
    }
    this.misses++;
    const value = (await this.call("loader", { type: "load", key: request.key })) as string;
    if (this.entries.size >= 2) {
      const oldest = this.entries.keys().next().value;
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.entries.set(request.key, { value, expires: this.now() + 1_500 });
    return reply(request, value);
  }
  override handleInfo(message: Info<{ type: "sweep" }>) {
    if (message.type !== "sweep") return;
    for (const [key, { expires }] of this.entries) if (expires <= this.now()) this.entries.delete(key);
  }
}

class Loader extends GenServer {
  private loads = 0;
  override async handleCall(request: { type: "load"; key: string }) {
    await this.sleep(40);
    this.loads++;
    if (this.loads % 5 === 0) throw new Error("backend hiccup");
    return reply(request, `value of ${request.key}`);
  }
}

class Metrics extends GenServer {
  private total = 0;
  override init() {
    return timeout(2_000);
  }
  override async handleInfo(message: Info) {
    if (message.type !== "timeout") return;
    for (let n = 0; n < SHARDS; n++) {
      const stats = (await this.call(`shard-${n}`, { type: "stats" })) as { misses: number };
      this.total += stats.misses;
    }
    return timeout(2_000);
  }
}

class Client extends GenServer {
  private keys = ["alpha", "beta", "gamma", "delta"];
  private turn = 0;
  override init() {
    this.sendInterval(600, this.self, { type: "ask" });
  }
  override async handleInfo(message: Info<{ type: "ask" }>) {
    if (message.type !== "ask") return;
    const key = this.keys[this.turn++ % this.keys.length]!;
    try {
      await this.call(shardFor(key), { type: "get", key });
    } catch {
      // next time
    }
  }
}

export class CacheSup extends Supervisor {
  override init(): SupervisorSpec {
    const shards = Array.from({ length: SHARDS }, (_, n) => ({
      id: `shard-${n}`,
      start: [Shard] as const,
      name: `shard-${n}`,
    }));
    return {
      strategy: "one_for_one",
      intensity: 6,
      period: 10,
      children: [
        { id: "loader", start: [Loader], name: "loader" },
        ...shards,
        { id: "metrics", start: [Metrics] },
        { id: "client", start: [Client] },
      ],
    };
  }
}
