/** An SMS gateway: routes by number prefix, token buckets per carrier, delivery receipts, a dead-letter office. */
import {
  type Call,
  CallError,
  type ExitReason,
  formatReason,
  GenServer,
  hibernate,
  type Info,
  type ProcessName,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

interface CarrierConfig {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly rate: { readonly tokens: number; readonly everyMs: number };
  readonly flaky?: (n: number) => boolean;
  readonly optional?: true;
}

const CONFIG = {
  carriers: [
    { name: "telia", prefixes: ["+358", "+46"], rate: { tokens: 3, everyMs: 100 } },
    {
      name: "vodafone",
      prefixes: ["+49", "+44"],
      rate: { tokens: 1, everyMs: 50 },
      flaky: (n) => n % 3 === 2,
    },
    { name: "budget", prefixes: ["+"], rate: { tokens: 5, everyMs: 400 }, optional: true },
  ],
  retries: [20, 80, 320],
  maxLength: 160,
} satisfies { carriers: CarrierConfig[]; retries: number[]; maxLength: number };

const carrierName = (name: string): ProcessName<Carrier> => processName<Carrier>(`carrier/${name}`);
const bucketName = (name: string) => processName<Bucket>(`bucket/${name}`);
const ROUTER = processName<SmsRouter>("sms-router");
const DEAD = processName<DeadLetters>("dead-letters");
const RECEIPTS = processName<Receipts>("receipts");

interface Sms {
  readonly id: number;
  readonly to: `+${string}`;
  readonly text: string;
  readonly attempt: number;
}

/** Splits a long text at word boundaries. */
function* parts(text: string, max: number): Generator<string, void, undefined> {
  let rest = text.replace(/\s{2,}/g, " ").trim();
  while (rest.length > max) {
    const cut = rest.lastIndexOf(" ", max);
    const at = cut > 0 ? cut : max;
    yield rest.slice(0, at);
    rest = rest.slice(at).trimStart();
  }
  if (rest !== "") yield rest;
}

interface BucketProtocol extends Protocol {
  calls: Call<{ type: "take" }, number>;
  infos: { type: "refill" };
}
class Bucket extends GenServer<BucketProtocol> {
  private tokens = 0;
  private max = 1;
  private every = 0;
  override init({ tokens, everyMs }: CarrierConfig["rate"]) {
    Object.assign(this, { tokens, max: tokens, every: everyMs });
  }
  override handleCall(request: BucketProtocol["calls"]) {
    if (this.tokens > 0) {
      if (this.tokens-- === this.max) this.sendAfter(this.every, this.self, { type: "refill" });
      return reply(request, 0);
    }
    return reply(request, this.every, hibernate);
  }
  override handleInfo(message: Info<BucketProtocol["infos"]>) {
    if (message.type === "refill") this.tokens = this.max;
  }
}

interface CarrierProtocol extends Protocol {
  calls: Call<{ type: "submit"; sms: Sms }, { reference: string } | { later: number }>;
}
class Carrier extends GenServer<CarrierProtocol> {
  private config!: CarrierConfig;
  private sent = 0;
  override init(config: CarrierConfig) {
    this.config = config;
    if (this.whereis(bucketName(config.name)) === undefined) throw new Error(`${config.name} has no bucket`);
  }
  override async handleCall(request: CarrierProtocol["calls"]) {
    const wait = await this.call(bucketName(this.config.name), { type: "take" });
    if (wait > 0) return reply(request, { later: wait });
    const n = this.sent++;
    if (this.config.flaky?.(n)) return stop(`${this.config.name}_dropped_us`);
    this.cast(RECEIPTS, { type: "expect", id: request.sms.id, carrier: this.config.name });
    return reply(request, { reference: `${this.config.name.slice(0, 2).toUpperCase()}${n.toString(36)}` });
  }
}

interface ReceiptsProtocol extends Protocol {
  calls: Call<{ type: "status"; id: number }, "unknown" | "pending" | "delivered">;
  casts: { type: "expect"; id: number; carrier: string };
  infos: { type: "delivered"; id: number };
}
class Receipts extends GenServer<ReceiptsProtocol> {
  private pending = new Map<number, { carrier: string; timer: TimerRef }>();
  private delivered: number[] = [];
  override handleCall(request: ReceiptsProtocol["calls"]) {
    const { id } = request;
    return reply(
      request,
      this.delivered.includes(id) ? "delivered" : this.pending.has(id) ? "pending" : "unknown",
    );
  }
  override handleCast({ id, carrier }: ReceiptsProtocol["casts"]) {
    const known = this.pending.get(id);
    if (known) this.cancelTimer(known.timer);
    this.pending.set(id, {
      carrier,
      timer: this.sendAfter(carrier.length * 10, this.self, { type: "delivered", id }),
    });
  }
  override handleInfo(message: Info<ReceiptsProtocol["infos"]>) {
    if (message.type !== "delivered" || !this.pending.delete(message.id)) return;
    this.delivered.push(message.id);
  }
}

class DeadLetters extends GenServer<{
  casts: { sms: Sms; why: string };
  calls: Call<{ type: "count" }, number>;
}> {
  #letters: Array<{ sms: Sms; why: string }> = [];
  override handleCast(letter: { sms: Sms; why: string }) {
    if (this.#letters.push(letter) > 1_000) this.#letters.splice(0, 500);
  }
  override handleCall(request: Call<{ type: "count" }, number>) {
    return reply(request, this.#letters.length);
  }
  override formatStatus() {
    return { letters: this.#letters.length };
  }
}

interface RouterProtocol extends Protocol {
  calls: Call<{ type: "send"; to: `+${string}`; text: string }, number[]>;
  infos: { type: "try"; sms: Sms };
}
class SmsRouter extends GenServer<RouterProtocol> {
  private nextId = 1;
  private table: ReadonlyArray<readonly [prefix: string, carrier: string]> = [];

  override init(carriers: readonly CarrierConfig[]) {
    this.table = carriers
      .flatMap(({ name, prefixes }) => prefixes.map((prefix) => [prefix, name] as const))
      .sort(([a], [b]) => b.length - a.length || a.localeCompare(b));
  }
  override handleCall(request: RouterProtocol["calls"]) {
    const ids: number[] = [];
    for (const text of parts(request.text, CONFIG.maxLength)) {
      const sms: Sms = { id: this.nextId++, to: request.to, text, attempt: 0 };
      ids.push(sms.id);
      this.send(this.self, { type: "try", sms });
    }
    return reply(request, ids);
  }
  override async handleInfo(message: Info<RouterProtocol["infos"]>) {
    if (message.type !== "try") return;
    const { sms } = message;
    const carrier = this.table.find(([prefix]) => sms.to.startsWith(prefix))?.[1];
    if (carrier === undefined) {
      this.cast(DEAD, { sms, why: "no route" });
      return;
    }
    let why: string;
    try {
      const result = await this.call(carrierName(carrier), { type: "submit", sms }, 300);
      if ("reference" in result) return;
      why = `rate limited for ${result.later} ms`;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      why = formatReason(error.reason);
    }
    const delay = CONFIG.retries[sms.attempt];
    if (delay === undefined) this.cast(DEAD, { sms, why });
    else this.sendAfter(delay, this.self, { type: "try", sms: { ...sms, attempt: sms.attempt + 1 } });
  }
}

class Campaign extends GenServer {
  private ids: number[] = [];
  override async init(name: string, numbers: ReadonlyArray<`+${string}`>) {
    const text = `${name}: `.padEnd(24, "*") + " offer ".repeat(12);
    for (const to of numbers) this.ids.push(...(await this.call(ROUTER, { type: "send", to, text })));
    this.sendAfter(2_000, this.self, { type: "report" });
  }
  override async handleInfo(message: Info<{ type: "report" }>) {
    if (message.type !== "report") return;
    const counts = { unknown: 0, pending: 0, delivered: 0 };
    for (const id of this.ids) counts[await this.call(RECEIPTS, { type: "status", id })]++;
    return stop(counts.unknown > 2 ? "mostly_lost" : "normal");
  }
  override terminate(reason: ExitReason) {
    this.ids = reason === "normal" ? [] : this.ids;
  }
}

class CarrierSup extends Supervisor {
  override init(config: CarrierConfig): SupervisorSpec {
    const { name, rate, optional = false } = config;
    return {
      strategy: "rest_for_one",
      intensity: optional ? 0 : 3,
      period: 4,
      children: [
        { id: "bucket", start: [Bucket, rate], name: bucketName(name) },
        { id: "link", start: [Carrier, config], name: carrierName(name), label: `${name} link` },
      ],
    };
  }
}
class CarriersSup extends Supervisor {
  override init(carriers: readonly CarrierConfig[]): SupervisorSpec<typeof CarrierSup> {
    return {
      intensity: carriers.length,
      period: 60,
      children: carriers.map((config) => ({
        id: config.name,
        start: [CarrierSup, config],
        restart: config.optional ? "temporary" : "permanent",
      })),
    };
  }
}
export class SmsGateway extends Supervisor {
  override init(): SupervisorSpec {
    const { carriers } = CONFIG;
    return {
      strategy: "one_for_one",
      intensity: 4,
      children: [
        { id: "dead", start: [DeadLetters], name: DEAD },
        { id: "receipts", start: [Receipts], name: RECEIPTS },
        { id: "carriers", start: [CarriersSup, carriers] },
        { id: "router", start: [SmsRouter, carriers], name: ROUTER },
        {
          id: "campaign",
          start: [Campaign, "SPRING", ["+358401234", "+4915112", "+1555", "+447700"]],
          restart: "transient",
        },
      ],
    };
  }
}
