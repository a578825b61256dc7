/** Booking a trip as a saga: each step may fail, and then what was done is undone in reverse. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type Pid,
  type ProcessName,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

class SoldOut extends Error {
  override readonly name = "SoldOut";
  readonly left: number;
  constructor(what: string, left: number) {
    super(`${what} is sold out (${left} left)`);
    this.left = left;
  }
}

interface InventoryProtocol extends Protocol {
  calls:
    | Call<{ type: "reserve"; trip: string; units: number }, { ticket: string }>
    | Call<{ type: "release"; ticket: string }, boolean>
    | Call<{ type: "left" }, number>;
}

abstract class Inventory<Item extends { units: number }> extends GenServer<InventoryProtocol> {
  protected readonly held = new Map<string, Item>();
  protected capacity = 0;
  private serial = 0;

  protected abstract readonly prefix: string;
  protected abstract make(trip: string, units: number): Item;

  override init(capacity: number) {
    this.capacity = capacity;
  }

  protected get left(): number {
    let used = 0;
    for (const { units } of this.held.values()) used += units;
    return this.capacity - used;
  }

  override handleCall(request: InventoryProtocol["calls"]) {
    switch (request.type) {
      case "left":
        return reply(request, this.left);
      case "release":
        return reply(request, this.held.delete(request.ticket));
      case "reserve": {
        if (request.units > this.left) throw new SoldOut(this.prefix, this.left);
        const ticket = `${this.prefix}-${String(++this.serial).padStart(3, "0")}`;
        this.held.set(ticket, this.make(request.trip, request.units));
        return reply(request, { ticket });
      }
    }
  }
}

class Flights extends Inventory<{ units: number; seat: string }> {
  protected readonly prefix = "FL";
  protected make(_trip: string, units: number) {
    const row = 1 + this.held.size;
    return { units, seat: `${row}${"ABCDEF".charAt(row % 6)}` };
  }
}
class Hotels extends Inventory<{ units: number; nights: number }> {
  protected readonly prefix = "HO";
  protected make(trip: string, units: number) {
    return { units, nights: trip.length % 5 || 1 };
  }
}
class Cars extends Inventory<{ units: number }> {
  protected readonly prefix = "CA";
  override init(capacity: number) {
    super.init(capacity);
    this.trapExit(true);
  }
  protected make(_: string, units: number) {
    return { units };
  }
  override handleInfo(message: Info) {
    if (message.type === "EXIT") return stop({ shutdown: "fleet recalled" });
  }
}

const FLIGHTS = processName<Flights>("flights");
const HOTELS = processName<Hotels>("hotels");
const CARS = processName<Cars>("cars");
const LEDGER = processName<Ledger>("saga-ledger");
const SAGAS = processName<SagaSup>("sagas");
const DESK = processName<Desk>("desk");

interface Step {
  readonly name: string;
  readonly run: (saga: Saga) => Promise<string>;
  readonly undo: (saga: Saga, ticket: string) => Promise<unknown>;
}

const step = <T extends Inventory<{ units: number }>>(
  name: string,
  at: ProcessName<T>,
  units: number,
): Step => ({
  name,
  run: async (saga) => (await saga.reserve(at as unknown as ProcessName<Flights>, units)).ticket,
  undo: (saga, ticket) => saga.call(at as unknown as ProcessName<Flights>, { type: "release", ticket }),
});

const STEPS: readonly Step[] = [step("flight", FLIGHTS, 2), step("hotel", HOTELS, 1), step("car", CARS, 1)];

interface LedgerProtocol extends Protocol {
  calls: Call<{ type: "history" }, string[]>;
  casts: { type: "log"; trip: string; event: "begun" | "done" | "undone"; detail?: string };
}
class Ledger extends GenServer<LedgerProtocol> {
  private lines: string[] = [];
  override handleCall(request: LedgerProtocol["calls"]) {
    return reply(request, this.lines.slice(-20));
  }
  override handleCast({ trip, event, detail = "-" }: LedgerProtocol["casts"]) {
    this.lines.push([new Date(0).getUTCFullYear(), trip.toUpperCase(), event, detail].join("|"));
  }
}

class Saga extends GenServer<{ infos: { type: "go" }; casts: "abort" }> {
  private trip = "";
  private readonly done: Array<[Step, string]> = [];

  override init(trip: string, budget: number) {
    this.trip = trip;
    if (budget < 100) return stop({ shutdown: "too poor" });
    this.send(this.self, { type: "go" });
  }

  reserve(at: ProcessName<Flights>, units: number) {
    return this.call(at, { type: "reserve", trip: this.trip, units }, 1_000);
  }

  override async handleInfo(message: Info<{ type: "go" }>) {
    if (message.type !== "go") return;
    this.cast(LEDGER, { type: "log", trip: this.trip, event: "begun" });
    for (const each of STEPS) {
      let attempts = 0;
      for (;;) {
        try {
          const ticket = await each.run(this);
          this.done.unshift([each, ticket]);
          break;
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          if (++attempts < 2 && error.reason === "noproc") {
            await this.sleep(50 * attempts);
            continue;
          }
          await this.compensate();
          return stop(attempts > 1 ? "saga_failed" : { shutdown: each.name });
        }
      }
    }
    this.cast(LEDGER, {
      type: "log",
      trip: this.trip,
      event: "done",
      detail: this.done.map(([, t]) => t).join("+"),
    });
  }

  private async compensate() {
    for (const [each, ticket] of this.done.splice(0)) {
      await each.undo(this, ticket).catch(() => undefined);
      this.cast(LEDGER, { type: "log", trip: this.trip, event: "undone", detail: each.name });
    }
  }

  override handleCast(_message: "abort") {
    return stop("aborted");
  }
}

class SagaSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Saga> {
    return { intensity: 3, period: 10, maxChildren: 5, child: { start: [Saga], restart: "transient" } };
  }
}

interface DeskProtocol extends Protocol {
  calls: Call<{ type: "book"; trip: string; budget: number }, "started" | "refused">;
}
class Desk extends GenServer<DeskProtocol> {
  private readonly running = new Map<Pid<Saga>, string>();
  override async init(trips: ReadonlyArray<readonly [string, number]>) {
    for (const [trip, budget] of trips) await this.begin(trip, budget);
  }
  override async handleCall(request: DeskProtocol["calls"]) {
    return reply(request, await this.begin(request.trip, request.budget));
  }
  override async handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    const trip = this.running.get(message.pid as Pid<Saga>);
    this.running.delete(message.pid as Pid<Saga>);
    if (trip?.startsWith("vip")) await this.begin(trip.replace("vip", "retry"), 500);
  }
  private async begin(trip: string, budget: number): Promise<"started" | "refused"> {
    const result = await this.startChildResult(SAGAS, [trip, budget]);
    if (result.error !== undefined || result.ok === undefined) return "refused";
    this.monitor(result.ok);
    this.running.set(result.ok as Pid<Saga>, trip);
    return "started";
  }
}

class SuppliersSup extends Supervisor {
  override init(): SupervisorSpec<typeof Flights | typeof Hotels | typeof Cars> {
    return {
      strategy: "one_for_one",
      intensity: 2,
      children: [
        { id: "flights", start: [Flights, 5], name: FLIGHTS },
        { id: "hotels", start: [Hotels, 3], name: HOTELS },
        { id: "cars", start: [Cars, 2], name: CARS, shutdown: 300 },
      ],
    };
  }
}

export class Agency extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "ledger", start: [Ledger], name: LEDGER },
        { id: "suppliers", start: [SuppliersSup] },
        { id: "sagas", start: [SagaSup], name: SAGAS },
        {
          id: "desk",
          start: [
            Desk,
            [
              ["vip-oslo", 900],
              ["rome", 300],
              ["nowhere", 20],
              ["lima", 400],
            ],
          ],
          name: DESK,
        },
      ],
    };
  }
}
