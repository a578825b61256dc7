/** Telemetry of a delivery fleet: lines come in from modems, each vehicle has a process, alerts go to who subscribed. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface Fix {
  vehicle: string;
  speed: number;
  fuel: number;
}

const LINE = /^\$(?<vehicle>[A-Z]{2}\d{2}),(?<speed>\d+(?:\.\d+)?),(?<fuel>\d+)\*(?<sum>[0-9A-F]{2})$/;

function checksum(text: string): string {
  let sum = 0;
  for (let n = 0; n < text.length; n++) sum ^= text.charCodeAt(n);
  return sum.toString(16).toUpperCase().padStart(2, "0");
}

export function parse(line: string): Fix | null {
  const match = LINE.exec(line);
  if (!match?.groups) return null;
  const { vehicle = "", speed = "0", fuel = "0", sum } = match.groups;
  if (checksum(`${vehicle},${speed},${fuel}`) !== sum) return null;
  return { vehicle, speed: Number.parseFloat(speed), fuel: Number.parseInt(fuel, 10) };
}

const encode = ({ vehicle, speed, fuel }: Fix): string => {
  const body = `${vehicle},${speed},${fuel}`;
  return `$${body}*${checksum(body)}`;
};

/** The last few values of something, oldest dropped first. */
class Ring {
  readonly #values: Float64Array;
  #at = 0;
  #filled = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }
  push(value: number): void {
    this.#values[this.#at] = value;
    this.#at = (this.#at + 1) % this.#values.length;
    this.#filled = Math.min(this.#filled + 1, this.#values.length);
  }
  get mean(): number {
    if (this.#filled === 0) return 0;
    let sum = 0;
    for (let n = 0; n < this.#filled; n++) sum += this.#values[n] ?? 0;
    return sum / this.#filled;
  }
}

type Alert = { type: "alert"; vehicle: string; what: "speeding" | "low_fuel" };

interface AlertsProtocol extends Protocol {
  calls: Call<{ type: "subscribe"; pid: Pid<Dispatcher> }, number>;
  casts: { type: "raise"; vehicle: string; what: Alert["what"] };
}
const ALERTS = processName<Alerts>("alerts");

class Alerts extends GenServer<AlertsProtocol> {
  readonly #subscribers = new Map<Pid<Dispatcher>, ReturnType<typeof this.monitor>>();

  override handleCall(request: AlertsProtocol["calls"]) {
    if (!this.#subscribers.has(request.pid)) this.#subscribers.set(request.pid, this.monitor(request.pid));
    return reply(request, this.#subscribers.size);
  }
  override handleCast({ vehicle, what }: AlertsProtocol["casts"]) {
    for (const pid of this.#subscribers.keys()) this.send(pid, { type: "alert", vehicle, what });
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.#subscribers.delete(message.pid as Pid<Dispatcher>);
  }
}

interface VehicleProtocol extends Protocol {
  casts: { type: "fix"; fix: Fix };
  calls: Call<{ type: "summary" }, { mean: number; fixes: number }>;
}

class Vehicle extends GenServer<VehicleProtocol> {
  static readonly LIMIT = 90;
  private id = "";
  private fixes = 0;
  private readonly speeds = new Ring(8);

  override init(id: string) {
    this.id = id;
  }
  override handleCast({ fix }: VehicleProtocol["casts"]) {
    this.fixes += 1;
    this.speeds.push(fix.speed);
    if (this.speeds.mean > Vehicle.LIMIT)
      this.cast(ALERTS, { type: "raise", vehicle: this.id, what: "speeding" });
    if (fix.fuel < 10) this.cast(ALERTS, { type: "raise", vehicle: this.id, what: "low_fuel" });
  }
  override handleCall(request: VehicleProtocol["calls"]) {
    return reply(request, { mean: this.speeds.mean, fixes: this.fixes });
  }
}

const VEHICLES = processName<VehicleSup>("vehicles");
class VehicleSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Vehicle> {
    return { intensity: 5, period: 10, child: { start: [Vehicle], restart: "transient" } };
  }
}

interface RouterProtocol extends Protocol {
  casts: { type: "line"; text: string };
}
const ROUTER = processName<Router>("router");

class Router extends GenServer<RouterProtocol> {
  private readonly vehicles = new Map<string, Pid<Vehicle>>();
  private rejected = 0;

  override async handleCast({ text }: RouterProtocol["casts"]) {
    const fix = parse(text);
    if (fix === null) {
      this.rejected++;
      return;
    }
    const pid = this.vehicles.get(fix.vehicle) ?? (await this.adopt(fix.vehicle));
    this.cast(pid, { type: "fix", fix });
  }
  private async adopt(id: string): Promise<Pid<Vehicle>> {
    const pid = await this.startChild(VEHICLES, [id]);
    this.monitor(pid);
    this.vehicles.set(id, pid);
    return pid;
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    const lost = [...this.vehicles].find(([, pid]) => pid === message.pid);
    if (lost) this.vehicles.delete(lost[0]);
  }
}

interface ModemProtocol extends Protocol {
  infos: { type: "poll" };
}

class Modem extends GenServer<ModemProtocol> {
  private vehicles: readonly string[] = [];
  private turn = 0;

  override init(options: { vehicles: readonly string[]; every: number }) {
    this.vehicles = options.vehicles;
    this.sendInterval(options.every, this.self, { type: "poll" });
  }
  override handleInfo(message: Info<ModemProtocol["infos"]>) {
    if (message.type !== "poll") return;
    const vehicle = this.vehicles[this.turn % this.vehicles.length];
    if (vehicle === undefined) return;
    const speed = 40 + ((this.turn * 17) % 60);
    this.cast(ROUTER, { type: "line", text: encode({ vehicle, speed, fuel: 80 - this.turn }) });
    if (this.turn % 4 === 3) this.cast(ROUTER, { type: "line", text: "$garbled" });
    this.turn++;
  }
}

interface DispatcherProtocol extends Protocol {
  infos: Alert;
}

class Dispatcher extends GenServer<DispatcherProtocol> {
  private readonly seen: Record<string, number> = {};

  override async init() {
    await this.call(ALERTS, { type: "subscribe", pid: this.self });
  }
  override handleInfo(message: Info<DispatcherProtocol["infos"]>) {
    if (message.type === "alert") this.seen[message.vehicle] = (this.seen[message.vehicle] ?? 0) + 1;
  }
}

class IngestSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      period: 10,
      children: [
        { id: "vehicles", start: [VehicleSup], name: VEHICLES },
        { id: "router", start: [Router], name: ROUTER },
        { id: "modem_north", start: [Modem, { vehicles: ["AB12", "CD34"], every: 900 }] },
        { id: "modem_south", start: [Modem, { vehicles: ["EF56"], every: 1_400 }] },
      ],
    };
  }
}

export class FleetSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "alerts", start: [Alerts], name: ALERTS },
        { id: "dispatcher", start: [Dispatcher] },
        { id: "ingest", start: [IngestSup] },
      ],
    };
  }
}
