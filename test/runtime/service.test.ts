/**
 * A small chat server, as an application has one: a listener, a process per connection, rooms found by keys. It is used and
 * broken at the same time: connections and the listener are killed, callbacks fail late, clients vanish and flood.
 */
import { once } from "node:events";
import net from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type Protocol,
  processName,
  Registry,
  type Report,
  Supervisor,
  type SupervisorSpec,
  System,
  seededRandom,
} from "../../src/runtime/index.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

interface ConnectionProtocol extends Protocol {
  casts: { type: "say"; text: string };
  infos: { type: "line"; text: string } | { type: "closed" };
}
const ROOM = processName<Registry<["room", string], undefined, Connection>>("rooms");
const CONNECTIONS = processName<Connections>("connections");
/** Sockets that exist, whoever owns them. */
const sockets = new Set<net.Socket>();

class Connection extends GenServer<ConnectionProtocol> {
  #socket: net.Socket;
  constructor() {
    super();
    this.#socket = new net.Socket();
  }
  override init(socket: net.Socket): void {
    this.#socket = this.own(socket, (it) => it.destroy());
    this.limitMailbox({ max: 100 });
    let rest = "";
    this.on(socket, "data", (data: Buffer) => {
      const lines = (rest + data.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) this.send(this.self, { type: "line", text });
      return undefined;
    });
    this.on(socket, "close", () => ({ type: "closed" as const }));
    this.on(socket, "error", (error: Error) => {
      throw error;
    });
    Registry.register(this, ROOM, ["room", "lobby"]);
  }
  override async handleInfo(message: Info<ConnectionProtocol["infos"]>): Promise<void> {
    if (message.type === "closed") this.exit("normal");
    if (message.type !== "line") return;
    switch (message.text) {
      case "crash":
        throw new Error("told to");
      case "late":
        this.sendExit(this.self, "kill");
        await tick();
        throw new Error("late");
      case "task":
        this.async(() => Promise.reject(new Error("task")));
        return;
      default:
        for (const { pid } of Registry.lookup(this, ROOM, ["room", "lobby"]))
          this.cast(pid, { type: "say", text: message.text });
    }
  }
  override handleCast({ text }: ConnectionProtocol["casts"]): void {
    this.#socket.write(`${text}\n`);
  }
}

class Connections extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Connection> {
    return { child: { start: [Connection], restart: "temporary" }, maxChildren: 20 };
  }
}

let port = 0;
class Listener extends GenServer<{ infos: { type: "socket"; socket: net.Socket } }> {
  override async init(): Promise<void> {
    const server = this.own(net.createServer({ pauseOnConnect: false }), (it) => {
      it.close();
    });
    this.on(server, "connection", (socket: net.Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return { type: "socket" as const, socket };
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening", { signal: this.signal });
    port = (server.address() as net.AddressInfo).port;
  }
  override async handleInfo(message: Info<{ type: "socket"; socket: net.Socket }>): Promise<void> {
    if (message.type !== "socket") return;
    const { error } = await this.startChildResult(CONNECTIONS, [message.socket]);
    if (error !== undefined) message.socket.destroy();
  }
}

class ChatSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1000,
      children: [
        { id: "rooms", start: [Registry, { keys: "duplicate" }], name: ROOM },
        { id: "connections", start: [Connections], name: CONNECTIONS },
        { id: "listener", start: [Listener], name: "listener", startTimeout: 5_000 },
      ],
    };
  }
}

class Client {
  readonly socket = net.connect(port, "127.0.0.1");
  text = "";
  closed = false;
  constructor() {
    this.socket.on("data", (data) => {
      this.text += data.toString();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
    });
  }
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(what()).toBe(true);
}

const escaped: unknown[] = [];
const catchIt = (error: unknown) => {
  escaped.push(error);
};
const reports: Report[] = [];
let system: System;
beforeEach(async () => {
  process.on("uncaughtException", catchIt);
  process.on("unhandledRejection", catchIt);
  port = 0;
  reports.length = 0;
  system = new System({ logger: (report) => reports.push(report) });
  await system.start(ChatSup);
});
afterEach(async () => {
  await system.stop();
  await until(() => sockets.size === 0);
  expect(system.processCount).toBe(0);
  await tick();
  process.off("uncaughtException", catchIt);
  process.off("unhandledRejection", catchIt);
  expect(escaped.splice(0)).toEqual([]);
});

const members = () => Registry.lookup(system, ROOM, ["room", "lobby"]);

it("serves, and a failure of one connection is nobody else's", async () => {
  const [a, b, c] = [new Client(), new Client(), new Client()];
  await until(() => members().length === 3);
  for (const failure of ["crash", "late", "task"]) {
    const d = new Client();
    await until(() => members().length === 4);
    d.socket.write(`${failure}\n`);
    await until(() => d.closed && members().length === 3);
  }
  c.socket.destroy();
  await until(() => members().length === 2);
  a.socket.write("hello\n");
  await until(() => a.text === "hello\n" && b.text === "hello\n");
});

it("takes no more than it may, and a flood is bounded", async () => {
  const clients = Array.from({ length: 30 }, () => new Client());
  await until(() => clients.filter(({ closed }) => closed).length === 10 && members().length === 20);
  const victim = members()[0]!.pid;
  await system.suspendProcess(victim);
  clients.find(({ closed }) => !closed)?.socket.write("x\n".repeat(5_000));
  await until(() => reports.some((report) => report.kind === "overload"));
  expect(system.processInfo(victim)?.mailboxLength).toBeLessThanOrEqual(100);
  await system.resumeProcess(victim);
});

it.each([1, 2, 3])(
  "under faults: what dies gives its port and sockets back, and service goes on (seed %i)",
  async (seed) => {
    const random = seededRandom(seed);
    const clients: Client[] = [];
    for (let round = 0; round < 60; round++) {
      const victim = members()[Math.floor(random() * members().length)]?.pid;
      switch (Math.floor(random() * 8)) {
        case 0:
          system.kill("listener");
          break;
        case 1:
          system.crash("listener", "fault");
          break;
        case 2:
          system.kill(CONNECTIONS);
          break;
        case 3:
          if (victim !== undefined) system.kill(victim);
          break;
        case 4:
          if (victim !== undefined) system.crash(victim, "fault");
          break;
        case 5:
          clients[Math.floor(random() * clients.length)]?.socket.destroy();
          break;
        default:
          clients.push(new Client());
          clients
            .at(-1)
            ?.socket.write(["hello\n", "crash\n", "late\n", "task\n"][Math.floor(random() * 4)] ?? "");
      }
      for (let i = Math.floor(random() * 4); i > 0; i--) await tick();
    }
    await until(
      () => system.whereis("listener") !== undefined && system.processInfo("listener")?.status === "idle",
    );
    const last = new Client();
    await until(() => last.closed || members().length > 0);
    last.socket.write("still there\n");
    await until(() => last.text.includes("still there"));
    // Every socket that is open belongs to a connection that lives.
    await until(() => sockets.size === members().length);
    for (const client of [...clients, last]) client.socket.destroy();
  },
);
