/** Ferries between islands: schedules as text, berths under keys, ships as children of their line, tickets with limits. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
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

interface Trip {
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly ms: number;
}

const TIMETABLE = `
# line  from   to    takes
red     mora   vell  900ms
red     vell   mora  700ms
blue    mora   sant  1.2s
blue    sant   vell  800ms
`;

export function timetable(text: string): Map<string, Trip[]> {
  const lines = new Map<string, Trip[]>();
  for (const raw of text.split("\n")) {
    const row = raw.replace(/#.*/, "").trim();
    if (!row) continue;
    const [line, from, to, takes] = row.split(/\s+/) as [string, string, string, string];
    const [, amount, unit] = /^([\d.]+)(ms|s)$/.exec(takes) ?? [];
    if (amount === undefined) throw new SyntaxError(`bad duration ${takes}`);
    const trip: Trip = { line, from, to, ms: parseFloat(amount) * (unit === "s" ? 1_000 : 1) };
    const trips = lines.get(line);
    if (trips) trips.push(trip);
    else lines.set(line, [trip]);
  }
  return lines;
}

type BerthKey = { readonly island: string };
const BERTHS = processName<Registry<BerthKey, number, Berth>>("berths");
const berthAt = (island: string) => via(BERTHS, { island });

interface BerthProtocol extends Protocol {
  calls: Call<{ type: "dock"; ship: string }, "docked" | "busy"> | Call<{ type: "queue" }, number>;
  casts: { type: "leave"; ship: string };
}
class Berth extends GenServer<BerthProtocol> {
  private docked = new Set<string>();
  private turnedAway = 0;
  private places = 0;

  override init(options: { places: number }) {
    this.places = options.places;
  }
  override handleCall(request: BerthProtocol["calls"]) {
    if (request.type === "queue") return reply(request, this.turnedAway);
    if (this.docked.size >= this.places && !this.docked.has(request.ship)) {
      this.turnedAway++;
      return reply(request, "busy");
    }
    this.docked.add(request.ship);
    return reply(request, "docked");
  }
  override handleCast({ ship }: BerthProtocol["casts"]) {
    this.docked.delete(ship);
  }
}

interface ShipProtocol extends Protocol {
  infos: { type: "arrive" } | { type: "sail" };
  calls: Call<{ type: "where" }, string>;
}
class Ship extends GenServer<ShipProtocol> {
  private trips: readonly Trip[] = [];
  private at = 0;
  private name = "";
  private waits = 0;

  override init(name: string, trips: readonly Trip[]) {
    if (trips.length === 0) return stop("no_trips");
    this.name = name;
    this.trips = trips;
    this.send(this.self, { type: "sail" });
    return undefined;
  }
  private get trip(): Trip {
    return this.trips[this.at % this.trips.length]!;
  }
  override handleCall(request: ShipProtocol["calls"]) {
    return reply(request, `${this.trip.from}-${this.trip.to}`);
  }
  override async handleInfo(message: Info<ShipProtocol["infos"]>) {
    if (message.type === "sail") {
      this.cast(berthAt(this.trip.from), { type: "leave", ship: this.name });
      this.sendAfter(this.trip.ms, this.self, { type: "arrive" });
    } else if (message.type === "arrive") {
      const docked = await this.call(berthAt(this.trip.to), { type: "dock", ship: this.name }, 800);
      if (docked === "busy") {
        if (++this.waits > 20) throw new Error(`${this.name} waits for ever`);
        this.sendAfter(150, this.self, { type: "arrive" });
        return;
      }
      const boarded = await this.call(TICKETS, { type: "board", line: this.trip.line });
      this.at += 1;
      this.sendAfter(200 + boarded * 10, this.self, { type: "sail" });
    }
  }
}

interface TicketsProtocol extends Protocol {
  calls: Call<{ type: "board"; line: string }, number> | Call<{ type: "buy"; line: string }, boolean>;
}
const TICKETS = processName<Tickets>("tickets");
class Tickets extends GenServer<TicketsProtocol> {
  static readonly #perShip = 12;
  private waiting: Record<string, number> = {};

  override init() {
    this.limitMailbox({ max: 100, casts: "drop" });
  }
  override handleCall(request: TicketsProtocol["calls"]) {
    const waiting = this.waiting[request.line] ?? 0;
    if (request.type === "buy") {
      const sold = waiting < 2 * Tickets.#perShip;
      if (sold) this.waiting[request.line] = waiting + 1;
      return reply(request, sold);
    }
    const boarded = Math.min(waiting, Tickets.#perShip);
    this.waiting[request.line] = waiting - boarded;
    return reply(request, boarded);
  }
}

interface CrowdProtocol extends Protocol {
  infos: { type: "come" };
}
class Crowd extends GenServer<CrowdProtocol> {
  private lines: readonly string[] = [];
  private refused = 0;
  private n = 0;
  override init(lines: readonly string[]) {
    this.lines = lines;
    this.sendInterval(130, this.self, { type: "come" });
  }
  override async handleInfo(message: Info<CrowdProtocol["infos"]>) {
    if (message.type !== "come") return;
    const line = this.lines[(this.n * this.n++) % this.lines.length] ?? "red";
    try {
      if (!(await this.call(TICKETS, { type: "buy", line }))) this.refused += 1;
    } catch (error) {
      if (error instanceof CallError) this.refused += 1;
      else throw error;
    }
  }
}

class LineSup extends DynamicSupervisor {
  override init(line: string): DynamicSupervisorSpec<typeof Ship> {
    return {
      intensity: line.length,
      period: 10,
      child: { id: `${line} ship`, start: [Ship], restart: "permanent" },
    };
  }
}
const lineName = (line: string) => processName<LineSup>(`line/${line}`);

/** Puts so many ships on each line, and more when there is a queue. */
class Fleet extends GenServer<{ infos: { type: "review" }; calls: never; casts: never }> {
  private readonly ships = new Map<string, number>();
  private lines: ReadonlyMap<string, readonly Trip[]> = new Map();

  override async init(lines: ReadonlyMap<string, readonly Trip[]>) {
    this.lines = lines;
    for (const line of lines.keys()) await this.launch(line);
    this.sendAfter(2_500, this.self, { type: "review" });
  }
  private async launch(line: string): Promise<void> {
    const n = (this.ships.get(line) ?? 0) + 1;
    await this.startChild(lineName(line), [`${line}-${n}`, this.lines.get(line) ?? []]);
    this.ships.set(line, n);
  }
  override async handleInfo(message: Info<{ type: "review" }>) {
    if (message.type !== "review") return;
    for (const [line, count] of this.ships) {
      const { active } = await this.countChildren(lineName(line));
      if (active < 2 && count < 3) await this.launch(line);
    }
    this.sendAfter(2_500, this.self, { type: "review" });
  }
}

const LINES = timetable(TIMETABLE);
const ISLANDS = [...new Set([...LINES.values()].flat().flatMap(({ from, to }) => [from, to]))];

class IslandsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "registry", start: [Registry, { keys: "unique" }], name: BERTHS },
        ...ISLANDS.map((island, n) => ({
          id: island,
          start: [Berth, { places: 1 + (n % 2) }] as const,
          name: berthAt(island),
        })),
      ],
    };
  }
}

class LinesSup extends Supervisor {
  override init(lines: readonly string[]): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: lines.map((line) => ({ id: line, start: [LineSup, line], name: lineName(line) })),
    };
  }
}

export class FerrySup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "islands", start: [IslandsSup] },
        { id: "tickets", start: [Tickets], name: TICKETS },
        { id: "lines", start: [LinesSup, [...LINES.keys()]] },
        { id: "fleet", start: [Fleet, LINES] },
        { id: "crowd", start: [Crowd, [...LINES.keys()]] },
      ],
    };
  }
}
