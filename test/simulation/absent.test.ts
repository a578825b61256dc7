/** Whom a run asks that is not part of it: code that is interpreted finds nobody, a script is taken to be answered. */
import { expect, it } from "vitest";
import { single } from "./corpus.ts";
import { prediction } from "./reality.ts";

const program = (head: string, asks: string) => `
import { GenServer, Supervisor, reply } from "suptree";
${head}
class Db extends GenServer { override handleCall(request) { return reply(request, 1); } }
class Shop extends GenServer {
  override init() { this.sendInterval(500, this.self, { type: "ask" }); }
  override async handleInfo(message) { if (message.type === "ask") { ${asks} } }
}
export class DbSup extends Supervisor {
  override init() { return { children: [{ id: "db", start: [Db], name: "db" }] }; }
}
export class ShopSup extends Supervisor {
  override init() { return { intensity: 9, children: [{ id: "shop", start: [Shop] }] }; }
}
export class AllSup extends Supervisor {
  override init() { return { children: [{ id: "dbs", start: [DbSup] }, { id: "shops", start: [ShopSup] }] }; }
}`;

const CALL = 'await this.call("db", { type: "get" });';

it.for([
  {
    what: "code that is interpreted",
    head: "",
    asks: CALL,
    root: "app.ts#ShopSup",
    supposed: false,
    ends: true,
  },
  {
    what: "code that is interpreted and survives",
    head: "",
    asks: `try { ${CALL} } catch {}`,
    root: "app.ts#ShopSup",
    supposed: false,
    ends: false,
  },
  {
    what: "code that cannot be read",
    head: 'import { note } from "notes";',
    asks: `note(); ${CALL}`,
    root: "app.ts#ShopSup",
    supposed: true,
    ends: false,
  },
  {
    what: "code that is interpreted, where all run",
    head: "",
    asks: CALL,
    root: "app.ts#AllSup",
    supposed: false,
    ends: false,
  },
])("$what", async ({ head, asks, root, supposed, ends }) => {
  const { simulation, events } = await prediction(single("absent", program(head, asks)).model, root);
  expect(simulation.assumptions.some(({ assumed }) => assumed === "it answers")).toBe(supposed);
  expect(events.some(({ type }) => type === "decision")).toBe(ends);
});
