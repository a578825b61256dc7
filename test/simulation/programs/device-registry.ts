/** Devices register themselves; the registry monitors them and a poller asks every device that is there. */
import {
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Registry extends GenServer {
  private devices = new Map<string, Pid>();
  private refs = new Map<MonitorRef, string>();
  override handleCall(
    request:
      | { type: "register"; name: string; pid: Pid }
      | { type: "unregister"; name: string }
      | { type: "list" },
  ) {
    switch (request.type) {
      case "register": {
        if (this.devices.has(request.name)) return reply(request, { error: "taken" });
        this.devices.set(request.name, request.pid);
        this.refs.set(this.monitor(request.pid), request.name);
        return reply(request, { ok: true });
      }
      case "unregister": {
        for (const [ref, name] of this.refs)
          if (name === request.name) {
            this.demonitor(ref);
            this.refs.delete(ref);
          }
        return reply(request, this.devices.delete(request.name));
      }
      case "list":
        return reply(request, [...this.devices.values()]);
    }
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") {
      const name = this.refs.get(message.ref);
      if (name === undefined) return;
      this.refs.delete(message.ref);
      this.devices.delete(name);
      this.cast("alerts", { type: "lost", name });
    }
  }
}

class Device extends GenServer {
  private value = 20;
  override async init(name: string) {
    await this.call("registry", { type: "register", name, pid: this.self });
  }
  override handleCall(request: { type: "read" }) {
    this.value += 1;
    if (this.value > 23) throw new Error("sensor out of range");
    return reply(request, this.value);
  }
}

class Poller extends GenServer {
  private readings: number[] = [];
  override init() {
    this.sendInterval(1_000, this.self, { type: "poll" });
  }
  override async handleInfo(message: Info<{ type: "poll" }>) {
    if (message.type !== "poll") return;
    const devices = (await this.call("registry", { type: "list" })) as Pid[];
    for (const device of devices) {
      const value = (await this.call(device, { type: "read" }, 500)) as number;
      this.readings.push(value);
    }
  }
}

class Alerts extends GenServer {
  private lost: string[] = [];
  override handleCast(message: { type: "lost"; name: string }) {
    if (message.type === "lost") this.lost.push(message.name);
    if (this.lost.length >= 3) throw new Error("too many devices lost");
  }
}

class DeviceSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 10,
      period: 5,
      children: ["thermo-1", "thermo-2", "hygro"].map((name) => ({
        id: name,
        start: [Device, name] as const,
      })),
    };
  }
}

export class Hub extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      period: 10,
      children: [
        { id: "alerts", start: [Alerts], name: "alerts" },
        { id: "registry", start: [Registry], name: "registry" },
        { id: "devices", start: [DeviceSup] },
        { id: "poller", start: [Poller] },
      ],
    };
  }
}
