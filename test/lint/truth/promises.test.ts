/** Promises that are kept and waited for later in the same `init`, and what is awaited without being a promise. */
import { app, cases } from "./program.ts";

const two = (init: string) =>
  app(
    `class Db extends GenServer { handleCall(r: any) { return reply(r, 1); } }
class A extends GenServer { x: any = 0; async init() { ${init} } }`,
    `{ id: "a", start: [A] }, { id: "db", start: [Db], name: "db" }`,
  );
const tcp = (dial: string) =>
  app(
    `import { createConnection } from "node:net"; import { once } from "node:events"; import { WebSocket } from "ws";
class A extends GenServer { socket: any; async init() { ${dial} } }`,
    `{ id: "a", start: [A] }`,
  );
const pool = (init: string) =>
  app(
    `class C extends GenServer {}
class F extends GenServer { async init(size: number) { ${init} } }
class P extends Supervisor { init() { return { children: [{ id: "f", start: [F, 4] }] }; } }`,
    `{ id: "p", start: [P], name: "pool" }`,
  );
const START = `this.startChild("pool", { id: \`c-\${n}\`, start: [C], restart: "temporary" })`;

cases([
  [
    "kept and awaited",
    two(`const p = this.call("db", 1); this.x = 1; this.x = await p;`),
    ["child-order bootFails"],
  ],
  [
    "one of two that are kept",
    two(`const p = this.call("db", 1); const q = 1; const all = [p, q]; await Promise.all(all);`),
    ["child-order bootFails"],
  ],
  [
    "awaited in a try",
    two(`const p = this.call("db", 1); try { this.x = await p; } catch { this.x = 1; }`),
    ["child-order guardedInInit"],
  ],
  [
    "waited for by a helper that makes a value of both ends",
    two(
      `const settle = (p) => p.then((v) => ({ v }), () => null); this.x = await settle(this.call("db", 1));`,
    ),
    ["child-order guardedInInit"],
  ],
  [
    "waited for by a helper that has another value for a failure",
    two(`const or = (p, v) => p.catch(() => v); this.x = await or(this.call("db", 1), 0);`),
    ["child-order guardedInInit"],
  ],
  [
    "waited for by a helper that only changes the value",
    two(`const first = (p) => p.then((v) => v[0]); this.x = await first(this.call("db", 1));`),
    ["child-order bootFails"],
  ],
  [
    "a helper that nobody waits for",
    two(`const log = (p) => p.then((v) => console.log(v)); log(this.call("db", 1));`),
    ["child-order perhapsInInit?"],
  ],
  [
    "awaited on a condition",
    two(`const p = this.call("db", 1); if (process.env.WAIT) await p;`),
    ["child-order perhapsInInit?"],
  ],
  [
    "never awaited",
    two(`const all: any[] = []; all.push(this.call("db", 1));`),
    ["child-order perhapsInInit?"],
  ],
  [
    "starts that are waited for together",
    pool(`const all: any[] = []; for (let n = 0; n < size; n++) all.push(${START}); await Promise.all(all);`),
    ["supervisor-call-in-init deadlock"],
  ],
  ["a socket is no promise", tcp(`this.socket = await createConnection({ port: 1 });`)],
  ["nor is an object of a package", tcp(`this.socket = await new WebSocket("ws://x");`)],
  [
    "what it does may be one",
    tcp(`this.socket = new WebSocket("ws://x"); await once(this.socket, "open");`),
    ["blocking-init holdsStart"],
  ],
  [
    "of a client that a field begins with",
    tcp(`await this.client.connect();`).replace(
      "socket: any;",
      "socket: any; client = new WebSocket('ws://x');",
    ),
    ["blocking-init holdsStart"],
  ],
  [
    "of a part of what a package's function has made",
    `import { createClient } from "redis";\n${tcp(`this.socket = createClient(); await this.socket.json.get("x");`)}`,
    ["blocking-init holdsStart"],
  ],
  ["not awaited", tcp(`this.socket = new WebSocket("ws://x"); this.socket.connect();`)],
  [
    "returned, which may be no promise",
    tcp(`this.socket = await this.make();`).replace(
      "async init",
      "async make() { return new WebSocket('ws://x').setMaxListeners(5); } async init",
    ),
  ],
  [
    "a server of Node listens at once",
    tcp(`const server = createConnection({ port: 1 }); await server.setTimeout(5);`),
  ],
  [
    "a method of one",
    tcp(`const socket = new WebSocket("ws://x"); await socket.ready();`),
    ["blocking-init holdsStart"],
  ],
]);
