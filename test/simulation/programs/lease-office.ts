/** A lease office: resources are leased for a time; leases expire, holders are monitored, auditors are notified. */
import {
  type Call,
  type ChildSpec,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  type ProcessClass,
  type Protocol,
  processName,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

const KIND: unique symbol = Symbol("kind");
const TTL = { printer: 90_000, scanner: 2_500, plotter: 60_000 } as const;
type Resource = keyof typeof TTL;

interface Lease {
  readonly [KIND]: "lease";
  resource: Resource;
  holder: Pid;
  timer: TimerRef;
  version: bigint;
}

interface OfficeProtocol extends Protocol {
  calls:
    | Call<{ type: "acquire"; resource: Resource; who: Pid }, bigint>
    | Call<{ type: "census" }, Record<string, string>>;
  casts: { type: "release"; resource: Resource; who: Pid };
  infos: { type: "expired"; resource: Resource };
}

const OFFICE = processName<LeaseOffice>("office");
const CLERKS = processName<ClerkPool>("clerks");
const AUDIT = processName<Auditor>("audit");

class LeaseOffice extends GenServer<OfficeProtocol> {
  readonly #leases = new Map<Resource, Lease>();
  readonly #queue = new Map<Resource, Array<{ from: From<bigint>; who: Pid }>>();
  #versions = 0n;

  get #busy(): number {
    return this.#leases.size;
  }

  #grant(resource: Resource, who: Pid): bigint {
    this.monitor(who);
    this.#versions += 1n;
    const lease: Lease = {
      [KIND]: "lease",
      resource,
      holder: who,
      timer: this.sendAfter(TTL[resource], this.self, { type: "expired", resource }),
      version: this.#versions,
    };
    this.#leases.set(resource, lease);
    this.cast(AUDIT, { entry: `${resource}@v${lease.version} (${this.#busy} busy)` });
    return lease.version;
  }

  #free(resource: Resource): void {
    const lease = this.#leases.get(resource);
    if (lease?.[KIND] !== "lease") return;
    this.cancelTimer(lease.timer);
    this.#leases.delete(resource);
    const next = this.#queue.get(resource)?.shift();
    if (next) this.reply(next.from, this.#grant(resource, next.who));
  }

  override handleCall(request: OfficeProtocol["calls"], from: From) {
    if (request.type === "census")
      return reply(request, Object.fromEntries([...this.#leases].map(([k, v]) => [k, String(v.version)])));
    const { resource, who } = request;
    if (!this.#leases.has(resource)) return reply(request, this.#grant(resource, who));
    const waiting = this.#queue.get(resource) ?? [];
    waiting.push({ from: replyTo(request, from), who });
    this.#queue.set(resource, waiting);
    return noReply;
  }

  override handleCast({ resource, who }: OfficeProtocol["casts"]) {
    if (this.#leases.get(resource)?.holder === who) this.#free(resource);
  }

  override handleInfo(message: Info<OfficeProtocol["infos"]>) {
    switch (message.type) {
      case "expired":
        return void this.#free(message.resource);
      case "DOWN":
        for (const [resource, { holder }] of this.#leases) if (holder === message.pid) this.#free(resource);
        return;
      default:
        return stop({ unexpected: message.type });
    }
  }
}

class Auditor extends GenServer {
  static readonly LIMIT = 8;
  #ring: string[] = new Array<string>(Auditor.LIMIT).fill("");
  #at = 0;
  override handleCast({ entry }: { entry: string }) {
    this.#ring[this.#at++ % Auditor.LIMIT] = entry;
  }
}

/** Makes a class of clerks for one resource. */
function clerkFor<const R extends Resource>(resource: R, patience: number) {
  return class Clerk extends GenServer {
    version: bigint | undefined;
    override async init(desk: number) {
      if (desk % 2 === 1) this.trapExit(true);
      this.version = (await this.call(
        OFFICE,
        { type: "acquire", resource, who: this.self },
        patience,
      )) as bigint;
    }
    override handleInfo(message: Info) {
      if (message.type === "EXIT") return stop(message.reason);
    }
    override terminate() {
      this.cast(OFFICE, { type: "release", resource, who: this.self });
    }
  };
}

class ClerkPool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { maxChildren: 4, intensity: 2, period: 10 };
  }
}

class FrontDesk extends GenServer {
  #clerks = new Map<string, Pid>();
  override async init(plan: readonly (readonly [id: string, cls: ProcessClass])[]) {
    for (const [n, [id, cls]] of plan.entries()) {
      const pid = await this.startChild(CLERKS, {
        id,
        start: [cls, n] as never,
        restart: n === 0 ? "temporary" : "transient",
      } satisfies ChildSpec);
      this.link(pid);
      this.#clerks.set(id, pid);
    }
  }
}

export class OfficeSup extends Supervisor {
  override init(): SupervisorSpec {
    const plan = [
      ["printing", clerkFor("printer", 1_000)],
      ["scanning", clerkFor("scanner", 1_000)],
    ] as const;
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 30,
      children: [
        { id: "audit", start: [Auditor], name: AUDIT, restart: "transient" },
        { id: "office", start: [LeaseOffice], name: OFFICE },
        { id: "clerks", start: [ClerkPool], name: CLERKS, type: "supervisor" },
        { id: "desk", start: [FrontDesk, plan], shutdown: 500 },
      ],
    };
  }
}
