/** A brewery: batches go through tanks, valves are shared, a batch may be abandoned, the tree of a batch shuts itself down. */
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
  stop,
  type TimerRef,
} from "suptree";

type Recipe = Readonly<{
  name: string;
  steps: readonly (readonly [what: string, ms: number])[];
  litres: number;
}>;

const RECIPES: readonly Recipe[] = [
  {
    name: "pils",
    steps: [
      ["mash", 500],
      ["boil", 400],
      ["ferment", 1_200],
    ],
    litres: 40,
  },
  {
    name: "stout",
    steps: [
      ["mash", 700],
      ["boil", 600],
      ["ferment", 1_500],
    ],
    litres: 25,
  },
];

interface WaterProtocol extends Protocol {
  calls: Call<{ type: "draw"; litres: number }, boolean>;
  infos: { type: "refill" };
}
const WATER = processName<Water>("water");
class Water extends GenServer<WaterProtocol> {
  private level = 100;
  private static readonly CAPACITY = 100;

  override init() {
    this.sendInterval(800, this.self, { type: "refill" });
  }
  override handleCall(request: WaterProtocol["calls"]) {
    const enough = this.level >= request.litres;
    if (enough) this.level -= request.litres;
    return reply(request, enough);
  }
  override handleInfo(message: Info<WaterProtocol["infos"]>) {
    if (message.type === "refill") this.level = Math.min(Water.CAPACITY, this.level + 15);
  }
}

interface ThermometerProtocol extends Protocol {
  casts: { type: "heat"; degrees: number };
  calls: Call<{ type: "read" }, number>;
  infos: { type: "cool" };
}
class Thermometer extends GenServer<ThermometerProtocol> {
  private degrees = 20;
  private cooling: TimerRef | undefined;

  override init(batch: string) {
    this.register(`thermometer:${batch}`);
  }
  override handleCast({ degrees }: ThermometerProtocol["casts"]) {
    this.degrees = degrees;
    if (this.cooling) this.cancelTimer(this.cooling);
    this.cooling = this.sendAfter(300, this.self, { type: "cool" });
  }
  override handleInfo(message: Info<ThermometerProtocol["infos"]>) {
    if (message.type !== "cool") return;
    this.degrees = 20 + (this.degrees - 20) * 0.8;
    if (this.degrees - 20 > 1) this.cooling = this.sendAfter(300, this.self, { type: "cool" });
  }
  override handleCall(request: ThermometerProtocol["calls"]) {
    return reply(request, Math.round(this.degrees));
  }
}

interface BrewerProtocol extends Protocol {
  infos: { type: "step"; n: number } | { type: "retry" };
}
class Brewer extends GenServer<BrewerProtocol> {
  private recipe!: Recipe;
  private batch = "";
  private log: [string, number][] = [];

  override init(batch: string, recipe: Recipe) {
    this.batch = batch;
    this.recipe = recipe;
    this.send(this.self, { type: "retry" });
  }
  override async handleInfo(message: Info<BrewerProtocol["infos"]>) {
    if (message.type === "retry") {
      const drawn = await this.call(WATER, { type: "draw", litres: this.recipe.litres });
      if (drawn) this.send(this.self, { type: "step", n: 0 });
      else this.sendAfter(600, this.self, { type: "retry" });
      return undefined;
    }
    if (message.type !== "step") return undefined;
    const step = this.recipe.steps[message.n];
    if (step === undefined) {
      this.cast(CELLAR, { type: "bottle", batch: this.batch, litres: this.recipe.litres });
      return stop("normal");
    }
    const [what, ms] = step;
    this.cast(`thermometer:${this.batch}`, { type: "heat", degrees: what === "ferment" ? 22 : 70 });
    this.log.push([what, this.now()]);
    this.sendAfter(ms, this.self, { type: "step", n: message.n + 1 });
    return undefined;
  }
}

/** Ends as soon as its beer is done. */
class BatchSup extends Supervisor {
  override init(batch: string, recipe: Recipe): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 1,
      period: 5,
      autoShutdown: "any_significant",
      children: [
        { id: "thermometer", start: [Thermometer, batch] },
        { id: "brewer", start: [Brewer, batch, recipe], restart: "transient", significant: true },
      ],
    };
  }
}

const BATCHES = processName<BatchesSup>("batches");
class BatchesSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 2, period: 10, maxChildren: 3 };
  }
}

interface CellarProtocol extends Protocol {
  casts: { type: "bottle"; batch: string; litres: number };
  calls: Call<{ type: "bottles" }, number>;
}
const CELLAR = processName<Cellar>("cellar");
class Cellar extends GenServer<CellarProtocol> {
  private bottles = 0;
  private readonly batches = new Set<string>();
  override handleCast({ batch, litres }: CellarProtocol["casts"]) {
    if (this.batches.has(batch)) return;
    this.batches.add(batch);
    this.bottles += Math.floor(litres / 0.5);
  }
  override handleCall(request: CellarProtocol["calls"]) {
    return reply(request, this.bottles);
  }
}

interface MasterProtocol extends Protocol {
  infos: { type: "brew" };
}
class Master extends GenServer<MasterProtocol> {
  private readonly running = new Map<Pid, string>();
  private n = 0;
  private readonly spoiled: string[] = [];
  private full = 0;

  override init(pause: number) {
    this.sendInterval(pause, this.self, { type: "brew" });
  }
  override async handleInfo(message: Info<MasterProtocol["infos"]>) {
    if (message.type === "DOWN") {
      const batch = this.running.get(message.pid);
      this.running.delete(message.pid);
      if (batch !== undefined && message.reason !== "shutdown") this.spoiled.push(batch);
      return;
    }
    if (message.type !== "brew") return;
    const recipe = RECIPES[this.n % RECIPES.length];
    if (!recipe) return;
    const batch = `${recipe.name}-${++this.n}`;
    const started = await this.startChildResult(BATCHES, {
      id: batch,
      start: [BatchSup, batch, recipe],
      type: "supervisor",
      restart: "temporary",
    });
    if (started.ok) {
      this.running.set(started.ok, batch);
      this.monitor(started.ok);
    } else if (typeof started.error === "object" && "reason" in started.error) this.full++;
    else throw new Error(`cannot brew ${batch}`);
  }
}

export class BrewerySup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "water", start: [Water], name: WATER },
        { id: "cellar", start: [Cellar], name: CELLAR },
        { id: "batches", start: [BatchesSup], name: BATCHES },
        { id: "master", start: [Master, 900] },
      ],
    };
  }
}
