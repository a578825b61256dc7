/** A fleet of delivery robots: each robot is a tree of three, a dispatcher assigns jobs with timeouts, a charger is a scarce resource, a supervisor per depot. */
import {
  type ChildSpec,
  DynamicSupervisor,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

interface Depot {
  city: string;
  robots: number;
  chargers: number;
}
const DEPOTS: Depot[] = [
  { city: "north", robots: 2, chargers: 1 },
  { city: "south", robots: 1, chargers: 1 },
];

abstract class Named extends GenServer {
  protected static prefix(city: string, what: string) {
    return `${city}.${what}`;
  }
  protected city = "";
  protected named(city: string, what: string): void {
    this.city = city;
    this.register(Named.prefix(city, what));
  }
}
class Charger extends Named {
  private slots = 0;
  private used = new Map<Pid, MonitorRef>();
  override init(city: string, slots: number) {
    this.named(city, "charger");
    this.slots = slots;
  }
  override handleCall(request: { type: "plug"; pid: Pid } | { type: "unplug"; pid: Pid }) {
    if (request.type === "unplug") {
      const ref = this.used.get(request.pid);
      if (ref !== undefined) this.demonitor(ref);
      return reply(request, this.used.delete(request.pid));
    }
    if (this.used.size >= this.slots && !this.used.has(request.pid)) return reply(request, false);
    this.used.set(request.pid, this.monitor(request.pid));
    return reply(request, true);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.used.delete(message.pid);
  }
}
class Battery extends GenServer {
  #level = 100;
  override init(robot: string) {
    this.register(`battery-${robot}`);
    this.sendInterval(200, this.self, { type: "drain" });
  }
  get level() {
    return this.#level;
  }
  override handleCall(request: { type: "level" }) {
    return reply(request, this.level);
  }
  override handleCast(message: { type: "charge"; by: number }) {
    this.#level = Math.min(100, this.#level + message.by);
  }
  override handleInfo(message: Info<{ type: "drain" }>) {
    if (message.type !== "drain") return;
    this.#level -= 6;
    if (this.#level < 0) return stop("flat");
  }
}
type Task = { id: number; distance: number };
class Motor extends GenServer {
  private moving: TimerRef | null = null;
  override init(robot: string) {
    this.register(`motor-${robot}`);
  }
  override handleCall(request: { type: "drive"; distance: number }) {
    if (this.moving) return reply(request, { busy: this.readTimer(this.moving) !== false });
    if (request.distance > 8) throw new Error("gear broken");
    this.moving = this.sendAfter(request.distance * 100, this.self, { type: "arrived" });
    return reply(request, { busy: false });
  }
  override handleInfo(message: Info<{ type: "arrived" }>) {
    if (message.type === "arrived") this.moving = null;
  }
}
class Brain extends GenServer {
  private robot = "";
  private city = "";
  private task: Task | null = null;
  override init({ city, robot }: { city: string; robot: string }) {
    Object.assign(this, { city, robot });
    this.sendInterval(450, this.self, { type: "think" });
  }
  override async handleInfo(message: Info<{ type: "think" }>) {
    if (message.type !== "think") return;
    const level = (await this.call(`battery-${this.robot}`, { type: "level" })) as number;
    if (level < 40) {
      if (await this.call(`${this.city}.charger`, { type: "plug", pid: this.self })) {
        this.cast(`battery-${this.robot}`, { type: "charge", by: 30 });
        await this.sleep(100);
        await this.call(`${this.city}.charger`, { type: "unplug", pid: this.self });
      }
      return;
    }
    this.task ??= (await this.call(`${this.city}.dispatcher`, { type: "next" })) as Task | null;
    if (this.task === null) return;
    const { busy } = (await this.call(`motor-${this.robot}`, {
      type: "drive",
      distance: this.task.distance,
    })) as { busy: boolean };
    if (!busy) this.task = null;
  }
}
class Dispatcher extends Named {
  private seq = 0;
  override init(city: string) {
    this.named(city, "dispatcher");
  }
  override handleCall(request: { type: "next" }) {
    this.seq += 1;
    if (this.seq % 3 === 0) return reply(request, null);
    return reply(request, { id: this.seq, distance: (this.seq * 3) % 10 });
  }
}
class RobotSup extends Supervisor {
  override init(city: string, n: number): SupervisorSpec {
    const robot = `${city}${n}`;
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 6,
      children: [
        { id: "battery", start: [Battery, robot] },
        { id: "motor", start: [Motor, robot] },
        { id: "brain", start: [Brain, { city, robot }] },
      ],
    };
  }
}
class DepotSup extends Supervisor {
  override init({ city, robots, chargers }: Depot): SupervisorSpec {
    const children: ChildSpec[] = [
      { id: "charger", start: [Charger, city, chargers] },
      { id: "dispatcher", start: [Dispatcher, city] },
    ];
    for (let n = 1; n <= robots; n++)
      children.push({
        id: `robot-${n}`,
        start: [RobotSup, city, n],
        type: "supervisor",
        restart: "transient",
      });
    return { strategy: "rest_for_one", intensity: 1, period: 10, children };
  }
}
class Depots extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 10 };
  }
}
class Operations extends GenServer {
  private open: Record<string, Pid | undefined> = {};
  override init() {
    this.send(this.self, { type: "open", n: 0 });
  }
  override async handleInfo(message: Info<{ type: "open"; n: number }>) {
    if (message.type !== "open") return;
    const depot = DEPOTS[message.n];
    if (depot === undefined) return;
    const answer = await this.startChildResult("depots", {
      id: depot.city,
      start: [DepotSup, depot],
      type: "supervisor",
    });
    if (answer.error !== undefined) throw new Error(`no depot in ${depot.city}`);
    this.open[depot.city] = answer.ok;
    this.sendAfter(500, this.self, { type: "open", n: message.n + 1 });
  }
}
export class FleetSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "depots", start: [Depots], name: "depots" },
        { id: "operations", start: [Operations], restart: "transient" },
      ],
    };
  }
}
