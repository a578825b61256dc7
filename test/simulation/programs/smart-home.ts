/** A home: rooms with devices, each a twin of something real; scenes switch many; a planner runs scenes by the clock. */
import {
  type Call,
  CallError,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  timeout,
} from "suptree";

type DeviceState = { on: boolean; level: number };
type Change = Partial<DeviceState>;

interface DeviceProtocol extends Protocol {
  calls: Call<{ type: "get" }, DeviceState> | Call<{ type: "set"; change: Change }, DeviceState>;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

class Device extends GenServer<DeviceProtocol> {
  protected state: DeviceState = { on: false, level: 0 };

  protected adjust(change: Change): DeviceState {
    return { ...this.state, ...change };
  }
  override handleCall(request: DeviceProtocol["calls"]) {
    if (request.type === "set") this.state = this.adjust(request.change);
    return reply(request, this.state);
  }
}

class Lamp extends Device {
  protected override adjust(change: Change): DeviceState {
    const next = super.adjust(change);
    return { on: next.on, level: next.on ? clamp(next.level, 1, 100) : 0 };
  }
}

class Blind extends Device {
  private moves = 0;
  protected override adjust(change: Change): DeviceState {
    if (++this.moves > 50) throw new Error("motor is hot");
    const level = clamp(change.level ?? this.state.level, 0, 100);
    return { on: level > 0, level };
  }
}

class Heater extends Device {
  override init(options?: { idle: number }) {
    this.idle = options?.idle ?? 1_000;
    return timeout(this.idle);
  }
  private idle = 0;
  override handleInfo(message: Info) {
    // Nobody has asked for a while: cool down slowly.
    if (message.type !== "timeout") return undefined;
    this.state.level = Math.max(0, this.state.level - 5);
    return this.state.level > 0 ? timeout(this.idle) : undefined;
  }
}

const KINDS = { lamp: Lamp, blind: Blind, heater: Heater } as const;
type Kind = keyof typeof KINDS;
type Address = `${string}/${string}`;

const LAYOUT: Record<string, readonly (readonly [string, Kind])[]> = {
  kitchen: [
    ["ceiling", "lamp"],
    ["window", "blind"],
  ],
  bedroom: [
    ["bedside", "lamp"],
    ["radiator", "heater"],
  ],
};

const nameOf = (address: Address) => processName<Device>(`device/${address}`);

class RoomSup extends Supervisor {
  override init(room: string): SupervisorSpec {
    const devices = LAYOUT[room] ?? [];
    return {
      strategy: "one_for_one",
      intensity: devices.length,
      period: 10,
      children: devices.map(([id, kind]) => ({
        id,
        start: [KINDS[kind]],
        name: nameOf(`${room}/${id}`),
        label: `${room} ${id}`,
      })),
    };
  }
}

class RoomsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1,
      period: 30,
      children: Object.keys(LAYOUT).map((room) => ({ id: room, start: [RoomSup, room] })),
    };
  }
}

type Scene = ReadonlyMap<Address, Change>;
const SCENES: Record<string, Scene> = {
  morning: new Map<Address, Change>([
    ["kitchen/ceiling", { on: true, level: 80 }],
    ["kitchen/window", { level: 100 }],
    ["bedroom/radiator", { on: true, level: 20 }],
  ]),
  night: new Map<Address, Change>([
    ["kitchen/ceiling", { on: false }],
    ["kitchen/window", { level: 0 }],
    ["bedroom/bedside", { on: true, level: 15 }],
  ]),
};

interface ScenesProtocol extends Protocol {
  calls: Call<{ type: "activate"; scene: string }, { done: number; failed: Address[] }>;
}
const SCENE_CONTROL = processName<SceneControl>("scenes");

class SceneControl extends GenServer<ScenesProtocol> {
  private last: string | undefined;

  override async handleCall(request: ScenesProtocol["calls"]) {
    const scene = SCENES[request.scene];
    if (!scene) throw new Error(`no scene ${request.scene}`);
    const failed: Address[] = [];
    let done = 0;
    for (const [address, change] of scene) {
      try {
        await this.call(nameOf(address), { type: "set", change }, 400);
        done += 1;
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        failed.push(address);
      }
    }
    this.last = request.scene;
    return reply(request, { done, failed });
  }
}

/** "every 2s: morning" and "after 700ms: night". */
const RULE = /^(every|after)\s+(\d+)(ms|s):\s*(\w+)$/;
interface Rule {
  readonly repeats: boolean;
  readonly ms: number;
  readonly scene: string;
}
function parseRule(text: string): Rule {
  const match = RULE.exec(text);
  if (match === null) throw new SyntaxError(`cannot read "${text}"`);
  const [, how, amount, unit, scene = ""] = match;
  return { repeats: how === "every", ms: Number(amount) * (unit === "s" ? 1_000 : 1), scene };
}

interface PlannerProtocol extends Protocol {
  infos: { type: "due"; rule: Rule };
}
class Planner extends GenServer<PlannerProtocol> {
  private missed: Address[] = [];

  override init(rules: readonly string[]) {
    rules.map(parseRule).forEach((rule) => this.plan(rule));
  }
  private plan(rule: Rule): void {
    this.sendAfter(rule.ms, this.self, { type: "due", rule });
  }
  override async handleInfo(message: Info<PlannerProtocol["infos"]>) {
    if (message.type !== "due") return;
    const { scene, repeats } = message.rule;
    const { failed } = await this.call(SCENE_CONTROL, { type: "activate", scene });
    this.missed = [...this.missed, ...failed].slice(-10);
    if (repeats) this.plan(message.rule);
  }
}

interface MotionProtocol extends Protocol {
  infos: { type: "moved" };
}
class MotionSensor extends GenServer<MotionProtocol> {
  private lamp: Pid<Device> | undefined;

  override init(address: Address) {
    this.lamp = this.whereis(nameOf(address));
    if (this.lamp) this.monitor(this.lamp);
    this.address = address;
    this.sendAfter(1_100, this.self, { type: "moved" });
  }
  private address: Address = "none/none";

  override async handleInfo(message: Info<MotionProtocol["infos"]>) {
    if (message.type === "DOWN") {
      this.lamp = this.whereis(nameOf(this.address));
      if (this.lamp) this.monitor(this.lamp);
    } else if (message.type === "moved") {
      if (this.lamp) await this.call(this.lamp, { type: "set", change: { on: true, level: 100 } });
      this.sendAfter(1_100, this.self, { type: "moved" });
    }
  }
}

export class HomeSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "rooms", start: [RoomsSup] },
        { id: "scenes", start: [SceneControl], name: SCENE_CONTROL },
        { id: "planner", start: [Planner, ["every 2s: morning", "after 700ms: night"]] },
        { id: "motion", start: [MotionSensor, "kitchen/ceiling"] },
      ],
    };
  }
}
