/** What a name that only a run knows chooses from a table: it is one of those that are there. */
import { app, cases } from "./program.ts";

const classes = `
class Echo extends GenServer {}
class Dice extends GenServer {}
`;
const plugins = (table: string, install: string) =>
  app(
    `${classes}
const catalog: any = ${table};
class Plugins extends GenServer { async handleCast(m: any) { ${install} } }`,
    `{ id: "plugins", start: [Plugins] }`,
  ).replace("class App extends Supervisor", "class AppSup extends Supervisor") +
  `export class Root extends Supervisor { init() { return { children: [{ id: "app", start: [AppSup], name: "app" }] }; } }`;
const MIXED = ["overloaded-supervisor staticAndDynamic"];
const specs = (restart: string) =>
  `{ echo: { id: "echo", start: [Echo], restart: "${restart}" }, dice: { id: "dice", start: [Dice], restart: "${restart}" } }`;

cases([
  [
    "a table of specs",
    plugins(
      specs("transient"),
      `const spec = catalog[m.kind]; if (spec) await this.startChild("app", { ...spec, id: m.id });`,
    ),
    MIXED,
  ],
  [
    "each under an id of its own",
    plugins(specs("transient"), `await this.startChild("app", catalog[m.kind]);`),
  ],
  [
    "all of them are temporary",
    plugins(
      specs("temporary"),
      `const spec = catalog[m.kind]; if (spec) await this.startChild("app", { ...spec, id: m.id });`,
    ),
  ],
  [
    "a map of functions that make specs",
    plugins(
      `new Map([["echo", (id) => ({ id, start: [Echo] })], ["dice", (id) => ({ id, start: [Dice] })]])`,
      `const make = catalog.get(m.kind); if (make) await this.startChild("app", make(m.id));`,
    ),
    MIXED,
  ],
  [
    "a map of specs",
    plugins(
      `new Map([["echo", { id: "echo", start: [Echo] }], ["dice", { id: "dice", start: [Dice] }]])`,
      `const spec = catalog.get(m.kind); if (spec) await this.startChild("app", { ...spec, id: m.id });`,
    ),
    MIXED,
  ],
  [
    "a condition between two specs",
    plugins(
      `{}`,
      `const spec = m.loud ? { id: m.id, start: [Echo] } : { id: m.id, start: [Dice], restart: "temporary" }; await this.startChild("app", spec);`,
    ),
    MIXED,
  ],
  [
    "a table of classes",
    plugins(
      `{ echo: Echo, dice: Dice }`,
      `await this.startChild("app", { id: m.id, start: [catalog[m.kind]], restart: "transient" });`,
    ),
    MIXED,
  ],
  [
    "a table of registered names, one of a child that starts later",
    app(
      `class Db extends GenServer { handleCall(r) { return reply(r, 1); } }
class Router extends GenServer {
  routes: any = { db: processName("db"), log: processName("log") };
  async handleCast(m: any) { const to = this.routes[m.to]; if (to) await this.call(to, m); }
}`,
      `{ id: "router", start: [Router] }, { id: "db", start: [Db], name: "db" }`,
    ),
    ["child-order usedLater?"],
  ],
]);
