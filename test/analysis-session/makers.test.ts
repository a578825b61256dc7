/** Functions that start or define something for files that import no dialect: naming the folder is enough. */
import { describe, expect, test } from "vitest";
import { analyzeOn } from "../../src/analysis/session/index.ts";
import { memoryHost } from "./memory-host.ts";

async function look(files: Record<string, string>, named: readonly string[] = []) {
  const host = memoryHost({ "/w/.git/HEAD": "" });
  for (const [file, text] of Object.entries(files)) host.write(`/w/${file}`, text);
  const { model } = await analyzeOn([...named.map((file) => `/w/${file}`), "/w"], {
    host,
    cwd: "/w",
    base: "/w",
  });
  return model;
}

/** Supervisors with their children; the same whichever files are named besides the folder. */
async function trees(files: Record<string, string>): Promise<string[]> {
  const model = await look(files);
  const sources = Object.keys(files).filter((file) => !file.endsWith(".json"));
  const each = await look(files, sources);
  expect(JSON.stringify(each)).toBe(JSON.stringify(model));
  return model.supervisors.map(
    ({ key, children }) => `${key}: ${children.map(({ id, start }) => id ?? `(${start.symbol})`).join(" ")}`,
  );
}

const DIRECTOR = `const { start, spawn } = require("nact");
function start_actor(parent) {
  return (name, definition, state) => spawn(parent, definition.receive, name, { initialState: state, onCrash: definition.onCrash });
}
function bootstrap(engine) {
  const system = engine ? start(engine) : start();
  return { system, start_actor: start_actor(system) };
}
module.exports = { bootstrap, start_actor };
`;

describe("thin wrappers around spawn (nact)", () => {
  test("functions of a module, a default export, another name", async () => {
    expect(
      await trees({
        "lib/actors.ts": `import { start, spawn } from "nact";
export const system = start();
export function startActor(name: string, handler: any) { return spawn(system, handler, name); }
export default startActor;`,
        "services/mail.ts": `import startActor from "../lib/actors"; export const mail = startActor("mail", (s: any) => s);`,
        "services/audit.ts": `import { startActor as go } from "../lib/actors"; export const audit = go("audit", (s: any) => s);`,
        "services/other.ts": `import * as actors from "../lib/actors"; export const other = actors.startActor("other", (s: any) => s);`,
      }),
    ).toEqual(["lib/actors.ts#system: audit mail other"]);
  });

  test("static methods and objects of a class, and what a function has put into a variable of its module", async () => {
    const lib = 'import * as NACT from "nact";\n';
    expect(
      await trees({
        "lib.ts": `${lib}export class Sys {
  static make() { return NACT.start(); }
  static child(p: any, n: string) { return NACT.spawn(p, (s: any) => s, n); }
}`,
        "main.ts": 'import { Sys } from "./lib"; const root = Sys.make(); Sys.child(root, "a");',
      }),
    ).toEqual(["main.ts#root: a"]);
    expect(
      await trees({
        "lib.ts": `${lib}export class Sys { system = NACT.start(); child(n: string) { return NACT.spawn(this.system, (s: any) => s, n); } }`,
        "main.ts": 'import { Sys } from "./lib"; const one = new Sys(); one.child("a"); one.child("b");',
      }),
    ).toEqual(["main.ts#system: a b"]);
    expect(
      await trees({
        "lib.ts": `${lib}let held: any;
export function begin() { held = { system: NACT.start() }; }
export function actor(name: string) { return NACT.spawn(held.system, (s: any) => s, name); }`,
        "main.ts": 'import { actor, begin } from "./lib"; begin(); actor("a"); actor("b");',
      }),
    ).toEqual(["main.ts#system: a b"]);
  });

  test("a function that is all that a module exports, and has more", async () => {
    expect(
      await trees({
        "todo.js": `const { spawn } = require("nact");
const names = { first: "one" };
module.exports = (parent, name = names.first) => spawn(parent, (s) => s, name);
module.exports.names = names;
module.exports.other = (parent) => spawn(parent, (s) => s, "other");`,
        "index.js": `const { start } = require("nact"); const todo = require("./todo"); const { other } = require("./todo");
const system = start(); todo(system); todo.other(system); other(todo(system, "in")); todo(system, \`\${todo.names.first}-more\`);`,
      }),
    ).toEqual(["index.js#in: other", "index.js#system: one other in one-more"]);
  });

  test("each call spawns an actor of its own where the name is computed", async () => {
    expect(
      await trees({
        "index.js": `const { start, spawn } = require("nact"); const system = start();
const make = (parent, name) => spawn(parent, (s) => s, name || String(Math.random()));
make(system); make(system); make(system, "c");`,
      }),
    ).toEqual(["index.js#system: (make) (make) c"]);
  });

  test("a program that is called as the library that it uses is another", async () => {
    const program = (dependencies: string) => ({
      "package.json": `{ "name": "nact", "dependencies": ${dependencies} }`,
      "main.js": `const { start } = require("nact"); const pool = require("./src/pool"); pool(start(), "pool");`,
      "src/pool.js": `const { spawn } = require("nact"); module.exports = (parent, id) => spawn(parent, (s) => s, id);`,
    });
    expect(await trees(program('{ "nact": "^7.6.2" }'))).toEqual(["main.js#system: pool"]);
    expect(await trees(program('{ "nact": "file:." }'))).toEqual(["main.js#system: "]);
  });

  test("an object that a function gives, of another package of the workspace", async () => {
    expect(
      await trees({
        "package.json": "{}",
        "packages/director/package.json": '{ "name": "@shop/director", "main": "src/index.js" }',
        "packages/director/src/index.js": `const Actors = require("./actors"); module.exports = { Actors };`,
        "packages/director/src/actors.js": DIRECTOR,
        "packages/tips/package.json": '{ "name": "@shop/tips" }',
        "packages/tips/index.js": `const { Actors } = require("@shop/director");
const director = Actors.bootstrap();
const tipper = director.start_actor("tipper", { receive: (s) => s }, {});
const poll = director.start_actor("poll", { receive: (s) => s });`,
      }),
    ).toEqual(["packages/tips/index.js#director: tipper poll"]);
  });

  test("a class that makes it, and those that extend that: each has its own", async () => {
    expect(
      await trees({
        "actors.js": DIRECTOR,
        "service.js": `const { bootstrap } = require("./actors");
class Service { constructor(options) { this.director = options.director || bootstrap(options.engine); } }
module.exports = { Service };`,
        "funder.js": `const { Service } = require("./service");
class Funder extends Service { constructor(options) { super(options); this.a = this.director.start_actor("funder", { receive: (s) => s }); } }
module.exports = Funder;`,
        "oracle.js": `const { Service } = require("./service");
class Oracle extends Service { constructor(options) { super(options); this.a = this.director.start_actor("oracle", { receive: (s) => s }); } }
module.exports = Oracle;`,
        "main.js": `const Funder = require("./funder"); new Funder({});`,
      }),
    ).toEqual([
      expect.stringMatching(/^funder\.js#\w+: funder$/),
      expect.stringMatching(/^oracle\.js#\w+: oracle$/),
    ]);
  });

  test("a system in a field of a base class", async () => {
    expect(
      await trees({
        "base.ts": `import { start } from "nact"; export class Base { readonly system = start(); }`,
        "a.ts": `import { spawnStateless } from "nact"; import { Base } from "./base";
export class A extends Base { one = spawnStateless(this.system, () => {}, "one"); two = spawnStateless(this.system, () => {}, "two"); }`,
        "b.ts": `import { spawnStateless } from "nact"; import { Base } from "./base";
export class B extends Base { three = spawnStateless(this.system, () => {}, "three"); }`,
      }),
    ).toEqual(["a.ts#system: one two", "b.ts#system: three"]);
  });
});

describe("functions that make supervisors", () => {
  const MAKER = `class Source extends GenServer {}
function makeApp(name) {
  class Worker extends GenServer { async init() { this.value = await this.call(name, 1); } }
  return class App extends Supervisor { init() { return { children: [{ id: "worker", start: [Worker] }, { id: "source", start: [Source], name }] }; } };
}`;
  test("CommonJS", async () => {
    expect(
      await trees({
        "maker.js": `const { GenServer, Supervisor } = require("suptree");\n${MAKER}\nexports.makeApp = makeApp;`,
        "main.js": `const { makeApp } = require("./maker"); module.exports = { Main: makeApp("source") };`,
      }),
    ).toEqual(["main.js#Main: worker source"]);
  });

  test("through a barrel, and a function around it", async () => {
    expect(
      await trees({
        "maker.ts": `import { GenServer, Supervisor } from "suptree";\n${MAKER.replace("name)", "name: string)")}\nexport { makeApp };`,
        "index.ts": `export * from "./maker";`,
        "wrapper.ts": `import { makeApp } from "./index"; export const shop = (n: string) => makeApp("shop-" + n);`,
        "main.ts": `import { shop } from "./wrapper"; export const Main = shop("a");`,
      }),
    ).toEqual(["main.ts#Main: worker source"]);
  });
});

test("a library's own examples are read as its users' code is: what the library does is not followed", async () => {
  const model = await look({
    "package.json": '{ "name": "actor-ts" }',
    "src/index.ts": `export { Actor, ActorSystem } from "./actor"; export { Cluster } from "./cluster";`,
    "src/actor.ts":
      "export class Actor {} export class ActorSystem { static create(name: string) { return new ActorSystem(); } }",
    "src/cluster.ts": `import { Actor } from "./actor"; class Gossip extends Actor {}
export const Cluster = { join(system: any) { for (let i = 0; i < 9; i++) system.spawn(Gossip, "gossip-" + i); return system; } };`,
    "examples/chat.ts": `import { Actor, ActorSystem, Cluster } from "../src/index.js";
class Room extends Actor {}
const system = ActorSystem.create("chat");
const cluster = await Cluster.join(system);
system.spawn(Room, "room");`,
  });
  const chat = model.supervisors.find(({ location }) => location.file === "examples/chat.ts");
  expect(chat?.children.map(({ id }) => id)).toEqual(["room"]);
});

test("a library's own tests beside its sources, and an entry point of its own", async () => {
  const trees = async (files: Record<string, string>) => {
    const { supervisors } = await look(files);
    return supervisors.map(
      (s) => `${s.dialect} ${s.location.file} ${s.children.map(({ id }) => id).join(" ")}`,
    );
  };
  const nact = {
    "package.json": '{ "name": "@nact/core" }',
    "index.ts": `export { spawn, spawnStateless } from "./actor"; export { start } from "./system"; export { dispatch } from "./functions";`,
    "actor.ts": `export function spawn(parent: any, f: any, name: any) { return name; }
export const spawnStateless = (parent: any, f: any, name: any) => spawn(parent, f, name);`,
    "system.ts": `import { spawn } from "./actor"; export function start() { return spawn(null, null, "root"); }`,
    "functions.ts": "export function dispatch(to: any, message: any) {}",
  };
  const tested = (from: string) => `import { start, spawn } from "${from}";
const system = start(); spawn(system, (s: any) => s, "one");`;
  expect(await trees({ ...nact, "actor.test.ts": tested("./index") })).toEqual([
    "parent-spawn actor.test.ts one",
  ]);
  expect(
    await trees({
      ...nact,
      "actor.test.ts": tested("./helpers"),
      "helpers.ts": "export const start = () => 1; export const spawn = () => 2;",
    }),
  ).toEqual([]);
  const actorboy = {
    "package.json": '{ "name": "actorboy" }',
    "lib/supervisor/index.ts": `export { start } from "./supervisor.ts";`,
    "lib/supervisor/supervisor.ts": "export function start(children: any, options: any) {}",
    "lib/node/index.ts": "export function start(name: string, transport: any) {}",
  };
  const user = (part: string) => `import * as It from "../lib/${part}/index.ts";
export const made = It.start([{ id: "w", start: work }], {}); function work() {}`;
  expect(await trees({ ...actorboy, "test/it.ts": user("supervisor") })).toEqual(["actorboy test/it.ts w"]);
  expect(await trees({ ...actorboy, "test/it.ts": user("node") })).toEqual([]);
});
