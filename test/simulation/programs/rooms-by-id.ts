/** Chat rooms that are started when somebody joins one: the id comes with the message. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

type RoomMessage = { type: "joined"; user: string } | { type: "said"; user: string; text: string };

class Room extends GenServer {
  private readonly users = new Set<string>();
  private readonly log: string[] = [];
  override init(id: string) {
    this.register(`room:${id}`);
  }
  override handleCast(message: RoomMessage) {
    switch (message.type) {
      case "joined":
        this.users.add(message.user);
        break;
      case "said":
        if (!this.users.has(message.user)) return;
        this.log.push(`${message.user}: ${message.text}`);
        this.cast("history", { type: "append", line: this.log[this.log.length - 1] });
        break;
    }
  }
}

class RoomSup extends DynamicSupervisor {
  override init() {
    return { intensity: 5, period: 10, child: { start: [Room] as const, restart: "transient" as const } };
  }
}

class History extends GenServer {
  private lines: string[] = [];
  override handleCast(message: { type: "append"; line: string }) {
    if (message.type === "append") this.lines.push(message.line);
    if (this.lines.length > 100) this.lines = this.lines.slice(-50);
  }
  override handleCall(request: { type: "last" }) {
    return reply(request, this.lines.at(-1) ?? null);
  }
}

class Directory extends GenServer {
  private readonly rooms = new Map<string, { pid: Pid; ref: MonitorRef }>();
  override async handleCall(request: { type: "join"; room: string; user: string }) {
    const { room, user } = request;
    let entry = this.rooms.get(room);
    if (!entry) {
      const pid = await this.startChild("room_sup", [room]);
      entry = { pid, ref: this.monitor(pid) };
      this.rooms.set(room, entry);
    }
    this.cast(entry.pid, { type: "joined", user });
    return reply(request, entry.pid);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") {
      for (const [id, { ref }] of this.rooms) {
        if (ref === message.ref) {
          this.rooms.delete(id);
          break;
        }
      }
    }
  }
}

class Bot extends GenServer {
  private n = 0;
  override init(name: string, private_room: string) {
    this.name = name;
    this.room = private_room;
    this.sendAfter(200, this.self, { type: "speak" });
  }
  private name = "";
  private room = "";
  override async handleInfo(message: Info<{ type: "speak" }>) {
    if (message.type !== "speak") return;
    const pid = (await this.call("directory", { type: "join", room: this.room, user: this.name })) as Pid;
    this.cast(pid, { type: "said", user: this.name, text: `hello ${this.n++}` });
    this.sendAfter(1_500, this.self, { type: "speak" });
  }
}

export class Chat extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "history", start: [History], name: "history" },
        { id: "room_sup", start: [RoomSup], name: "room_sup" },
        { id: "directory", start: [Directory], name: "directory" },
        { id: "ada", start: [Bot, "ada", "lobby"] },
        { id: "bob", start: [Bot, "bob", "dev"] },
        { id: "eve", start: [Bot, "eve", "lobby"] },
      ],
    };
  }
}
