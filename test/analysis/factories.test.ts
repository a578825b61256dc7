/** Functions that make classes, and functions that define applications: each call makes one of its own. */
import { describe, expect, test } from "vitest";
import { analyzeOn } from "../../src/analysis/session/index.ts";
import { lint } from "../../src/lint/index.ts";
import { memoryHost } from "../analysis-session/memory-host.ts";

async function look(files: Record<string, string>) {
  const host = memoryHost({ "/w/.git/HEAD": "" });
  for (const [file, text] of Object.entries(files)) host.write(`/w/${file}`, text);
  const { model, sources } = await analyzeOn(["/w"], { host, cwd: "/w", base: "/w" });
  return { model, findings: lint(model, { sources }) };
}

type Model = Awaited<ReturnType<typeof look>>["model"];

/** `key intensity: child=its code`, for each supervisor. */
const trees = ({ supervisors }: Model): string[] =>
  supervisors.map(
    ({ key, intensity, children }) =>
      `${key} ${intensity}: ${children.map(({ id, supervisor, start }) => `${id}=${supervisor ?? start.symbol}`).join(" ")}`,
  );

const HEAD = 'import { DynamicSupervisor, GenServer, Supervisor, defineApplication } from "suptree";\n';
const POOL = `${HEAD}export function worker(db: string) {
  return class Worker extends GenServer {
    async init() { if (db === "a") await fetch("http://localhost/"); }
    handleCall() { return this.call(db, 1); }
  };
}
export const pool = (name: string, intensity: number) => class Pool extends Supervisor {
  init() { return { intensity, period: 5, children: [{ id: name, start: [worker(name)] }] }; }
};
`;
const ROOT = (children: string) =>
  `export class Root extends Supervisor { init() { return { children: [${children}] }; } }\n`;

describe("functions that return classes", () => {
  test("each call makes a class with its own arguments", async () => {
    const { model } = await look({
      "a.ts": `${POOL}export const Low = pool("a", 1);\nexport const High = pool("b", 9);\n${ROOT('{ id: "low", start: [Low] }, { id: "high", start: [High] }, { id: "mid", start: [pool("c", 4)] }')}`,
    });
    expect(trees(model)).toEqual([
      "a.ts#Low 1: a=Worker",
      "a.ts#High 9: b=Worker",
      "a.ts#Root 1: low=a.ts#Low high=a.ts#High mid=a.ts#Pool",
      "a.ts#Pool 4: c=Worker",
    ]);
    expect(model.supervisors.map(({ children }) => children[0]!.process?.initAwaits.length)).toEqual([
      1, 0, 0, 0,
    ]);
    expect(model.roots).toEqual(["a.ts#Root"]);
  });

  test("what hands a class out in an object does not give it its name, and says where it is", async () => {
    const { model } = await look({
      "a.ts": `${HEAD}function lane(most: number) {
  class Belt extends GenServer { most = most; }
  class Guard extends GenServer {}
  return { Belt, Other: Guard };
}
const box = (n: number) => class extends GenServer { n = n; };
export const north = lane(1);
export const { Belt: South } = lane(2);
export const boxes = { small: box(1) };
export namespace Office { export namespace Basement { export class Runner extends GenServer {} } }
${ROOT("{ id: 'a', start: [north.Belt] }, { id: 'b', start: [north.Other] }, { id: 'c', start: [South] }, { id: 'd', start: [boxes.small] }, { id: 'e', start: [Office.Basement.Runner] }, { id: 'f', start: [lane(3).Belt] }")}`,
    });
    const said = model.supervisors[0]!.children.map(({ start, process }) => [
      start.symbol,
      process?.madeIn,
      process?.madeAs,
    ]);
    expect(said).toEqual([
      ["Belt", "a.ts", "north.Belt"],
      ["Guard", "a.ts", "north.Other"],
      ["Belt", "a.ts", "South"],
      ["small", "a.ts", "boxes.small"],
      ["Runner", "a.ts", "Office.Basement.Runner"],
      ["Belt", null, undefined],
    ]);
  });

  test("in other files, through barrels, in loops and tables, nested, as default exports and static members", async () => {
    const { model } = await look({
      "makers.ts": `${POOL}export const deep = (n: string) => pool(n, n.length);
export default (n: string) => class extends DynamicSupervisor { init() { return { intensity: n.length, child: { start: [worker(n)] } }; } };`,
      "barrel.ts": 'export * from "./makers";\nexport { default as dynamic } from "./makers";',
      "main.ts": `import { Supervisor } from "suptree";
import * as M from "./barrel";
import { deep, dynamic, pool } from "./barrel";
const pools = ["red", "green"].map((n) => deep(n));
const table = { left: M.pool("l", 2), right: M.pool("r", 6) };
const Free = dynamic("abc");
export class Root extends Supervisor {
  static Inner = pool("i", 7);
  init() { return { children: [...pools.map((p, i) => ({ id: "p" + i, start: [p] })), { id: "l", start: [table.left] },
    { id: "r", start: [table.right] }, { id: "f", start: [Free] }, { id: "i", start: [Root.Inner] }] }; }
}`,
    });
    expect(trees(model)).toEqual([
      "main.ts#Pool 3: red=Worker",
      "main.ts#Pool~2 5: green=Worker",
      "main.ts#left 2: l=Worker",
      "main.ts#right 6: r=Worker",
      "main.ts#Free 3: Worker=Worker",
      "main.ts#Root 1: p0=main.ts#Pool p1=main.ts#Pool~2 l=main.ts#left r=main.ts#right f=main.ts#Free i=main.ts#Inner",
      "main.ts#Inner 7: i=Worker",
    ]);
  });

  test("what the start of a supervisor gives reaches the classes that it makes", async () => {
    const { model } = await look({
      "a.ts": `${POOL}export class Mid extends Supervisor { init(n: number) { return { children: [{ id: "p", start: [pool("p", n)] }] }; } }\n${ROOT('{ id: "m", start: [Mid, 3] }')}`,
    });
    expect(trees(model)).toEqual([
      "a.ts#Mid 1: p=a.ts#Pool",
      "a.ts#Root 1: m=a.ts#Mid",
      "a.ts#Pool 3: p=Worker",
    ]);
  });

  test("a mixin is another class each time, also twice in one", async () => {
    const { model } = await look({
      "a.ts": `${HEAD}const Asks = <T extends new (...a: any[]) => any>(Base: T, whom: string) => class extends Base {
  handleCast() { return this.cast(whom, 1); }
};
class Plain extends GenServer {}
class A extends Asks(Plain, "b") { init() {} }
class B extends Asks(Asks(Plain, "a"), "a") { init() {} }
${ROOT('{ id: "a", name: "a", start: [A] }, { id: "b", name: "b", start: [B] }')}`,
    });
    expect(model.edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "a.ts#Root/a a.ts#Root/b",
      "a.ts#Root/b a.ts#Root/a",
    ]);
  });

  test("keys do not change with what stands around", async () => {
    const text = `${POOL}export const Low = pool("a", 1);\nexport const High = pool("b", 9);\n${ROOT('{ id: "low", start: [Low] }')}`;
    const keys = async (changed: string) =>
      (await look({ "a.ts": changed })).model.supervisors.map(({ key }) => key);
    const before = await keys(text);
    expect(before).toEqual(["a.ts#Low", "a.ts#High", "a.ts#Root"]);
    expect(
      await keys(`// more\n\n${text.replace("export const High", "const other = 1;\nexport const High")}`),
    ).toEqual(before);
    const more = await keys(
      text.replace("export const Low", 'const First = pool("f", 2);\nexport const Low'),
    );
    expect(more).toEqual(["a.ts#First", ...before]);
  });

  test("what is not known is unknown, and not the other's", async () => {
    const { model } = await look({
      "a.ts": `${POOL}export const Low = pool("a", Number(process.env.LOW));\nexport const High = pool("a", Number(process.env.HIGH));`,
    });
    expect(model.supervisors.map(({ key, intensity }) => [key, intensity])).toEqual([
      ["a.ts#Low", null],
      ["a.ts#High", null],
    ]);
    const places = model.supervisors.map(
      ({ unknown }) => unknown.find(({ field }) => field === "intensity")?.location,
    );
    expect(places[0]).toBeDefined();
    expect(places[0]).not.toEqual(places[1]);
  });
});

describe("fixes of code that several definitions share", () => {
  const PAIR = `${HEAD}const server = (peer: string) => class Server extends GenServer { async handleCall() { return await this.call(peer, 1); } };
class Plain extends GenServer { handleCall() { return 1; } }
export const pair = (a: string, b: string) => class Pair extends Supervisor {
  init() { return { strategy: "rest_for_one" as const, children: [
    { id: a, start: [server(b)], name: a },
    { id: b, start: [Plain], name: b },
  ] }; }
};
export const P = pair("a1", "b1");
`;
  test("are offered where there is one, and to nobody where there are two", async () => {
    const order = async (text: string) =>
      (await look({ "a.ts": text })).findings
        .filter(({ rule }) => rule === "child-order")
        .map(({ supervisor, fixes }) => `${supervisor} ${fixes.length}`);
    expect(await order(PAIR)).toEqual(["a.ts#P 1"]);
    expect(await order(`${PAIR}export const Q = pair("a2", "b2");`)).toEqual(["a.ts#P 0", "a.ts#Q 0"]);
  });
});

describe("functions that define applications", () => {
  test("each call defines one", async () => {
    const { model } = await look({
      "makers.ts": `${HEAD}export const app = (name: string, root: any, needs: any[] = []) => defineApplication({ name, applications: needs, start: [root] });`,
      "main.ts": `import { Supervisor } from "suptree";
import { app } from "./makers";
class A extends Supervisor { init() { return { children: [] }; } }
class B extends Supervisor { init() { return { children: [] }; } }
export const store = app("store", A);
export const shop = app("shop", B, [store]);`,
    });
    expect(
      model.applications.map(({ key, supervisor, dependencies }) => [key, supervisor, dependencies]),
    ).toEqual([
      ["main.ts#store", "main.ts#A", []],
      ["main.ts#shop", "main.ts#B", ["store"]],
    ]);
  });
});

test("a class that a function makes only to be extended is no tree of its own", async () => {
  const { model } = await look({
    "app.ts": `${HEAD}class W extends GenServer { init() {} }
const tree = (...ids: string[]) => class Tree extends Supervisor { init() { return { children: ids.map((id) => ({ id, start: [W] })) }; } };
class Inner extends tree("a") {}
export const Held = tree("b", "c");
class Below extends Held {}
class App extends Supervisor { init() { return { children: [{ id: "inner", start: [Inner] }, { id: "made", start: [tree("d")] }, { id: "below", start: [Below] }] }; } }
export const app = defineApplication({ name: "app", start: [App] });`,
  });
  expect(model.roots.map((key) => key.replace(/^app\.ts#/, ""))).toEqual(["Held", "App"]);
});
