/** What children that a run invents do by themselves is supposed of those who have to do with them, and of nobody else. */
import { expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { plan } from "../../src/simulation/planning/make-plan.ts";

const supposedOf = (session: string, wanted = "what others do with it"): string[] => {
  const model = analyzeSources(
    new Map([
      [
        "app.ts",
        `import { continueWith, DynamicSupervisor, GenServer, Supervisor } from "suptree";
class Session extends GenServer { ${session} }
class Aside extends GenServer {}
class Counter extends GenServer { handleCast() { throw new Error("too many"); } }
class Pool extends DynamicSupervisor { init() { return { child: { start: [Session] } }; } }
export class Root extends Supervisor {
  init() {
    return { children: [
      { id: "counter", start: [Counter], name: "counter" },
      { id: "aside", start: [Aside] },
      { id: "pool", start: [Pool], name: "pool" },
    ] };
  }
}`,
      ],
    ]),
  );
  return plan(model, "app.ts#Root", { dynamicChildren: 3 })
    .assumptions.filter(({ field }) => field === wanted)
    .map(({ about }) => about);
};

it.each([
  { session: `init() { this.cast("counter", {}); }`, of: ["app.ts#Root/counter"] },
  {
    session: `init() { return continueWith("go"); } handleContinue() { this.cast("counter", {}); }`,
    of: ["app.ts#Root/counter"],
  },
  { session: `handleCall() { this.cast("counter", {}); }`, of: [] },
  { session: "", of: [] },
])("of a pool whose children have $session", ({ session, of }) => {
  expect(supposedOf(session)).toEqual(of);
});

it.each([
  { session: `init() { return continueWith("go"); }`, of: ["app.ts#Pool"] },
  { session: `init() { if (this.now() > 5) return continueWith("go"); }`, of: ["app.ts#Pool"] },
  { session: `init() { return continueWith("go"); } handleContinue() {}`, of: [] },
  { session: "", of: [] },
])("supposes of a pool what its children do to it: $session", ({ session, of }) => {
  expect(supposedOf(session, "children")).toEqual(of);
});

/** What is supposed of the connections of an acceptor, which starts one when it is told `connected`. */
const inventedFor = (init: string, guard: string): string[] => {
  const text = `import { EventEmitter } from "node:events";
import { DynamicSupervisor, GenServer, Supervisor } from "suptree";
class Connection extends GenServer {}
class Server extends EventEmitter { accept() { this.emit("connection", { id: 1 }); } }
const server = new Server();
class Clients extends GenServer { init() { this.sendAfter(150, this.self, { type: "more" }); } handleInfo() { server.accept(); } }
class Acceptor extends GenServer {
  init() { ${init} }
  tell(socket) { this.send(this.self, { type: "connected", socket }); }
  async handleInfo(message) { ${guard} await this.startChild("connections", [message.socket]); }
}
class Connections extends DynamicSupervisor { init() { return { child: { start: [Connection], restart: "temporary" } }; } }
export class Root extends Supervisor {
  init() {
    return { children: [
      { id: "connections", start: [Connections], name: "connections" },
      { id: "acceptor", start: [Acceptor] },
      { id: "clients", start: [Clients] },
    ] };
  }
}`;
  return plan(analyzeSources(new Map([["app.ts", text]])), "app.ts#Root", { dynamicChildren: 3 })
    .assumptions.filter(({ field }) => field === "dynamic children")
    .map(({ about }) => about);
};

const READ = `if (message.type !== "connected") return;`;
const UNREAD = `if (message.type !== "connected" || !message.socket) return;`;

it.each([
  {
    init: `this.on(server, "connection", (socket) => ({ type: "connected", socket }));`,
    guard: READ,
    invented: [],
  },
  {
    init: `this.on(server, "connection", (socket) => ({ type: "connected", socket }));`,
    guard: UNREAD,
    invented: [],
  },
  { init: `server.on("connection", this.tell.bind(this));`, guard: UNREAD, invented: [] },
  {
    init: `setTimeout(() => this.send(this.self, { type: "connected", socket: {} }), 300);`,
    guard: UNREAD,
    invented: [],
  },
  // Nothing in the program makes such a message: somebody outside does.
  {
    init: "",
    guard: `if (message.type !== "plugged" || !message.socket) return;`,
    invented: ["app.ts#Connections/Connection"],
  },
])("invents nobody whom code starts on what it makes: $init $guard", ({ init, guard, invented }) => {
  expect(inventedFor(init, guard)).toEqual(invented);
});
