/** Observations of a telescope: a night plan by priority, exposures as tasks, weather closes the dome, a guider is linked. */
import {
  type Call,
  CallError,
  type ExitReason,
  formatReason,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  type TaskHandle,
  type TaskMessage,
  TaskSupervisor,
  timeout,
} from "suptree";

interface Target {
  readonly name: string;
  readonly ra: number;
  readonly dec: number;
  priority: number;
}

class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;
  constructor(before: (a: T, b: T) => boolean, items: Iterable<T> = []) {
    this.#before = before;
    for (const item of items) this.push(item);
  }
  get size(): number {
    return this.#items.length;
  }
  push(item: T): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#before(this.#items[at] as T, this.#items[above] as T)) break;
      this.#swap(at, above);
      at = above;
    }
  }
  pop(): T | undefined {
    const [top] = this.#items;
    const last = this.#items.pop();
    if (this.#items.length === 0 || last === undefined) return top;
    this.#items[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let best = at;
      for (const next of [left, right])
        if (next < this.size && this.#before(this.#items[next] as T, this.#items[best] as T)) best = next;
      if (best === at) return top;
      this.#swap(at, best);
      at = best;
    }
  }
  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b] as T, this.#items[a] as T];
  }
}

interface WeatherProtocol extends Protocol {
  calls: Call<{ type: "safe" }, boolean> | Call<{ type: "watch"; who: Pid<Dome> }, "watching">;
  infos: { type: "measure" };
}
const WEATHER = processName<Weather>("weather");
class Weather extends GenServer<WeatherProtocol> {
  private humidity = 50;
  private readonly watchers: Pid<Dome>[] = [];
  private n = 0;

  override init() {
    this.sendInterval(900, this.self, { type: "measure" });
  }
  get safe(): boolean {
    return this.humidity < 80;
  }
  override handleCall(request: WeatherProtocol["calls"]) {
    if (request.type === "safe") return reply(request, this.safe);
    this.watchers.push(request.who);
    return reply(request, "watching");
  }
  override handleInfo(message: Info<WeatherProtocol["infos"]>) {
    if (message.type !== "measure") return;
    const was = this.safe;
    this.humidity = 60 + Math.round(25 * Math.sin(++this.n));
    if (was === this.safe) return;
    for (const pid of this.watchers) if (pid.alive) this.send(pid, { type: "weather", safe: this.safe });
  }
}

interface DomeProtocol extends Protocol {
  calls: Call<{ type: "open" }, boolean>;
  infos: { type: "weather"; safe: boolean };
}
const DOME = processName<Dome>("dome");
class Dome extends GenServer<DomeProtocol> {
  private isOpen = false;
  private closures = 0;

  override async init() {
    await this.call(WEATHER, { type: "watch", who: this.self });
    this.isOpen = await this.call(WEATHER, { type: "safe" });
  }
  override handleCall(request: DomeProtocol["calls"]) {
    return reply(request, this.isOpen);
  }
  override handleInfo(message: Info<DomeProtocol["infos"]>) {
    if (message.type !== "weather") return;
    if (this.isOpen && !message.safe) {
      this.closures += 1;
      this.send(OBSERVER, { type: "abort" });
    }
    this.isOpen = message.safe;
  }
}

class Guider extends GenServer {
  private corrections = 0;
  override init() {
    return timeout(160);
  }
  override handleInfo(message: Info) {
    if (message.type !== "timeout") return timeout(160);
    this.corrections += 1;
    if (this.corrections % 9 === 0) throw new Error("star lost");
    return timeout(160);
  }
}

interface ObserverProtocol extends Protocol {
  calls: Call<{ type: "done" }, string[]>;
  infos: TaskMessage<number> | { type: "start" } | { type: "abort" };
}
const OBSERVER = processName<Observer>("observer");
const EXPOSURES = processName<TaskSupervisor>("exposures");

class Observer extends GenServer<ObserverProtocol> {
  private plan = new Heap<Target>((a, b) => a.priority > b.priority);
  private exposing: { task: TaskHandle<number>; target: Target } | null = null;
  private guider: Pid<Guider> | null = null;
  private done: string[] = [];
  private failures: string[] = [];

  override init(targets: readonly Target[]) {
    this.trapExit(true);
    this.plan = new Heap(
      (a, b) => a.priority > b.priority,
      targets.map((target) => ({ ...target })),
    );
    this.sendAfter(300, this.self, { type: "start" });
  }
  override handleCall(request: ObserverProtocol["calls"]) {
    return reply(request, this.done);
  }
  private async expose(): Promise<void> {
    if (this.exposing !== null) return;
    const target = this.plan.pop();
    if (target === undefined) return;
    const open = await this.isOpen();
    if (!open) {
      this.plan.push(target);
      this.sendAfter(700, this.self, { type: "start" });
      return;
    }
    this.guider ??= await this.startLink(Guider);
    const seconds = 300 + Math.round(Math.abs(target.dec) * 5);
    const task = this.async<number>(
      async (own) => {
        await own.sleep(seconds);
        return Math.round(seconds * Math.cos((target.dec * Math.PI) / 180));
      },
      { under: EXPOSURES, notify: true },
    );
    this.exposing = { task, target };
  }
  private async isOpen(): Promise<boolean> {
    try {
      return await this.call(DOME, { type: "open" }, 500);
    } catch (error) {
      if (error instanceof CallError) return false;
      throw error;
    }
  }
  private again(target: Target, why: string): void {
    this.failures.push(`${target.name}: ${why}`);
    target.priority -= 1;
    if (target.priority > 0) this.plan.push(target);
  }
  override async handleInfo(message: Info<ObserverProtocol["infos"]>) {
    switch (message.type) {
      case "start":
        return void (await this.expose());
      case "abort": {
        if (this.exposing === null) return;
        const { task, target } = this.exposing;
        this.exposing = null;
        await this.shutdownTask(task, 200);
        this.again(target, "dome closed");
        this.sendAfter(700, this.self, { type: "start" });
        return;
      }
      case "task": {
        if (this.exposing === null || message.task !== this.exposing.task) return;
        const { target } = this.exposing;
        this.exposing = null;
        if (message.ok) this.done.push(`${target.name} (${message.value})`);
        else this.again(target, formatReason(message.reason));
        return this.expose();
      }
      case "EXIT":
        if (message.from === this.guider) {
          this.guider = null;
          if (this.exposing) this.send(this.self, { type: "abort" });
        }
        return;
    }
  }
  override terminate(_reason: ExitReason) {
    if (this.exposing !== null) this.cancelTask(this.exposing.task);
  }
}

const NIGHT: readonly Target[] = [
  { name: "M31", ra: 10.7, dec: 41.3, priority: 2 },
  { name: "M42", ra: 83.8, dec: -5.4, priority: 5 },
  { name: "NGC 253", ra: 11.9, dec: -25.3, priority: 3 },
  { name: "M13", ra: 250.4, dec: 36.5, priority: 4 },
];

class InstrumentsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "exposures", start: [TaskSupervisor], name: EXPOSURES },
        { id: "observer", start: [Observer, NIGHT], name: OBSERVER, shutdown: 2_000 },
      ],
    };
  }
}

export class TelescopeSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "weather", start: [Weather], name: WEATHER },
        { id: "dome", start: [Dome], name: DOME },
        { id: "instruments", start: [InstrumentsSup] },
      ],
    };
  }
}
