/** Gossip membership on a hash ring: nodes exchange version vectors, a failure detector suspects who is silent. */
import {
  type Call,
  GenServer,
  type Info,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  startOf,
} from "suptree";

type NodeId = `n${number}`;
type Vector = Partial<Record<NodeId, number>>;
const HEARD = Symbol.for("heard");

const MEMBERS = processName<Registry<"member", { id: NodeId; slot: number }, Node>>("members");
const DETECTOR = processName<Detector>("detector");

function* ids(n: number): Generator<NodeId, void, undefined> {
  for (let i = 1; i <= n; i++) yield `n${i}`;
}

const fnv = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return h >>> 0;
};
const popcount = (x: number): number => (x === 0 ? 0 : (x & 1) + popcount(x >>> 1));
const slotOf = (id: NodeId) => (fnv(id) >>> 28) & 0xf;

interface NodeProtocol extends Protocol {
  calls: Call<{ type: "vector" }, Vector>;
  casts: { type: "gossip"; from: NodeId; vector: Vector; hops: number };
}

abstract class Member<P extends Protocol> extends GenServer<P> {
  protected static count = 0;
  protected abstract readonly kind: string;
  protected get title(): string {
    return `${this.kind}#${Member.count}`;
  }
  protected join(id: NodeId): void {
    Member.count++;
    const { error } = Registry.register(this, MEMBERS, "member", { id, slot: slotOf(id) });
    if (error) throw new Error(this.title);
  }
}

class Node extends Member<NodeProtocol> {
  protected readonly kind = "node";
  id: NodeId = "n0";
  vector: Vector = {};

  override init(id: NodeId, fanout: number) {
    this.id = id;
    this.vector = { [id]: 1 };
    this.join(id);
    const peers = Registry.lookup(this, MEMBERS, "member")
      .filter(({ pid }) => pid !== this.self)
      .sort((a, b) => a.value.slot - b.value.slot || a.value.id.localeCompare(b.value.id))
      .slice(0, fanout);
    for (const { pid } of peers) this.cast(pid, { type: "gossip", from: id, vector: this.vector, hops: 2 });
    this.cast(DETECTOR, { [HEARD]: id, bits: popcount(slotOf(id)) });
  }

  override handleCast({ from, vector, hops }: NodeProtocol["casts"]) {
    const merged: Vector = { ...this.vector };
    for (const key in vector) {
      const k = key as NodeId;
      merged[k] = Math.max(merged[k] ?? 0, vector[k] ?? 0);
    }
    const { [this.id]: mine = 0, ...others } = merged;
    this.vector = { ...others, [this.id]: mine + 1 };
    if (hops <= 0) return;
    Registry.dispatch(this, MEMBERS, "member", ({ pid, value: { id } }) => {
      if (id !== from && id !== this.id)
        this.cast(pid, { type: "gossip", from: this.id, vector: this.vector, hops: hops - 1 });
    });
  }

  override handleCall(request: NodeProtocol["calls"]) {
    return reply(request, this.vector);
  }
}

class Detector extends GenServer {
  seen: Map<string, number> = new Map();
  override handleCast(message: { [HEARD]: string; bits: number }) {
    const { [HEARD]: id, bits } = message;
    this.seen.set(id, (this.seen.get(id) ?? 0) + bits);
    const twice = [...this.seen.values()].filter((n) => n >= 1 << 3);
    if (twice.length > 1) throw new Error("flapping");
  }
}

class Prober extends GenServer {
  suspects: string[] = [];
  override async init(quorum: number) {
    const entries = Registry.entries(this, MEMBERS);
    let alive = 0;
    for (const { pid, value } of entries) {
      this.monitor(pid);
      const vector = await this.call(pid, { type: "vector" });
      if (Object.keys(vector).length >= quorum) alive += 1;
      else this.suspects.push(value.id);
    }
    if (alive * 2 <= entries.length) throw new Error(`no quorum: ${this.suspects.join(",")}`);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN" && this.suspects.push(String(message.pid)) > 2)
      this.exit("too_many_suspects");
  }
}

class Ring extends Supervisor {
  override init(size: number, fanout: number): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: size - 1,
      period: 5,
      children: [...ids(size)].map((id) => ({ id, start: startOf(Node, id, fanout) })),
    };
  }
}

export class Cluster extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "members", start: [Registry, { keys: "duplicate" }], name: MEMBERS },
        { id: "detector", start: [Detector], name: DETECTOR },
        { id: "ring", start: [Ring, 5, 2] },
        { id: "prober", start: [Prober, 2], restart: "transient" },
      ],
    };
  }
}
