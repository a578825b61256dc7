/** A hub for websockets: sockets subscribe to topics with their pid, the hub fans out, presence counts. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

class Hub extends GenServer {
  private topics = new Map<string, Set<Pid>>();
  private watching = new Map<number, MonitorRef>();
  override handleCast(
    message:
      | { type: "subscribe"; topic: string; socket: Pid }
      | { type: "unsubscribe"; topic: string; socket: Pid }
      | { type: "publish"; topic: string; payload: unknown },
  ) {
    switch (message.type) {
      case "subscribe": {
        let sockets = this.topics.get(message.topic);
        if (!sockets) {
          sockets = new Set();
          this.topics.set(message.topic, sockets);
        }
        sockets.add(message.socket);
        if (!this.watching.has(message.socket.id))
          this.watching.set(message.socket.id, this.monitor(message.socket));
        return;
      }
      case "unsubscribe": {
        this.topics.get(message.topic)?.delete(message.socket);
        const ref = this.watching.get(message.socket.id);
        if (ref) this.demonitor(ref);
        this.watching.delete(message.socket.id);
        return;
      }
      case "publish":
        for (const socket of this.topics.get(message.topic) ?? [])
          this.send(socket, { type: "frame", payload: message.payload });
    }
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    this.watching.delete(message.pid.id);
    for (const sockets of this.topics.values()) sockets.delete(message.pid);
  }
}

class Socket extends GenServer {
  private frames = 0;
  private topic = "";
  override init(topic: string) {
    this.topic = topic;
    this.cast("hub", { type: "subscribe", topic, socket: this.self });
    this.cast("presence", { type: "up" });
  }
  override handleInfo(message: Info<{ type: "frame"; payload: unknown }>) {
    if (message.type !== "frame") return;
    this.frames++;
    if (this.frames === 4) {
      this.cast("hub", { type: "unsubscribe", topic: this.topic, socket: this.self });
      return stop("normal");
    }
  }
  override terminate() {
    this.cast("presence", { type: "down" });
  }
}

class Sockets extends DynamicSupervisor {
  override init() {
    return { intensity: 5, period: 5, child: { start: [Socket] as const, restart: "temporary" as const } };
  }
}

class Presence extends GenServer {
  private online = 0;
  override handleCast(message: { type: "up" | "down" }) {
    if (message.type === "up") this.online++;
    else this.online--;
  }
  override handleCall(request: { type: "online" }) {
    return reply(request, this.online);
  }
}

class Listener extends GenServer {
  private readonly topics = ["news", "sport", "news"];
  override async init() {
    for (const topic of this.topics) await this.startChild("sockets", [topic]);
    this.sendInterval(1_000, this.self, { type: "accept" });
  }
  override async handleInfo(message: Info<{ type: "accept" }>) {
    if (message.type !== "accept") return;
    const online = (await this.call("presence", { type: "online" })) as number;
    if (online < 3) await this.startChild("sockets", ["news"]);
  }
}

class Publisher extends GenServer {
  private seq = 0;
  override init(topic: string) {
    this.topic = topic;
    this.sendInterval(750, this.self, { type: "emit" });
  }
  private topic = "";
  override handleInfo(message: Info<{ type: "emit" }>) {
    if (message.type === "emit")
      this.cast("hub", { type: "publish", topic: this.topic, payload: this.seq++ });
  }
}

export class HubSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "presence", start: [Presence], name: "presence" },
        { id: "hub", start: [Hub], name: "hub" },
        { id: "sockets", start: [Sockets], name: "sockets" },
        { id: "listener", start: [Listener] },
        { id: "publisher", start: [Publisher, "news"] },
      ],
    };
  }
}
