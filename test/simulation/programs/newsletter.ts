/** Sends a newsletter: a queue with leases, couriers that are started as needed, retries, and a place for the undeliverable. */
import {
  type Call,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  type Protocol,
  processName,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

interface Letter {
  readonly id: number;
  readonly to: string;
  attempts: number;
}
interface Lease {
  letter: Letter;
  holder: Pid<Courier>;
  timer: TimerRef;
}

interface QueueProtocol extends Protocol {
  calls: Call<{ type: "take"; who: Pid<Courier> }, Letter> | Call<{ type: "depth" }, number>;
  casts:
    | { type: "put"; to: readonly string[] }
    | { type: "done"; id: number }
    | { type: "failed"; id: number };
  infos: { type: "expired"; id: number } | { type: "again"; letter: Letter };
}

const QUEUE = processName<Queue>("queue");
const COURIERS = processName<CourierSup>("couriers");
const MORGUE = processName<Morgue>("morgue");

const MAX_ATTEMPTS = 3;
const backoff = (attempt: number) => Math.min(200 * 2 ** (attempt - 1), 2_000);

class Queue extends GenServer<QueueProtocol> {
  private ids = 0;
  private readonly ready: Letter[] = [];
  private readonly leases = new Map<number, Lease>();
  private readonly waiting: { who: Pid<Courier>; from: From<Letter> }[] = [];
  private readonly watched = new Set<Pid<Courier>>();

  override handleCall(request: QueueProtocol["calls"], from: From) {
    switch (request.type) {
      case "depth":
        return reply(request, this.ready.length);
      case "take":
        if (!this.watched.has(request.who)) {
          this.monitor(request.who);
          this.watched.add(request.who);
        }
        this.waiting.push({ who: request.who, from: replyTo(request, from) });
        this.match();
        return noReply;
    }
  }

  override handleCast(message: QueueProtocol["casts"]) {
    switch (message.type) {
      case "put":
        for (const to of message.to) this.ready.push({ id: ++this.ids, to, attempts: 0 });
        break;
      case "done":
        this.release(message.id);
        break;
      case "failed":
        this.retry(this.release(message.id));
        break;
    }
    this.match();
  }

  override handleInfo(message: Info<QueueProtocol["infos"]>) {
    switch (message.type) {
      case "expired":
        this.retry(this.release(message.id));
        break;
      case "again":
        this.ready.push(message.letter);
        break;
      case "DOWN": {
        const gone = message.pid;
        this.watched.delete(gone as Pid<Courier>);
        for (const [id, lease] of this.leases) if (lease.holder === gone) this.retry(this.release(id));
        const at = this.waiting.findIndex(({ who }) => who === gone);
        if (at >= 0) this.waiting.splice(at, 1);
        break;
      }
    }
    this.match();
  }

  private match(): void {
    while (this.ready.length > 0 && this.waiting.length > 0) {
      const letter = this.ready.shift();
      const next = this.waiting.shift();
      if (!letter || !next) return;
      letter.attempts += 1;
      const timer = this.sendAfter(1_500, this.self, { type: "expired", id: letter.id });
      this.leases.set(letter.id, { letter, holder: next.who, timer });
      this.reply(next.from, letter);
    }
  }
  private release(id: number): Letter | undefined {
    const lease = this.leases.get(id);
    if (!lease) return undefined;
    this.cancelTimer(lease.timer);
    this.leases.delete(id);
    return lease.letter;
  }
  private retry(letter: Letter | undefined): void {
    if (!letter) return;
    if (letter.attempts >= MAX_ATTEMPTS) this.cast(MORGUE, { type: "bury", letter });
    else this.sendAfter(backoff(letter.attempts), this.self, { type: "again", letter });
  }
}

interface CourierProtocol extends Protocol {
  infos: { type: "work" };
}

class Courier extends GenServer<CourierProtocol> {
  private sent = 0;
  private quota = 0;

  override init(quota: number) {
    this.quota = quota;
    this.send(this.self, { type: "work" });
  }
  override async handleInfo(message: Info<CourierProtocol["infos"]>) {
    if (message.type !== "work") return;
    const letter = await this.call(QUEUE, { type: "take", who: this.self }, "infinity");
    await this.sleep(120);
    const [, domain] = letter.to.split("@");
    if (!domain?.includes(".")) this.cast(QUEUE, { type: "failed", id: letter.id });
    else this.cast(QUEUE, { type: "done", id: letter.id });
    if (++this.sent >= this.quota) return stop("normal");
    this.send(this.self, { type: "work" });
  }
}

class CourierSup extends DynamicSupervisor {
  override init(max: number): DynamicSupervisorSpec<typeof Courier> {
    return { intensity: 6, period: 5, maxChildren: max, child: { start: [Courier], restart: "transient" } };
  }
}

interface MorgueProtocol extends Protocol {
  casts: { type: "bury"; letter: Letter };
}
class Morgue extends GenServer<MorgueProtocol> {
  private readonly buried: string[] = [];
  override handleCast({ letter }: MorgueProtocol["casts"]) {
    this.buried.push(`${letter.to} after ${letter.attempts}`);
  }
}

class Office extends GenServer {
  private couriers = 0;
  override init(options: { couriers: number; readers: readonly string[] }) {
    return continueWith(options);
  }
  override async handleContinue(options: { couriers: number; readers: readonly string[] }) {
    while (this.couriers < options.couriers) {
      await this.startChild(COURIERS, [this.couriers + 4]);
      this.couriers += 1;
    }
    const chunk = 2;
    for (let n = 0; n < options.readers.length; n += chunk)
      this.cast(QUEUE, { type: "put", to: options.readers.slice(n, n + chunk) });
  }
}

const READERS = [
  "ada@lovelace.org",
  "grace@navy.mil",
  "broken",
  "joe@example.com",
  "nobody@nowhere",
  "eve@x.io",
];

class DeliverySup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "queue", start: [Queue], name: QUEUE },
        { id: "couriers", start: [CourierSup, 3], name: COURIERS },
        { id: "office", start: [Office, { couriers: 2, readers: READERS }] },
      ],
    };
  }
}

export class NewsletterSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      children: [
        { id: "morgue", start: [Morgue], name: MORGUE },
        { id: "delivery", start: [DeliverySup] },
      ],
    };
  }
}
