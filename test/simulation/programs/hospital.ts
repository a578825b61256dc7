/** Beds of a hospital: wards admit patients, monitors at the bed raise alarms, nurses take them, a shift plan rotates. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type ExitReason,
  type From,
  GenServer,
  type Info,
  type MonitorRef,
  noReply,
  type Pid,
  type Protocol,
  processName,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
  timeout,
} from "suptree";

type Severity = "low" | "high" | "critical";
interface Alarm {
  readonly bed: string;
  readonly severity: Severity;
  readonly at: number;
}
const RANK: Record<Severity, number> = { low: 0, high: 1, critical: 2 };

interface StationProtocol extends Protocol {
  casts: { type: "alarm"; alarm: Alarm };
  calls: Call<{ type: "next"; nurse: Pid<Nurse> }, Alarm> | Call<{ type: "open" }, number>;
}
const STATION = processName<Station>("station");

/** Gives the most severe alarm to whoever is free first. */
class Station extends GenServer<StationProtocol> {
  #open: Alarm[] = [];
  #free: { nurse: Pid<Nurse>; from: From<Alarm>; ref: MonitorRef }[] = [];

  override handleCast({ alarm }: StationProtocol["casts"]) {
    const at = this.#open.findIndex(({ severity }) => RANK[severity] < RANK[alarm.severity]);
    if (at < 0) this.#open.push(alarm);
    else this.#open.splice(at, 0, alarm);
    this.#assign();
  }
  override handleCall(request: StationProtocol["calls"], from: From) {
    if (request.type === "open") return reply(request, this.#open.length);
    const ref = this.monitor(request.nurse);
    this.#free.push({ nurse: request.nurse, from: replyTo(request, from), ref });
    this.#assign();
    return noReply;
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    this.#free = this.#free.filter(({ ref }) => ref !== message.ref);
  }
  #assign(): void {
    while (this.#open.length && this.#free.length) {
      const [alarm, nurse] = [this.#open.shift(), this.#free.shift()];
      if (alarm === undefined || nurse === undefined) return;
      this.demonitor(nurse.ref);
      this.reply(nurse.from, alarm);
    }
  }
}

class Nurse extends GenServer {
  private name = "";
  private handled: Alarm[] = [];
  private shift = 0;

  override init(name: string, options: { shift: number } = { shift: 20 }) {
    this.name = name;
    this.shift = options.shift;
    return timeout(0);
  }
  override async handleInfo(message: Info) {
    if (message.type !== "timeout") return undefined;
    const alarm = await this.call(STATION, { type: "next", nurse: this.self }, "infinity");
    await this.sleep(100 * (RANK[alarm.severity] + 1));
    this.handled.push(alarm);
    return this.handled.length >= this.shift ? stop({ shutdown: `${this.name} goes home` }) : timeout(0);
  }
}

interface Vitals {
  pulse: number;
  oxygen: number;
}

/** A patient's curve: what the sensors would say at the n-th measurement. */
const vitalsAt = (seed: number, n: number): Vitals => ({
  pulse: 70 + Math.round(30 * Math.sin((seed + n) * 0.9)),
  oxygen: 97 - ((seed * n) % 7),
});

function judge({ pulse, oxygen }: Vitals): Severity | null {
  if (oxygen < 92) return "critical";
  if (pulse > 98 || pulse < 42) return "high";
  return oxygen < 94 ? "low" : null;
}

interface BedProtocol extends Protocol {
  calls: Call<{ type: "chart" }, readonly Vitals[]>;
  infos: { type: "measure" };
}

class Bed extends GenServer<BedProtocol> {
  private label = "";
  private seed = 0;
  private stay = 0;
  private readonly chart: Vitals[] = [];

  override init(patient: { label: string; seed: number; stay: number }) {
    Object.assign(this, patient);
    this.sendAfter(400 + patient.seed * 10, this.self, { type: "measure" });
  }
  override handleCall(request: BedProtocol["calls"]) {
    return reply(request, this.chart.slice(-5));
  }
  override handleInfo(message: Info<BedProtocol["infos"]>) {
    if (message.type !== "measure") return undefined;
    const vitals = vitalsAt(this.seed, this.chart.length);
    this.chart.push(vitals);
    const severity = judge(vitals);
    if (severity) this.cast(STATION, { type: "alarm", alarm: { bed: this.label, severity, at: this.now() } });
    if (this.chart.length >= this.stay) return stop("normal");
    this.sendAfter(400, this.self, { type: "measure" });
    return undefined;
  }
}

class BedSup extends DynamicSupervisor {
  override init(beds: number): DynamicSupervisorSpec<typeof Bed> {
    return {
      maxChildren: beds,
      intensity: beds,
      period: 10,
      child: { start: [Bed], restart: "transient" },
      childLabel: (n) => `bed ${n}`,
    };
  }
}

interface WardProtocol extends Protocol {
  calls: Call<{ type: "admit"; seed: number }, "admitted" | "full">;
}
const wardName = (ward: string) => processName<Ward>(`ward:${ward}`);
const bedsName = (ward: string) => processName<BedSup>(`beds:${ward}`);

class Ward extends GenServer<WardProtocol> {
  private ward = "";
  private readonly patients = new Map<MonitorRef, { seed: number; since: number }>();
  private discharged = 0;
  private readonly lost: ExitReason[] = [];

  override init(ward: string) {
    this.ward = ward;
  }
  override async handleCall(request: WardProtocol["calls"]) {
    const { seed } = request;
    const patient = { label: `${this.ward}-${seed}`, seed, stay: 6 + (seed % 3) };
    const { ok, error } = await this.startChildResult(bedsName(this.ward), [patient]);
    if (error !== undefined || !ok) return reply(request, "full");
    this.patients.set(this.monitor(ok), { seed, since: this.now() });
    return reply(request, "admitted");
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN" || !this.patients.delete(message.ref)) return;
    if (message.reason === "normal") this.discharged++;
    else this.lost.push(message.reason);
  }
}

class WardSup extends Supervisor {
  override init(ward: string, beds: number): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 20,
      children: [
        { id: "beds", start: [BedSup, beds], name: bedsName(ward), type: "supervisor" },
        { id: "ward", start: [Ward, ward], name: wardName(ward) },
      ],
    };
  }
}

interface EmergencyProtocol extends Protocol {
  infos: { type: "ambulance" };
}
class Emergency extends GenServer<EmergencyProtocol> {
  private wards: readonly string[] = [];
  private arrivals = 0;
  private readonly corridor: number[] = [];

  override init(wards: readonly string[]) {
    this.wards = wards;
    this.sendInterval(700, this.self, { type: "ambulance" });
  }
  override async handleInfo(message: Info<EmergencyProtocol["infos"]>) {
    if (message.type !== "ambulance") return;
    this.corridor.push(++this.arrivals);
    for (const ward of this.wards) {
      const seed = this.corridor[0];
      if (seed === undefined) break;
      if ((await this.call(wardName(ward), { type: "admit", seed })) === "admitted") this.corridor.shift();
    }
  }
}

const WARDS = { surgery: 2, children: 3 } as const;

class WardsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      period: 10,
      children: Object.entries(WARDS).map(([ward, beds]) => ({ id: ward, start: [WardSup, ward, beds] })),
    };
  }
}

export class HospitalSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 15,
      children: [
        { id: "station", start: [Station], name: STATION },
        { id: "nurse_kim", start: [Nurse, "kim"] },
        { id: "nurse_lou", start: [Nurse, "lou", { shift: 4 }], restart: "transient" },
        { id: "wards", start: [WardsSup] },
        { id: "emergency", start: [Emergency, Object.keys(WARDS)] },
      ],
    };
  }
}
