/** A small bank: an event store as an application of its own, accounts under keys, transfers with compensation. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  GenServer,
  type Info,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  via,
} from "suptree";

type AccountEvent =
  | { kind: "opened"; account: string; at: number }
  | { kind: "deposited"; account: string; cents: number; at: number }
  | { kind: "withdrawn"; account: string; cents: number; at: number };

interface StoreProtocol extends Protocol {
  calls:
    | Call<{ type: "append"; event: AccountEvent }, number>
    | Call<{ type: "read"; account: string }, readonly AccountEvent[]>;
}
const STORE = processName<EventStore>("event_store");

class EventStore extends GenServer<StoreProtocol> {
  private readonly events: AccountEvent[] = [];

  override async init(options: { warmUp: number }) {
    await this.sleep(options.warmUp);
    this.events.push({ kind: "opened", account: "house", at: 0 });
  }
  override handleCall(request: StoreProtocol["calls"]) {
    if (request.type === "append") return reply(request, this.events.push(request.event));
    return reply(
      request,
      this.events.filter(({ account }) => account === request.account),
    );
  }
}

interface SnapshotterProtocol extends Protocol {
  infos: { type: "snapshot" };
}
class Snapshotter extends GenServer<SnapshotterProtocol> {
  private taken = 0;
  override init() {
    this.sendInterval(2_000, this.self, { type: "snapshot" });
  }
  override async handleInfo(message: Info<SnapshotterProtocol["infos"]>) {
    if (message.type !== "snapshot") return;
    const house = await this.call(STORE, { type: "read", account: "house" });
    this.taken += house.length;
  }
}

class StorageSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "store", start: [EventStore, { warmUp: 50 }], name: STORE, shutdown: 10_000 },
        { id: "snapshotter", start: [Snapshotter] },
      ],
    };
  }
}

export const storage = defineApplication({ name: "storage", start: [StorageSup] });

class InsufficientFunds extends Error {
  readonly missing: number;
  constructor(missing: number) {
    super(`${(missing / 100).toFixed(2)} missing`);
    this.name = "InsufficientFunds";
    this.missing = missing;
  }
}

type Outcome = { ok: true; balance: number } | { ok: false; why: string };

interface AccountProtocol extends Protocol {
  calls:
    | Call<{ type: "deposit"; cents: number }, Outcome>
    | Call<{ type: "withdraw"; cents: number }, Outcome>
    | Call<{ type: "balance" }, number>;
}
type AccountKey = readonly ["account", string];
const ACCOUNTS = processName<Registry<AccountKey, number, Account>>("accounts");

const apply = (balance: number, event: AccountEvent): number => {
  switch (event.kind) {
    case "opened":
      return balance;
    case "deposited":
      return balance + event.cents;
    case "withdrawn":
      return balance - event.cents;
  }
};

class Account extends GenServer<AccountProtocol> {
  private id = "";
  private balance = 0;

  override async init(id: string) {
    this.id = id;
    const registered = Registry.register(this, ACCOUNTS, ["account", id], this.now());
    if (registered.error) return stop({ taken: id });
    const past = await this.call(STORE, { type: "read", account: id });
    this.balance = past.reduce(apply, 0);
    if (past.length === 0) await this.record({ kind: "opened", account: id, at: this.now() });
    return undefined;
  }
  private async record(event: AccountEvent): Promise<void> {
    await this.call(STORE, { type: "append", event });
    this.balance = apply(this.balance, event);
  }
  private check(cents: number): void {
    if (!Number.isInteger(cents) || cents <= 0) throw new TypeError(`${cents} is no amount`);
    if (this.balance < cents) throw new InsufficientFunds(cents - this.balance);
  }
  override async handleCall(request: AccountProtocol["calls"]) {
    const { id: account } = this;
    switch (request.type) {
      case "balance":
        return reply(request, this.balance);
      case "deposit":
        await this.record({ kind: "deposited", account, cents: request.cents, at: this.now() });
        return reply(request, { ok: true, balance: this.balance });
      case "withdraw":
        try {
          this.check(request.cents);
        } catch (error) {
          if (error instanceof InsufficientFunds) return reply(request, { ok: false, why: error.message });
          throw error;
        }
        await this.record({ kind: "withdrawn", account, cents: request.cents, at: this.now() });
        return reply(request, { ok: true, balance: this.balance });
    }
  }
}

const ACCOUNT_SUP = processName<AccountSup>("account_sup");
class AccountSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Account> {
    return { intensity: 3, period: 10, child: { start: [Account], restart: "permanent" } };
  }
}

interface TellerProtocol extends Protocol {
  calls: Call<{ type: "transfer"; from: string; to: string; cents: number }, boolean>;
}
const TELLER = processName<Teller>("teller");

class Teller extends GenServer<TellerProtocol> {
  private readonly ledger: string[] = [];

  private async ensure(id: string): Promise<void> {
    if (Registry.whereis(this, ACCOUNTS, ["account", id]) === undefined)
      await this.startChild(ACCOUNT_SUP, [id]);
  }
  override async handleCall(request: TellerProtocol["calls"]) {
    const { from, to, cents } = request;
    await Promise.all([from, to].map((id) => this.ensure(id)));
    const taken = await this.call(via(ACCOUNTS, ["account", from]), { type: "withdraw", cents });
    if (!taken.ok) {
      this.ledger.push(`refused: ${taken.why}`);
      return reply(request, false);
    }
    try {
      await this.call(via(ACCOUNTS, ["account", to]), { type: "deposit", cents });
      return reply(request, true);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      await this.call(via(ACCOUNTS, ["account", from]), { type: "deposit", cents });
      return reply(request, false);
    }
  }
}

interface PayrollProtocol extends Protocol {
  infos: { type: "payday"; month: number };
}
class Payroll extends GenServer<PayrollProtocol> {
  override init() {
    this.sendAfter(500, this.self, { type: "payday", month: 1 });
  }
  override async handleInfo(message: Info<PayrollProtocol["infos"]>) {
    if (message.type !== "payday") return;
    const { month } = message;
    for (const to of ["ann", "bob"])
      await this.call(TELLER, { type: "transfer", from: "house", to, cents: 100_00 * month });
    if (month < 12) this.sendAfter(1_000, this.self, { type: "payday", month: month + 1 });
  }
}

class AccountsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 10,
      children: [
        { id: "registry", start: [Registry, { keys: "unique" }], name: ACCOUNTS },
        { id: "accounts", start: [AccountSup], name: ACCOUNT_SUP },
      ],
    };
  }
}

class BankSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "accounts", start: [AccountsSup] },
        { id: "teller", start: [Teller], name: TELLER },
        { id: "payroll", start: [Payroll], restart: "transient" },
      ],
    };
  }
}

export const bank = defineApplication({ name: "bank", applications: [storage], start: [BankSup] });
