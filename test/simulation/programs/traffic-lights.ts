/** Traffic lights of a town: crossings run phases, buses ask for green, a controller keeps waves, faults flash yellow. */
import {
  type Call,
  CallError,
  type ExitReason,
  GenServer,
  type Info,
  isNormalReason,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  startOf,
  type TimerRef,
} from "suptree";

const Colour = { Red: "red", Yellow: "yellow", Green: "green" } as const;
type Colour = (typeof Colour)[keyof typeof Colour];

interface Phase {
  readonly ns: Colour;
  readonly ew: Colour;
  readonly ms: number;
}
const PROGRAM: readonly Phase[] = [
  { ns: Colour.Green, ew: Colour.Red, ms: 1_500 },
  { ns: Colour.Yellow, ew: Colour.Red, ms: 300 },
  { ns: Colour.Red, ew: Colour.Green, ms: 1_200 },
  { ns: Colour.Red, ew: Colour.Yellow, ms: 300 },
];

function* cycle<T>(items: readonly T[]): Generator<T, never, number | undefined> {
  let n = 0;
  for (;;) {
    const skip = yield items[n] as T;
    n = (n + 1 + (skip ?? 0)) % items.length;
  }
}

interface LampProtocol extends Protocol {
  casts: { type: "show"; colour: Colour };
  calls: Call<{ type: "shows" }, Colour>;
}
class Lamp extends GenServer<LampProtocol> {
  #colour: Colour = Colour.Yellow;
  #switches = 0;
  override handleCast({ colour }: LampProtocol["casts"]) {
    if (colour === this.#colour) return;
    this.#colour = colour;
    if (++this.#switches > 10_000) throw new Error("bulb is worn out");
  }
  override handleCall(request: LampProtocol["calls"]) {
    return reply(request, this.#colour);
  }
}

interface SignalProtocol extends Protocol {
  infos: { type: "next" } | { type: "resync"; offset: number };
  casts: { type: "request_green"; side: "ns" | "ew" };
  calls: Call<{ type: "phase" }, Phase>;
}
const signalName = (id: string) => processName<Signal>(`signal.${id}`);
const lampName = (id: string, side: string) => processName<Lamp>(`lamp.${id}.${side}`);

class Signal extends GenServer<SignalProtocol> {
  private id = "";
  private phase!: Phase;
  private phases = cycle(PROGRAM);
  private timer: TimerRef | null = null;
  private asked: "ns" | "ew" | null = null;

  override init(id: string) {
    this.id = id;
    this.advance();
  }
  private advance(skip?: number): void {
    this.phase = this.phases.next(skip).value;
    this.cast(lampName(this.id, "ns"), { type: "show", colour: this.phase.ns });
    this.cast(lampName(this.id, "ew"), { type: "show", colour: this.phase.ew });
    const shorter = this.asked !== null && this.phase[this.asked] !== Colour.Green;
    this.schedule(shorter ? Math.floor(this.phase.ms / 2) : this.phase.ms);
    if (!shorter) this.asked = null;
  }
  private schedule(ms: number): void {
    if (this.timer !== null) this.cancelTimer(this.timer);
    this.timer = this.sendAfter(ms, this.self, { type: "next" });
  }
  override handleCast({ side }: SignalProtocol["casts"]) {
    this.asked = side;
    if (this.timer === null || this.phase[side] === Colour.Green) return;
    const left = this.readTimer(this.timer);
    if (left !== false && left > 200) this.schedule(200);
  }
  override handleInfo(message: Info<SignalProtocol["infos"]>) {
    if (message.type === "next") this.advance();
    else if (message.type === "resync") this.schedule(message.offset);
  }
  override handleCall(request: SignalProtocol["calls"]) {
    return reply(request, this.phase);
  }
}

class CrossingSup extends Supervisor {
  override init(id: string): SupervisorSpec {
    const lamp = (side: string) => ({ id: side, start: startOf(Lamp), name: lampName(id, side) });
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        lamp("ns"),
        lamp("ew"),
        { id: "signal", start: [Signal, id], name: signalName(id), shutdown: "brutal_kill" },
      ],
    };
  }
}

interface BusProtocol extends Protocol {
  infos: { type: "arrive"; stop: number };
}
class Bus extends GenServer<BusProtocol> {
  private readonly route: string[] = [];
  private delay = 0;

  override init(...route: string[]) {
    this.route.push(...route);
    this.sendAfter(600, this.self, { type: "arrive", stop: 0 });
  }
  override async handleInfo(message: Info<BusProtocol["infos"]>) {
    if (message.type !== "arrive") return;
    const id = this.route[message.stop];
    if (id === undefined) {
      this.sendAfter(900, this.self, { type: "arrive", stop: 0 });
      return;
    }
    this.cast(signalName(id), { type: "request_green", side: "ew" });
    await this.sleep(250);
    const { ew } = await this.call(signalName(id), { type: "phase" });
    if (ew !== Colour.Green) this.delay += 250;
    this.sendAfter(800, this.self, { type: "arrive", stop: message.stop + 1 });
  }
}

interface WaveProtocol extends Protocol {
  infos: { type: "tick" };
  calls: Call<{ type: "report" }, Record<string, number>>;
}
class GreenWave extends GenServer<WaveProtocol> {
  private readonly watched = new Map<Pid<Signal>, string>();
  private readonly outages: Record<string, number> = {};
  private crossings: readonly string[] = [];

  override init(crossings: readonly string[]) {
    this.crossings = crossings;
    for (const id of crossings) this.watch(id);
    this.sendAfter(2_100, this.self, { type: "tick" });
  }
  private watch(id: string): void {
    const pid = this.whereis(signalName(id));
    if (!pid) return void (this.outages[id] = (this.outages[id] ?? 0) + 1);
    this.watched.set(pid, id);
    this.monitor(pid);
  }
  override async handleInfo(message: Info<WaveProtocol["infos"]>) {
    if (message.type === "DOWN") {
      const id = this.watched.get(message.pid as Pid<Signal>);
      if (id === undefined) return;
      this.watched.delete(message.pid as Pid<Signal>);
      if (!isNormalReason(message.reason)) this.outages[id] = (this.outages[id] ?? 0) + 1;
    } else if (message.type === "tick") {
      const seen = new Set(this.watched.values());
      for (const id of this.crossings) if (!seen.has(id)) this.watch(id);
      let n = 0;
      for (const [pid, id] of this.watched) {
        try {
          const { ns } = await this.call(pid, { type: "phase" }, 500);
          if (ns === Colour.Green) this.send(signalName(id), { type: "resync", offset: 300 + 100 * n++ });
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
        }
      }
      this.sendAfter(2_100, this.self, { type: "tick" });
    }
  }
  override handleCall(request: WaveProtocol["calls"]) {
    return reply(request, { ...this.outages });
  }
  override terminate(_reason: ExitReason) {
    this.watched.clear();
  }
}

const CROSSINGS = ["main", "station", "park"];

class CrossingsSup extends Supervisor {
  override init(ids: readonly string[]): SupervisorSpec<typeof CrossingSup> {
    return {
      strategy: "one_for_one",
      intensity: ids.length,
      period: 20,
      children: ids.map((id) => ({ id, start: [CrossingSup, id] as const })),
    };
  }
}

export class TownSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "crossings", start: [CrossingsSup, CROSSINGS] },
        { id: "wave", start: [GreenWave, CROSSINGS] },
        { id: "bus_7", start: [Bus, "main", "park"], restart: "transient" },
        { id: "bus_9", start: [Bus, "station", "main", "park"], restart: "transient" },
      ],
    };
  }
}
