/** A small multi-user dungeon: rooms from a map, mobs with behaviours as a state table, players that link to their session, a combat task. */
import {
  continueWith,
  DynamicSupervisor,
  GenServer,
  type Info,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  timeout,
} from "suptree";

const MAP = { hall: ["yard", "cellar"], yard: ["hall"], cellar: ["hall"] } as const;
type RoomName = keyof typeof MAP;
type Mood = "asleep" | "wander" | "hunt" | "flee";
const TABLE: Record<Mood, { after: number; next(hp: number): Mood }> = {
  asleep: { after: 600, next: () => "wander" },
  wander: { after: 400, next: (hp) => (hp < 5 ? "flee" : "hunt") },
  hunt: { after: 300, next: (hp) => (hp < 5 ? "flee" : "wander") },
  flee: { after: 200, next: () => "asleep" },
};
class Room extends GenServer {
  private people = new Map<Pid, string>();
  private name!: RoomName;
  override init(name: RoomName) {
    this.name = name;
    this.register(`room:${name}`);
  }
  override handleCall(
    request: { type: "enter"; who: string; pid: Pid } | { type: "exits" } | { type: "look" },
  ) {
    switch (request.type) {
      case "enter":
        this.people.set(request.pid, request.who);
        this.monitor(request.pid);
        return reply(request, [...this.people.values()]);
      case "exits":
        return reply(request, [...MAP[this.name]]);
      case "look":
        return reply(request, { name: this.name, people: Array.from(this.people.values()).toSorted() });
    }
  }
  override handleCast(message: { type: "leave"; pid: Pid }) {
    this.people.delete(message.pid);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.people.delete(message.pid);
  }
}
class Mover extends GenServer {
  protected at: RoomName = "hall";
  protected name = "";
  protected async go(to: RoomName): Promise<string[]> {
    this.cast(`room:${this.at}`, { type: "leave", pid: this.self });
    this.at = to;
    return (await this.call(`room:${to}`, { type: "enter", who: this.name, pid: this.self })) as string[];
  }
  protected async wander(step: number): Promise<void> {
    const exits = (await this.call(`room:${this.at}`, { type: "exits" })) as RoomName[];
    await this.go(exits[step % exits.length]!);
  }
}
class Mob extends Mover {
  private mood: Mood = "asleep";
  private hp: number = 0;
  private steps = 0;
  override async init(name: string, hp: number) {
    super.init();
    this.name = name;
    this.hp = hp;
    await this.go("cellar");
    return timeout(TABLE[this.mood].after);
  }
  override async handleInfo(message: Info<{ type: "hit"; damage: number }>) {
    if (message.type === "hit") {
      this.hp -= message.damage;
      if (this.hp <= 0) return stop({ shutdown: "dead" });
    } else if (message.type === "timeout") {
      this.mood = TABLE[this.mood].next(this.hp);
      if (this.mood === "wander" || this.mood === "flee") await this.wander(this.steps++);
    }
    return timeout(TABLE[this.mood].after);
  }
}
class Session extends GenServer {
  private commands: string[] = ["look", "yard", "hit", "hall", "hit", "quit"];
  private player?: Pid;
  override async init(who: string) {
    this.player = await this.startLink(Player, who);
    return continueWith("greet");
  }
  override async handleContinue(_term: "greet") {
    await this.sleep(50);
    this.sendAfter(300, this.self, { type: "next" });
  }
  override handleInfo(message: Info<{ type: "next" }>) {
    if (message.type !== "next") return;
    const command = this.commands.shift();
    if (command === undefined) return stop("normal");
    this.cast(this.player!, { type: "command", command });
    this.sendAfter(350, this.self, { type: "next" });
  }
}
class Player extends Mover {
  private history: string[] = [];
  override async init(name: string) {
    this.name = name;
    await this.go("hall");
  }
  override async handleCast({ command }: { type: "command"; command: string }) {
    this.history.push(command);
    if (command in MAP) await this.go(command as RoomName);
    else if (command === "hit") {
      const rat = this.whereis("rat");
      if (!rat) return;
      this.send(rat, { type: "hit", damage: 4 });
    } else if (command === "quit") this.exit("normal");
  }
}
class Sessions extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 10, child: { start: [Session] as const, restart: "temporary" as const } };
  }
}
class Listener extends GenServer {
  private names = ["zoe", "max"];
  private count = 0;
  override init() {
    this.sendInterval(1_500, this.self, { type: "accept" });
  }
  override async handleInfo(message: Info<{ type: "accept" }>) {
    if (message.type !== "accept") return;
    const who = this.names[this.count++ % this.names.length]!;
    await this.startChild("sessions", [who]);
  }
}
class RoomsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: (Object.keys(MAP) as RoomName[]).map((name) => ({ id: name, start: [Room, name] as const })),
    };
  }
}
export class MudSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      period: 10,
      children: [
        { id: "rooms", start: [RoomsSup] },
        { id: "rat", start: [Mob, "rat", 12], name: "rat" },
        { id: "bat", start: [Mob, "bat", 3] },
        { id: "sessions", start: [Sessions], name: "sessions" },
        { id: "listener", start: [Listener] },
      ],
    };
  }
}
