/** A bank on event sourcing: aggregates replay their events, projections subscribe to the store, a process manager makes transfers. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  type ExitReason,
  GenServer,
  type HandlerResult,
  type Info,
  type MonitorRef,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  via,
} from "suptree";

type Money = number & { readonly __brand: "cents" };
const cents = (euros: number): Money => Math.round(euros * 100) as Money;
const show = (amount: Money): string => `${amount < 0 ? "-" : ""}€${(Math.abs(amount) / 100).toFixed(2)}`;

type AccountEvent =
  | { kind: "opened"; owner: string }
  | { kind: "deposited"; amount: Money }
  | { kind: "withdrawn"; amount: Money }
  | { kind: "frozen"; why?: string };

interface Stored<E = AccountEvent> {
  readonly stream: string;
  readonly version: number;
  readonly at: number;
  readonly event: E;
}

/** Folds events into a state. */
type Reducer<S, E extends { kind: string }> = {
  [K in E["kind"]]: (state: S, event: Extract<E, { kind: K }>) => S;
};

interface AccountState {
  owner: string | null;
  balance: Money;
  frozen: boolean;
}

const account: Reducer<AccountState, AccountEvent> = {
  opened: (state, { owner }) => ({ ...state, owner }),
  deposited: (state, { amount }) => ({ ...state, balance: (state.balance + amount) as Money }),
  withdrawn: (state, { amount }) => ({ ...state, balance: (state.balance - amount) as Money }),
  frozen: (state) => ({ ...state, frozen: true }),
};

function fold<S, E extends { kind: string }>(reducer: Reducer<S, E>, initial: S, events: Iterable<E>): S {
  let state = initial;
  for (const event of events) {
    const apply = reducer[event.kind as E["kind"]] as (state: S, event: E) => S;
    state = apply(state, event);
  }
  return state;
}

interface StoreProtocol extends Protocol {
  calls:
    | Call<{ type: "append"; stream: string; expected: number; events: readonly AccountEvent[] }, number>
    | Call<{ type: "read"; stream: string }, Stored[]>
    | Call<{ type: "subscribe"; from: number }, number>;
}

const STORE = processName<EventStore>("event-store");
const ACCOUNTS = processName<AccountSup>("accounts");
const DIRECTORY = processName<Registry<string, unknown, Account>>("directory");
const MANAGER = processName<TransferManager>("transfers");

class Conflict extends Error {
  readonly actual: number;
  constructor(stream: string, expected: number, actual: number) {
    super(`${stream}: expected version ${expected}, is ${actual}`);
    this.name = new.target.name;
    this.actual = actual;
  }
}

class EventStore extends GenServer<StoreProtocol> {
  static readonly SNAPSHOT = 100;
  readonly #log: Stored[] = [];
  readonly #subscribers = new Map<MonitorRef, Pid<Projection<unknown>>>();

  override handleCall(request: StoreProtocol["calls"], from: { pid: Pid | null }) {
    switch (request.type) {
      case "read":
        return reply(
          request,
          this.#log.filter(({ stream }) => stream === request.stream),
        );
      case "append": {
        const actual = this.#log.reduce((n, { stream }) => (stream === request.stream ? n + 1 : n), 0);
        if (actual !== request.expected) throw new Conflict(request.stream, request.expected, actual);
        let version = actual;
        for (const event of request.events) {
          const stored: Stored = { stream: request.stream, version: ++version, at: this.now(), event };
          this.#log.push(stored);
          for (const pid of this.#subscribers.values()) this.cast(pid, stored);
        }
        return reply(request, version);
      }
      case "subscribe": {
        const pid = from.pid as Pid<Projection<unknown>> | null;
        if (pid === null) throw new TypeError("only processes subscribe");
        this.#subscribers.set(this.monitor(pid), pid);
        for (const stored of this.#log.slice(request.from)) this.cast(pid, stored);
        return reply(request, this.#log.length);
      }
    }
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.#subscribers.delete(message.ref);
  }
}

interface AccountProtocol extends Protocol {
  calls:
    | Call<{ type: "deposit"; amount: Money }, Money>
    | Call<{ type: "withdraw"; amount: Money }, { ok: Money } | { error: "insufficient" | "frozen" }>
    | Call<{ type: "statement" }, string>;
}
class Account extends GenServer<AccountProtocol> {
  private stream = "";
  private version = 0;
  private state: AccountState = { owner: null, balance: cents(0), frozen: false };

  override async init(owner: string, opening = 0) {
    this.stream = `account-${owner}`;
    const taken = Registry.register(this, DIRECTORY, owner, undefined);
    if (taken.error) return stop({ shutdown: "duplicate" });
    const stored = await this.call(STORE, { type: "read", stream: this.stream });
    this.state = fold(
      account,
      this.state,
      stored.map(({ event }) => event),
    );
    this.version = stored.length;
    if (this.state.owner === null) {
      await this.commit(
        { kind: "opened", owner },
        ...(opening > 0 ? [{ kind: "deposited", amount: cents(opening) } as const] : []),
      );
    }
  }
  private async commit(...events: AccountEvent[]) {
    this.version = await this.call(STORE, {
      type: "append",
      stream: this.stream,
      expected: this.version,
      events,
    });
    this.state = fold(account, this.state, events);
  }
  override async handleCall(request: AccountProtocol["calls"]) {
    switch (request.type) {
      case "deposit":
        await this.commit({ kind: "deposited", amount: request.amount });
        return reply(request, this.state.balance);
      case "withdraw":
        if (this.state.frozen) return reply(request, { error: "frozen" });
        if (request.amount > this.state.balance) return reply(request, { error: "insufficient" });
        await this.commit({ kind: "withdrawn", amount: request.amount });
        return reply(request, { ok: this.state.balance });
      case "statement":
        return reply(request, `${this.state.owner ?? "nobody"}: ${show(this.state.balance)}`);
    }
  }
}
class AccountSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Account> {
    return {
      intensity: 2,
      period: 10,
      child: { start: [Account], restart: "transient", shutdown: "brutal_kill" },
    };
  }
}

interface ProjectionProtocol<V> extends Protocol {
  calls: Call<{ type: "view" }, V>;
  casts: Stored;
}
abstract class Projection<V> extends GenServer<ProjectionProtocol<V>> {
  protected seen = 0;
  /** Whether it is to begin again. */
  protected abstract apply(stored: Stored): boolean;
  protected abstract view(): V;

  override async init() {
    await this.call(STORE, { type: "subscribe", from: this.seen });
    const store = this.whereis(STORE);
    if (store !== undefined) this.monitor(store);
  }
  override handleCall(request: Call<{ type: "view" }, V>) {
    return reply(request, this.view() as never);
  }
  override handleCast(stored: Stored): HandlerResult {
    this.seen++;
    if (this.apply(stored)) return stop("rebuild");
  }
  override handleInfo(message: Info): HandlerResult {
    if (message.type === "DOWN") return stop({ shutdown: "store gone" });
  }
}
class Balances extends Projection<Array<[string, string]>> {
  private readonly totals: Record<string, Money> = {};
  protected override apply({ stream, event }: Stored) {
    switch (event.kind) {
      case "deposited":
        this.totals[stream] = ((this.totals[stream] ?? 0) + event.amount) as Money;
        break;
      case "withdrawn":
        this.totals[stream] = ((this.totals[stream] ?? 0) - event.amount) as Money;
        break;
      default:
        this.totals[stream] ??= cents(0);
    }
    return false;
  }
  protected override view() {
    return Object.entries(this.totals)
      .sort(([, a], [, b]) => b - a)
      .map(([stream, total]): [string, string] => [stream.slice("account-".length), show(total)]);
  }
}
class FraudWatch extends Projection<string[]> {
  private readonly recent: Stored[] = [];
  private suspects = new Set<string>();
  protected override apply(stored: Stored) {
    this.recent.push(stored);
    while (this.recent.length > 10) this.recent.shift();
    if (stored.event.kind === "withdrawn" && stored.event.amount > cents(500))
      this.suspects.add(stored.stream);
    return this.suspects.size > 3;
  }
  protected override view() {
    return Array.from(this.suspects).toSorted();
  }
}

interface TransferProtocol extends Protocol {
  calls: Call<{ type: "transfer"; from: string; to: string; euros: number }, string>;
  infos: { type: "salaries" };
}
class TransferManager extends GenServer<TransferProtocol> {
  private outcomes: string[] = [];
  override async init(people: ReadonlyMap<string, number>) {
    for (const [owner, opening] of people) {
      const started = await this.startChildResult(ACCOUNTS, [owner, opening]);
      if (started.error && !("reason" in (started.error as object))) throw new Error(`cannot open ${owner}`);
    }
    this.sendAfter(250, this.self, { type: "salaries" });
  }
  override async handleCall(request: TransferProtocol["calls"]) {
    return reply(request, await this.transfer(request.from, request.to, cents(request.euros)));
  }
  override async handleInfo(message: Info<TransferProtocol["infos"]>) {
    if (message.type !== "salaries") return;
    for (const [from, to, euros] of [
      ["acme", "ada", 2100.5],
      ["acme", "bob", 99_000],
      ["ada", "bob", 12.34],
    ] as const)
      this.outcomes.push(await this.transfer(from, to, cents(euros)));
  }
  private async transfer(from: string, to: string, amount: Money): Promise<string> {
    try {
      const taken = await this.call(via(DIRECTORY, from), { type: "withdraw", amount });
      if ("error" in taken) return taken.error;
      try {
        await this.call(via(DIRECTORY, to), { type: "deposit", amount });
        return "ok";
      } catch (error) {
        await this.call(via(DIRECTORY, from), { type: "deposit", amount });
        throw error;
      }
    } catch (error) {
      if (error instanceof CallError && error.reason === "noproc") return "no such account";
      throw error;
    } finally {
      this.outcomes.length = Math.min(this.outcomes.length, 50);
    }
  }
  override terminate(_reason: ExitReason) {
    this.outcomes = [];
  }
}

class ReadSide extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      children: [
        { id: "balances", start: [Balances] },
        { id: "fraud", start: [FraudWatch], restart: "transient" },
      ],
    };
  }
}
class StoreSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "store", start: [EventStore], name: STORE },
        { id: "directory", start: [Registry, { keys: "unique" }], name: DIRECTORY },
      ],
    };
  }
}
class BankSup extends Supervisor {
  override init(): SupervisorSpec {
    const people = new Map(Object.entries({ acme: 10_000, ada: 50, bob: 0, eve: 0.99 }));
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 20,
      children: [
        { id: "accounts", start: [AccountSup], name: ACCOUNTS },
        { id: "read-side", start: [ReadSide] },
        { id: "transfers", start: [TransferManager, people], name: MANAGER },
      ],
    };
  }
}
const storage = defineApplication({ name: "event-storage", start: [StoreSup] });
export const bank = defineApplication({ name: "bank", applications: [storage], start: [BankSup] });
