/** A ground station: passes come and go, a dish is owned, frames are decoded in streams of tasks, telemetry is archived. */
import {
  type Call,
  CallError,
  continueWith,
  type ExitReason,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  TaskSupervisor,
} from "suptree";

interface DishProtocol extends Protocol {
  calls:
    | Call<{ type: "point"; azimuth: number; elevation: number }, number>
    | Call<{ type: "release" }, "parked">;
}
const DISH = processName<Dish>("dish");

class Dish extends GenServer<DishProtocol> {
  #azimuth = 0;
  #elevation = 90;
  #moves = 0;

  override init() {
    this.trapExit(true);
    this.own({ motor: "on" }, (motor) => {
      motor.motor = "off";
    });
    this.onExit(() => this.#moves);
  }
  override async handleCall(request: DishProtocol["calls"]) {
    if (request.type === "release") return stop("normal", reply(request, "parked"));
    const turn = Math.hypot(request.azimuth - this.#azimuth, request.elevation - this.#elevation);
    await this.sleep(Math.min(900, Math.round(turn * 4)));
    [this.#azimuth, this.#elevation] = [request.azimuth, request.elevation];
    if (++this.#moves > 1_000) throw new Error("gears are worn");
    return reply(request, Number(turn.toFixed(1)));
  }
  override async terminate(reason: ExitReason) {
    if (reason !== "normal") await this.sleep(20);
  }
}

interface Frame {
  readonly n: number;
  readonly words: readonly number[];
}

const popcount = (word: number): number => {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
};

function* frames(seed: number, count: number): Generator<Frame> {
  let state = seed;
  for (let n = 0; n < count; n++) {
    const words: number[] = [];
    for (let k = 0; k < 4; k++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      words.push(state & 0xffff);
    }
    yield { n, words };
  }
}

const DECODERS = processName<TaskSupervisor>("decoders");

interface ArchiveProtocol extends Protocol {
  casts: { type: "store"; pass: number; good: number; bad: number };
  calls: Call<{ type: "totals" }, { good: number; bad: number; passes: number }>;
}
const ARCHIVE = processName<Archive>("archive");

class Archive extends GenServer<ArchiveProtocol> {
  private readonly passes = new Map<number, readonly [good: number, bad: number]>();
  override handleCast({ pass, good, bad }: ArchiveProtocol["casts"]) {
    if (this.passes.has(pass)) throw new Error(`pass ${pass} was stored twice`);
    this.passes.set(pass, [good, bad]);
  }
  override handleCall(request: ArchiveProtocol["calls"]) {
    let [good, bad] = [0, 0];
    for (const [g, b] of this.passes.values()) {
      good += g;
      bad += b;
    }
    return reply(request, { good, bad, passes: this.passes.size });
  }
}

interface TrackerProtocol extends Protocol {
  infos: { type: "rise" } | { type: "set" };
  calls: Call<{ type: "state" }, string>;
}

type Tracking =
  | { state: "waiting" }
  | { state: "tracking"; since: number; decoded: number }
  | { state: "lost" };

class Tracker extends GenServer<TrackerProtocol> {
  private tracking: Tracking = { state: "waiting" };
  private pass = 0;
  private orbit = 0;

  override init({ orbit }: { orbit: number }) {
    this.orbit = orbit;
    this.sendAfter(200, this.self, { type: "rise" });
  }
  override handleCall(request: TrackerProtocol["calls"]) {
    return reply(request, this.tracking.state);
  }
  override async handleInfo(message: Info<TrackerProtocol["infos"]>) {
    switch (message.type) {
      case "rise":
        this.pass += 1;
        this.sendAfter(this.orbit, this.self, { type: "rise" });
        return continueWith("acquire");
      case "set":
        if (this.tracking.state === "tracking") this.tracking = { state: "waiting" };
        return undefined;
      default:
        return undefined;
    }
  }
  override async handleContinue(what: unknown) {
    if (what === "acquire") {
      try {
        await this.call(DISH, { type: "point", azimuth: (this.pass * 40) % 360, elevation: 30 }, 2_000);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        this.tracking = { state: "lost" };
        return undefined;
      }
      this.tracking = { state: "tracking", since: this.now(), decoded: 0 };
      return continueWith("decode");
    }
    return this.decode();
  }
  private async decode(): Promise<undefined> {
    if (this.tracking.state !== "tracking") return undefined;
    let bad = 0;
    const decoding = this.asyncStream(
      frames(this.pass, 6),
      async (frame, task) => {
        await task.sleep(30 + frame.n);
        const parity = frame.words.reduce((sum, word) => sum + popcount(word), 0) % 2;
        if (parity === 1) throw new Error(`frame ${frame.n} is damaged`);
        return frame.n;
      },
      { max: 2, under: DECODERS },
    );
    for await (const end of decoding) {
      if (end.ok) this.tracking.decoded += 1;
      else bad += 1;
    }
    this.cast(ARCHIVE, { type: "store", pass: this.pass, good: this.tracking.decoded, bad });
    this.sendAfter(100, this.self, { type: "set" });
    return undefined;
  }
}

interface WatchdogProtocol extends Protocol {
  infos: { type: "look" };
}
class Watchdog extends GenServer<WatchdogProtocol> {
  private known = new Map<string, number>();
  private alarms: string[] = [];

  override init() {
    this.sendInterval(1_700, this.self, { type: "look" });
  }
  override async handleInfo(message: Info<WatchdogProtocol["infos"]>) {
    if (message.type !== "look") return;
    const { workers, active } = await this.countChildren(STATION);
    if (active < workers) this.alarms.push(`${workers - active} down`);
    const children = await this.whichChildren(STATION);
    for (const { id, child: pid } of children) {
      if (id === undefined || pid === undefined || pid === "restarting") continue;
      if (this.known.has(id) && this.known.get(id) !== pid.id) this.alarms.push(`${id} is new`);
      this.known.set(id, pid.id);
    }
  }
}

const STATION = processName<StationSup>("station_sup");
class StationSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 8,
      children: [
        { id: "dish", start: [Dish], name: DISH, shutdown: 1_000 },
        { id: "decoders", start: [TaskSupervisor], name: DECODERS },
        { id: "tracker", start: [Tracker, { orbit: 2_500 }] },
      ],
    };
  }
}

export class GroundSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 10,
      children: [
        { id: "archive", start: [Archive], name: ARCHIVE },
        { id: "station", start: [StationSup], name: STATION },
        { id: "watchdog", start: [Watchdog] },
      ],
    };
  }
}
