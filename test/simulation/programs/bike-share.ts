/** Rented bicycles: docks lock and unlock, rides are processes with a meter, a pricing table is reloaded, trucks rebalance. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

type Cents = number;
interface Tariff {
  readonly unlock: Cents;
  readonly perMinute: Cents;
  readonly free?: number;
}
const TARIFFS = `
basic  : unlock=100, minute=15
member : unlock=0, minute=5, free=2
`;

function parseTariffs(text: string): ReadonlyMap<string, Tariff> {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [name = "", rest = ""] = line.split(":").map((part) => part.trim());
      const pairs = Object.fromEntries(rest.split(",").map((pair) => pair.trim().split("=")));
      const { unlock = "0", minute = "0", free } = pairs as Record<string, string | undefined>;
      return [
        name,
        {
          unlock: Number(unlock),
          perMinute: Number(minute),
          ...(free === undefined ? {} : { free: Number(free) }),
        },
      ];
    }),
  );
}

interface PricingProtocol extends Protocol {
  calls: Call<{ type: "price"; tariff: string; minutes: number }, Cents>;
}
const PRICING = processName<Pricing>("pricing");

class Pricing extends GenServer<PricingProtocol> {
  #tariffs: ReadonlyMap<string, Tariff> = new Map();
  override init(text: string) {
    this.#tariffs = parseTariffs(text);
    if (this.#tariffs.size === 0) return stop("no_tariffs");
    return undefined;
  }
  override handleCall(request: PricingProtocol["calls"]) {
    const tariff = this.#tariffs.get(request.tariff);
    if (!tariff) throw new Error(`unknown tariff ${request.tariff}`);
    const billed = Math.max(0, Math.ceil(request.minutes) - (tariff.free ?? 0));
    return reply(request, tariff.unlock + billed * tariff.perMinute);
  }
}

class PricingSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 10,
      children: [{ id: "pricing", start: [Pricing, TARIFFS], name: PRICING }],
    };
  }
}
export const pricing = defineApplication({ name: "pricing", start: [PricingSup] });

interface DockProtocol extends Protocol {
  calls:
    | Call<{ type: "take" }, number | null>
    | Call<{ type: "park"; bike: number }, boolean>
    | Call<{ type: "count" }, number>;
}
const dockName = (street: string) => processName<Dock>(`dock-${street}`);

class Dock extends GenServer<DockProtocol> {
  private static bikes = 0;
  private slots: (number | null)[] = [];

  override init(options: { slots: number; filled: number }) {
    this.slots = Array.from({ length: options.slots }, (_, n) => (n < options.filled ? ++Dock.bikes : null));
  }
  override handleCall(request: DockProtocol["calls"]) {
    switch (request.type) {
      case "count":
        return reply(request, this.slots.filter((slot) => slot !== null).length);
      case "take": {
        const at = this.slots.findLastIndex((slot) => slot !== null);
        if (at < 0) return reply(request, null);
        const [bike = null] = this.slots.splice(at, 1, null);
        return reply(request, bike);
      }
      case "park": {
        const at = this.slots.indexOf(null);
        if (at >= 0) this.slots[at] = request.bike;
        return reply(request, at >= 0);
      }
    }
  }
}

interface RideProtocol extends Protocol {
  infos: { type: "minute" };
  calls: Call<{ type: "meter" }, number>;
}
type Trip = { bike: number; to: string; minutes: number; tariff: string };

class Ride extends GenServer<RideProtocol> {
  private trip!: Trip;
  private ridden = 0;
  private retries = 0;

  override init(trip: Trip) {
    this.trip = trip;
    this.sendAfter(200, this.self, { type: "minute" });
  }
  override handleCall(request: RideProtocol["calls"]) {
    return reply(request, this.ridden);
  }
  override async handleInfo(message: Info<RideProtocol["infos"]>) {
    if (message.type !== "minute") return undefined;
    if (++this.ridden < this.trip.minutes) {
      this.sendAfter(200, this.self, { type: "minute" });
      return undefined;
    }
    const parked = await this.call(dockName(this.trip.to), { type: "park", bike: this.trip.bike });
    if (!parked) {
      if (++this.retries > 2) return stop("no_dock");
      this.sendAfter(200 * this.retries, this.self, { type: "minute" });
      return undefined;
    }
    const price = await this.call(PRICING, { type: "price", tariff: this.trip.tariff, minutes: this.ridden });
    this.cast(LEDGER, { type: "charge", cents: price, tariff: this.trip.tariff });
    return stop();
  }
}

const RIDES = processName<RideSup>("rides");
class RideSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Ride> {
    return {
      intensity: 2,
      period: 5,
      child: { id: "ride", start: [Ride], restart: "transient", shutdown: 500 },
    };
  }
}

interface LedgerProtocol extends Protocol {
  casts: { type: "charge"; cents: Cents; tariff: string };
  calls: Call<{ type: "total" }, Cents>;
}
const LEDGER = processName<Ledger>("ledger");
class Ledger extends GenServer<LedgerProtocol> {
  private readonly byTariff = new Map<string, Cents[]>();
  override handleCast({ cents, tariff }: LedgerProtocol["casts"]) {
    const list = this.byTariff.get(tariff);
    if (list) list.push(cents);
    else this.byTariff.set(tariff, [cents]);
  }
  override handleCall(request: LedgerProtocol["calls"]) {
    return reply(
      request,
      [...this.byTariff.values()].flat().reduce((a, b) => a + b, 0),
    );
  }
}

interface RiderProtocol extends Protocol {
  infos: { type: "walk_to"; street: string };
}
class Rider extends GenServer<RiderProtocol> {
  private plan: readonly (readonly [string, string])[] = [];
  private leg = 0;
  private tariff = "basic";
  private readonly waiting = new Map<MonitorRef, string>();
  private frustration = 0;

  override init(tariff: string, plan: readonly (readonly [string, string])[]) {
    this.plan = plan;
    this.tariff = tariff;
    this.sendAfter(100, this.self, { type: "walk_to", street: plan[0]?.[0] ?? "nowhere" });
  }
  override async handleInfo(message: Info<RiderProtocol["infos"]>) {
    if (message.type === "DOWN") {
      const street = this.waiting.get(message.ref);
      this.waiting.delete(message.ref);
      if (message.reason !== "normal") this.frustration++;
      if (street !== undefined) this.sendAfter(400, this.self, { type: "walk_to", street });
    } else if (message.type === "walk_to") {
      const leg = this.plan[this.leg++ % this.plan.length];
      if (!leg) return;
      const [from, to] = leg;
      const bike = await this.call(dockName(from), { type: "take" });
      if (bike === null) {
        this.frustration += 1;
        this.sendAfter(700, this.self, { type: "walk_to", street: from });
        return;
      }
      const pid = await this.startChild(RIDES, [
        { bike, to, minutes: 2 + (this.leg % 3), tariff: this.tariff },
      ]);
      this.waiting.set(this.monitor(pid), to);
    }
  }
}

interface TruckProtocol extends Protocol {
  infos: { type: "round" };
}
class Truck extends GenServer<TruckProtocol> {
  private load: number[] = [];
  override init(private_: { every: number; streets: readonly string[] }) {
    this.every = private_.every;
    this.streets = private_.streets;
    this.sendAfter(this.every, this.self, { type: "round" });
  }
  private every = 0;
  private streets: readonly string[] = [];

  override async handleInfo(message: Info<TruckProtocol["infos"]>) {
    if (message.type !== "round") return;
    const counts: [string, number][] = [];
    for (const street of this.streets) {
      try {
        counts.push([street, await this.call(dockName(street), { type: "count" }, 300)]);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
      }
    }
    counts.sort(([, a], [, b]) => b - a);
    const [fullest] = counts;
    const emptiest = counts.at(-1);
    if (fullest && emptiest && fullest[1] - emptiest[1] > 1) {
      const bike = await this.call(dockName(fullest[0]), { type: "take" });
      if (bike !== null) this.load.push(bike);
      for (const each of this.load.splice(0))
        await this.call(dockName(emptiest[0]), { type: "park", bike: each });
    }
    this.sendAfter(this.every, this.self, { type: "round" });
  }
}

const DOCKS: Readonly<Record<string, { slots: number; filled: number }>> = {
  elm: { slots: 4, filled: 3 },
  oak: { slots: 3, filled: 1 },
  ash: { slots: 2, filled: 0 },
};

class DocksSup extends Supervisor {
  override init(): SupervisorSpec {
    const children = [];
    for (const street in DOCKS)
      children.push({ id: street, start: [Dock, DOCKS[street]] as const, name: dockName(street) });
    return { strategy: "one_for_one", intensity: 3, period: 10, children };
  }
}

class BikesSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "ledger", start: [Ledger], name: LEDGER },
        { id: "docks", start: [DocksSup] },
        { id: "rides", start: [RideSup], name: RIDES },
        {
          id: "rider_amy",
          start: [
            Rider,
            "member",
            [
              ["elm", "ash"],
              ["ash", "oak"],
            ],
          ],
        },
        { id: "rider_ben", start: [Rider, "basic", [["oak", "elm"]]], restart: "transient" },
        { id: "truck", start: [Truck, { every: 1_500, streets: Object.keys(DOCKS) }] },
      ],
    };
  }
}
export const bikes = defineApplication({ name: "bikes", applications: [pricing], start: [BikesSup] });
