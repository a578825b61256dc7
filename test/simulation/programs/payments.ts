/** Payments: a saga per payment with compensation, an outbox with retries, a ledger that refuses, audits that link. */
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

type Money = { amount: bigint | number; currency: string };
type Payment = { id: string; from: string; to: string; money: Money };
type Phase = "reserve" | "charge" | "notify" | "settled" | "undone";

class Insufficient extends Error {}

class Accounts extends GenServer {
  private balances = new Map<string, number>([
    ["alice", 100],
    ["bob", 20],
    ["carol", 0],
  ]);
  private holds: Record<string, { account: string; amount: number }> = {};
  override handleCall(
    request:
      | { type: "hold"; id: string; account: string; amount: number }
      | { type: "commit"; id: string; to: string }
      | { type: "release"; id: string },
  ) {
    try {
      return reply(request, this[request.type](request as never));
    } catch (error) {
      if (error instanceof Insufficient) return reply(request, { error: error.message });
      throw error;
    }
  }
  hold({ id, account, amount }: { id: string; account: string; amount: number }) {
    const balance = this.balances.get(account);
    if (balance === undefined) throw new Error(`no account ${account}`);
    if (balance < amount) throw new Insufficient(`${account} has ${balance}`);
    this.balances.set(account, balance - amount);
    this.holds[id] = { account, amount };
    return { held: amount };
  }
  commit({ id, to }: { id: string; to: string }) {
    const hold = this.holds[id];
    if (!hold) return { committed: false };
    delete this.holds[id];
    this.balances.set(to, (this.balances.get(to) ?? 0) + hold.amount);
    return { committed: true };
  }
  release({ id }: { id: string }) {
    const hold = this.holds[id];
    if (hold !== undefined) {
      this.balances.set(hold.account, this.balances.get(hold.account)! + hold.amount);
      delete this.holds[id];
    }
    return { released: hold !== undefined };
  }
}
class CardNetwork extends GenServer {
  private charged = 0;
  override async handleCall(request: { type: "charge"; payment: Payment }) {
    await this.sleep(150);
    this.charged += 1;
    if (this.charged % 3 === 0) return stop("network reset", reply(request, "declined"));
    return reply(request, "accepted");
  }
}
class Outbox extends GenServer {
  private pending: { to: string; text: string; tries: number }[] = [];
  override init() {
    this.sendInterval(500, this.self, { type: "deliver" });
  }
  override handleCast(message: { type: "mail"; to: string; text: string }) {
    this.pending.push({ to: message.to, text: message.text, tries: 0 });
  }
  override async handleInfo(message: Info<{ type: "deliver" }>) {
    if (message.type !== "deliver") return;
    const rest: typeof this.pending = [];
    for (const mail of this.pending) {
      try {
        await this.call("mailer", { type: "send", ...mail }, 250);
      } catch {
        if (mail.tries < 2) rest.push({ ...mail, tries: mail.tries + 1 });
      }
    }
    this.pending = rest;
  }
}
class Mailer extends GenServer {
  private sent = 0;
  override async handleCall(request: { type: "send"; to: string; text: string }) {
    await this.sleep(request.to === "carol" ? 400 : 40);
    return reply(request, ++this.sent);
  }
}
class Saga extends GenServer {
  private phase: Phase = "reserve";
  private payment!: Payment;
  override init(payment: Payment) {
    this.payment = payment;
    this.send(this.self, { type: "go" });
  }
  override async handleInfo(message: Info<{ type: "go" }>) {
    if (message.type !== "go") return;
    const { id, from, to, money } = this.payment;
    switch (this.phase) {
      case "reserve": {
        const held = (await this.call("accounts", {
          type: "hold",
          id,
          account: from,
          amount: Number(money.amount),
        })) as { error?: string };
        this.phase = held.error ? "undone" : "charge";
        break;
      }
      case "charge": {
        const answer = await this.call("network", { type: "charge", payment: this.payment });
        if (answer === "accepted") {
          await this.call("accounts", { type: "commit", id, to });
          this.phase = "notify";
        } else {
          await this.call("accounts", { type: "release", id });
          this.phase = "undone";
        }
        break;
      }
      case "notify":
        this.cast("outbox", { type: "mail", to, text: `${from} sent you ${money.amount} ${money.currency}` });
        this.phase = "settled";
        break;
      case "settled":
      case "undone":
        return stop("normal");
    }
    this.send(this.self, { type: "go" });
  }
  override async terminate(reason: unknown) {
    if (reason !== "normal" && this.phase === "charge")
      await this.call("accounts", { type: "release", id: this.payment.id }, 100);
  }
}
class Sagas extends DynamicSupervisor {
  override init() {
    return { intensity: 4, period: 5 };
  }
}
class Desk extends GenServer {
  private n = 0;
  private watching = new Map<Pid, string>();
  private static people = ["alice", "bob", "carol"];
  override init() {
    this.sendInterval(600, this.self, { type: "next" });
  }
  override async handleInfo(message: Info<{ type: "next" }>) {
    if (message.type === "next") {
      const { people } = Desk;
      const from = people[this.n % 3]!;
      const to = people[(this.n + 1) % 3]!;
      const id = `p${++this.n}`;
      const payment: Payment = { id, from, to, money: { amount: 10 + this.n, currency: "EUR" } };
      const { ok } = await this.startChildResult("sagas", {
        id,
        start: [Saga, payment],
        restart: "transient",
      });
      if (ok) {
        this.watching.set(ok, id);
        this.monitor(ok);
      }
    } else if (message.type === "DOWN") this.watching.delete(message.pid);
  }
}
class Auditor extends GenServer {
  private entries: string[] = [];
  override init() {
    this.link("accounts");
    this.monitor("network");
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    this.entries.push(`network went at ${this.now()}`);
    this.sendAfter(300, this.self, { type: "again" } as never);
    if (this.entries.length >= 4) return stop({ shutdown: "full" });
  }
}
class Backends extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 8,
      period: 10,
      children: [
        { id: "accounts", start: [Accounts], name: "accounts" },
        { id: "network", start: [CardNetwork], name: "network" },
        { id: "mailer", start: [Mailer], name: "mailer" },
        { id: "outbox", start: [Outbox], name: "outbox" },
      ],
    };
  }
}
export class PaymentsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "backends", start: [Backends] },
        { id: "sagas", start: [Sagas], name: "sagas" },
        { id: "desk", start: [Desk] },
        { id: "auditor", start: [Auditor], restart: "transient" },
      ],
    };
  }
}
