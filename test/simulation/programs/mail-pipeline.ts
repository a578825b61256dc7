/** A mail pipeline: producer, batcher, senders behind a breaker; failures are counted and held back with a growing delay. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

interface Mail {
  to: string;
  attempt: number;
}

abstract class Stage extends GenServer {
  protected seen = 0;
  protected abstract readonly next: string | null;
  protected pass(mails: Mail[]) {
    this.seen += mails.length;
    if (this.next !== null) this.cast(this.next, { type: "mails", mails });
  }
  override handleCast(message: { type: "mails"; mails: Mail[] }) {
    if (message.type === "mails") return this.take(message.mails);
  }
  protected take(mails: Mail[]): void | Promise<void> {
    this.pass(mails);
  }
}

class Producer extends Stage {
  protected readonly next = "batcher";
  private n = 0;
  override init() {
    this.sendInterval(400, this.self, { type: "produce" });
  }
  override handleInfo(message: Info<{ type: "produce" }>) {
    if (message.type === "produce") this.pass([{ to: `user${this.n++}@example.org`, attempt: 1 }]);
  }
}

class Batcher extends Stage {
  protected readonly next = "sender";
  private batch: Mail[] = [];
  protected override take(mails: Mail[]) {
    this.batch.push(...mails);
    if (this.batch.length < 3) return;
    this.pass(this.batch);
    this.batch = [];
  }
  override terminate() {
    if (this.batch.length > 0) this.pass(this.batch);
  }
}

class BreakerOpen extends Error {}

class Breaker extends GenServer {
  private state: "closed" | "open" = "closed";
  private failures = 0;
  override handleCall(request: { type: "ask" } | { type: "failed" } | { type: "worked" }) {
    switch (request.type) {
      case "ask":
        return reply(request, this.state);
      case "failed":
        if (++this.failures >= 2 && this.state === "closed") {
          this.state = "open";
          this.sendAfter(900, this.self, { type: "half-open" });
        }
        return reply(request, this.failures);
      default:
        this.failures = 0;
        return reply(request, 0);
    }
  }
  override handleInfo(message: Info<{ type: "half-open" }>) {
    if (message.type === "half-open") {
      this.state = "closed";
      this.failures = 1;
    }
  }
}

class Sender extends Stage {
  protected readonly next = null;
  private sent = 0;
  protected override async take(mails: Mail[]) {
    for (const mail of mails) {
      try {
        await this.deliver(mail);
        this.sent++;
      } catch (error) {
        if (error instanceof BreakerOpen && mail.attempt > 2) throw error;
        const delay = 250 * 2 ** mail.attempt;
        this.sendAfter(delay, this.self, { type: "again", mail: { ...mail, attempt: mail.attempt + 1 } });
      }
    }
    this.pass(mails);
  }
  private async deliver({ to }: Mail) {
    const state = await this.call("breaker", { type: "ask" });
    if (state === "open") throw new BreakerOpen("wait");
    await this.sleep(30);
    if (Number(to.slice(4, to.indexOf("@"))) % 4 === 3) {
      await this.call("breaker", { type: "failed" });
      throw new Error(`refused: ${to}`);
    }
    await this.call("breaker", { type: "worked" });
  }
  override async handleInfo(message: Info<{ type: "again"; mail: Mail }>) {
    if (message.type === "again") await this.take([message.mail]);
  }
}

export class MailSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "breaker", start: [Breaker], name: "breaker" },
        { id: "sender", start: [Sender], name: "sender" },
        { id: "batcher", start: [Batcher], name: "batcher" },
        { id: "producer", start: [Producer], name: "producer" },
      ],
    };
  }
}
