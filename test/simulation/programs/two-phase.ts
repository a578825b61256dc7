/** Two-phase commit over account shards: a coordinator with linked participants, a write-ahead log, recovery after crashes. */
import {
  type Call,
  CallError,
  continueWith,
  type ExitReason,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

type Money = bigint;
type Vote = "yes" | "no";
interface Transfer {
  readonly id: number;
  readonly legs: Readonly<Record<string, Money>>;
}

interface ShardProtocol extends Protocol {
  calls:
    | Call<{ type: "prepare"; tx: number; delta: Money }, Vote>
    | Call<{ type: "commit" | "abort"; tx: number }, Money>;
}

interface LogProtocol extends Protocol {
  calls: Call<{ type: "append"; line: string }, number> | Call<{ type: "replay" }, readonly string[]>;
}

const WAL = processName<WriteAheadLog>("wal");
const shardName = (n: number) => processName<Shard>(`shard:${n}`);
const SHARDS = 3;
const hash = (key: string) => [...key].reduce((h, c) => ((h << 5) - h + c.charCodeAt(0)) | 0, 7) >>> 0;
const owner = (account: string) => shardName(hash(account) % SHARDS);

class WriteAheadLog extends GenServer<LogProtocol> {
  private lines: string[] = [];
  override handleCall(request: LogProtocol["calls"]) {
    if (request.type === "replay") return reply(request, [...this.lines]);
    return reply(request, this.lines.push(request.line));
  }
}

class Shard extends GenServer<ShardProtocol> {
  private balance: Money = 100n;
  private readonly pending = new Map<number, Money>();
  private index = -1;

  override init(index: number) {
    this.index = index;
    this.trapExit(true);
    return continueWith({ recover: true });
  }

  override async handleContinue(term: unknown) {
    if (typeof term !== "object" || term === null || !("recover" in term)) return stop("bad_continue");
    const lines = await this.call(WAL, { type: "replay" });
    this.balance = lines
      .map((line) => /^(\d+):(-?\d+)$/.exec(line))
      .filter((m): m is RegExpExecArray => m !== null && Number(m[1]) === this.index)
      .reduce((sum, m) => sum + BigInt(m[2] ?? "0"), this.balance);
  }

  override async handleCall(request: ShardProtocol["calls"]) {
    if (request.type === "prepare") {
      const after = this.balance + request.delta;
      if (after < 0n) return reply(request, "no");
      this.pending.set(request.tx, request.delta);
      return reply(request, "yes");
    }
    const delta = this.pending.get(request.tx) ?? 0n;
    this.pending.delete(request.tx);
    if (request.type === "commit") {
      await this.call(WAL, { type: "append", line: `${this.index}:${delta}` });
      this.balance += delta;
    }
    return reply(request, this.balance);
  }

  override handleInfo(message: Info) {
    if (message.type === "EXIT" && message.reason !== "normal") this.pending.clear();
  }

  override terminate(reason: ExitReason) {
    if (reason === "shutdown") this.pending.clear();
  }
}

class Coordinator extends GenServer<{
  calls: Call<{ type: "transfer"; tx: Transfer }, boolean>;
  casts: never;
  infos: { type: "audit" };
}> {
  private readonly done: Array<[id: number, ok: boolean]> = [];

  override init(initial: readonly Transfer[]) {
    for (let n = 0; n < SHARDS; n++) {
      const pid = this.whereis(shardName(n));
      if (pid === undefined) return stop({ missing: n });
      this.link(pid);
    }
    return continueWith(initial);
  }

  override async handleContinue(transfers: unknown) {
    for (const tx of transfers as readonly Transfer[]) this.done.push([tx.id, await this.#run(tx)]);
    const failed = this.done.filter(([, ok]) => !ok).length;
    if (failed > 1) throw new RangeError(`${failed} of ${this.done.length} failed`);
  }

  async #run({ id, legs }: Transfer): Promise<boolean> {
    const parties = Object.entries(legs).map(([account, delta]) => ({ shard: owner(account), delta }));
    let votes: Vote[] = [];
    try {
      for (const { shard, delta } of parties)
        votes.push(await this.call(shard, { type: "prepare", tx: id, delta }, 1_000));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      votes = ["no"];
    } finally {
      const type = votes.every((v) => v === "yes") ? "commit" : "abort";
      for (const { shard } of parties) await this.call(shard, { type, tx: id });
    }
    return !votes.includes("no");
  }

  override async handleCall(request: Call<{ type: "transfer"; tx: Transfer }, boolean>) {
    return reply(request, await this.#run(request.tx));
  }
}

class ShardsSup extends Supervisor {
  override init(count: number): SupervisorSpec<typeof Shard> {
    return {
      strategy: "one_for_all",
      intensity: 1,
      period: 60,
      children: Array.from({ length: count }, (_, n) => ({
        id: `shard-${n}`,
        start: [Shard, n],
        name: shardName(n),
        shutdown: 1000,
      })),
    };
  }
}

class Teller extends GenServer {
  #coordinator: Pid<Coordinator> | undefined;
  override async init(name: string, amount: number) {
    const pid = this.whereis(COORDINATOR);
    if (!pid) throw new Error("closed");
    this.#coordinator = pid;
    this.monitor(pid);
    const ok = await this.call(pid, {
      type: "transfer",
      tx: { id: 100 + amount, legs: { [name]: BigInt(-amount), vault: BigInt(amount) } },
    });
    if (!ok) return stop({ shutdown: "overdrawn" });
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN" && message.pid === this.#coordinator) return stop("coordinator_lost");
  }
}

const COORDINATOR = processName<Coordinator>("coordinator");

class TellersSup extends Supervisor {
  override init(): SupervisorSpec<typeof Teller> {
    return {
      intensity: 4,
      period: 5,
      autoShutdown: "any_significant",
      children: [
        { id: "window-1", start: [Teller, "ada", 10], restart: "transient", significant: true },
        { id: "window-2", start: [Teller, "bob", 20], restart: "permanent" },
      ],
    };
  }
}

export class BankSup extends Supervisor {
  override init(): SupervisorSpec {
    const tx: Transfer[] = [
      { id: 1, legs: { ada: -30n, bob: 30n } },
      { id: 2, legs: { cyd: -5000n, dan: 5000n } },
    ];
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "wal", start: [WriteAheadLog], name: WAL },
        { id: "shards", start: [ShardsSup, SHARDS] },
        { id: "coordinator", start: [Coordinator, tx], name: COORDINATOR },
        { id: "tellers", start: [TellersSup], restart: "transient" },
      ],
    };
  }
}
