/** A bank of elevators: cabins move floor by floor, a dispatcher assigns hall calls, a safety watchdog stops what is stuck. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
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
  type TimerRef,
} from "suptree";

const BUILDING = { floors: 12, lobby: 0, msPerFloor: 40, cabins: ["north", "south", "freight"] } as const;

type Direction = "up" | "down" | "idle";
type CabinState =
  | { phase: "parked"; floor: number }
  | { phase: "moving"; floor: number; to: number; timer: TimerRef }
  | { phase: "doors"; floor: number };

interface CabinProtocol extends Protocol {
  calls: Call<{ type: "position" }, { floor: number; direction: Direction; queue: number }>;
  casts: { type: "goto"; floor: number } | { type: "jam" };
  infos: { type: "arrived" } | { type: "close" };
}

interface DispatchProtocol extends Protocol {
  calls: Call<{ type: "request"; floor: number }, string> | Call<{ type: "stats" }, Record<string, number>>;
  casts: { type: "enlist"; name: string; pid: Pid<Cabin> };
  infos: { type: "morning" };
}

const DISPATCH = processName<Dispatcher>("dispatcher");
const cabinName = (id: string) => processName<Cabin>(`cabin:${id}`);

class Cabin extends GenServer<CabinProtocol> {
  #state: CabinState = { phase: "parked", floor: BUILDING.lobby };
  readonly #stops = new Set<number>();
  #name = "";

  override init(name: string, start: number = BUILDING.lobby) {
    this.#name = name;
    this.#state = { phase: "parked", floor: start };
    this.cast(DISPATCH, { type: "enlist", name, pid: this.self });
  }

  override handleCall(request: CabinProtocol["calls"]) {
    const { phase, floor } = this.#state;
    const direction: Direction =
      this.#state.phase === "moving" ? (this.#state.to > floor ? "up" : "down") : "idle";
    return reply(request, { floor, direction, queue: this.#stops.size + (phase === "doors" ? 1 : 0) });
  }

  override handleCast(message: CabinProtocol["casts"]) {
    switch (message.type) {
      case "jam":
        return stop({ jammed: `${this.#name}@${this.#state.floor}` });
      case "goto":
        if (message.floor < 0 || message.floor >= BUILDING.floors)
          throw new RangeError(`no floor ${message.floor}`);
        this.#stops.add(message.floor);
        if (this.#state.phase === "parked") this.#depart();
    }
  }

  override handleInfo(message: Info<CabinProtocol["infos"]>) {
    if (message.type === "arrived" && this.#state.phase === "moving") {
      const floor = this.#state.to;
      this.#stops.delete(floor);
      this.#state = { phase: "doors", floor };
      this.sendAfter(25, this.self, { type: "close" });
    } else if (message.type === "close" && this.#state.phase === "doors") {
      this.#state = { phase: "parked", floor: this.#state.floor };
      this.#depart();
    }
  }

  #depart() {
    const { floor } = this.#state;
    const [to] = [...this.#stops].sort((a, b) => Math.abs(a - floor) - Math.abs(b - floor) || a - b);
    if (to === undefined) return;
    const timer = this.sendAfter(Math.max(1, Math.abs(to - floor)) * BUILDING.msPerFloor, this.self, {
      type: "arrived",
    });
    this.#state = { phase: "moving", floor, to, timer };
  }
}

class Dispatcher extends GenServer<DispatchProtocol> {
  private readonly fleet = new Map<string, { pid: Pid<Cabin>; ref: MonitorRef; served: number }>();
  private waiting: number[] = [];

  override init() {
    this.sendAfter(300, this.self, { type: "morning" });
  }

  override async handleCall(request: DispatchProtocol["calls"]) {
    if (request.type === "stats")
      return reply(request, Object.fromEntries([...this.fleet].map(([name, { served }]) => [name, served])));
    return reply(request, await this.assign(request.floor));
  }

  override handleCast({ name, pid }: DispatchProtocol["casts"]) {
    this.fleet.set(name, { pid, ref: this.monitor(pid), served: this.fleet.get(name)?.served ?? 0 });
    for (const floor of this.waiting.splice(0)) this.cast(pid, { type: "goto", floor });
  }

  override async handleInfo(message: Info<DispatchProtocol["infos"]>) {
    if (message.type === "DOWN") {
      const lost = [...this.fleet.entries()].find(([, cabin]) => cabin.ref === message.ref);
      if (lost) this.fleet.delete(lost[0]);
    } else if (message.type === "morning") {
      for (const floor of [3, 7, 11]) await this.assign(floor);
    }
  }

  private async assign(floor: number): Promise<string> {
    let best: { name: string; cost: number } | null = null;
    for (const [name, { pid }] of this.fleet) {
      try {
        const { floor: at, queue } = await this.call(pid, { type: "position" }, 200);
        const cost = Math.abs(at - floor) + queue * 4;
        if (best === null || cost < best.cost) best = { name, cost };
      } catch {}
    }
    if (best === null) {
      this.waiting.push(floor);
      return "queued";
    }
    const chosen = this.fleet.get(best.name);
    if (chosen === undefined) return "lost";
    chosen.served += 1;
    this.cast(chosen.pid, { type: "goto", floor });
    return best.name;
  }
}

/** Looks whether every cabin answers; one that does not is taken out of service. */
class Watchdog extends GenServer<{ infos: { type: "patrol" } }> {
  #rounds = 0;
  override init() {
    this.sendInterval(1_000, this.self, { type: "patrol" });
  }
  override async handleInfo(message: Info<{ type: "patrol" }>) {
    if (message.type !== "patrol") return;
    this.#rounds++;
    for (const id of BUILDING.cabins) {
      const pid = this.whereis(cabinName(id));
      if (!pid) continue;
      try {
        await this.call(pid, { type: "position" }, 150);
      } catch {
        this.sendExit(pid, "kill");
      }
    }
  }
}

class Panel extends GenServer<{ casts: { type: "press"; floor: number } }> {
  override async init(floor: number) {
    if (floor % 4 === 0) await this.call(DISPATCH, { type: "request", floor });
  }
  override async handleCast({ floor }: { type: "press"; floor: number }) {
    await this.call(DISPATCH, { type: "request", floor });
  }
}

class Panels extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Panel> {
    return { intensity: 4, period: 2, child: { start: [Panel], restart: "transient" } };
  }
}
const PANELS = processName<Panels>("panels");

class PanelInstaller extends GenServer {
  override async init() {
    for (let floor = 0; floor < BUILDING.floors; floor += 4) {
      const pid = await this.startChild(PANELS, [floor]);
      this.link(pid);
    }
  }
}

class Shaft extends Supervisor {
  override init(cabins: readonly string[]): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: cabins.map((id, n) => ({
        id,
        start: [Cabin, id, n * 4],
        name: cabinName(id),
        label: `cabin ${id}`,
      })),
    };
  }
}

export class Bank extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "dispatcher", start: [Dispatcher], name: DISPATCH },
        { id: "shaft", start: [Shaft, BUILDING.cabins] },
        { id: "panels", start: [Panels], name: PANELS },
        { id: "installer", start: [PanelInstaller] },
        { id: "watchdog", start: [Watchdog], restart: "transient" },
      ],
    };
  }
}
