import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { check, lintFiles } from "./check.ts";
import { model } from "./model.ts";

const ids = (tree: TreeModel) =>
  lint(tree)
    .filter(({ rule }) => rule === "dependency-cycle")
    .map(({ messageId }) => messageId);

test("two servers that call each other", () => {
  const { findings } = check(
    "dependency-cycle",
    `
import { GenServer, Supervisor } from "suptree";
class Orders extends GenServer {
  async handleCall() {
    await this.call("stock", {});
          ~~~~~~~~~~~~~~~~~~~~~~ dependency-cycle callEachOther
  }
}
class Stock extends GenServer {
  async handleCall() {
    await this.call("orders", {});
  }
}
export class ShopSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "orders", start: [Orders], name: "orders" },
        { id: "stock", start: [Stock], name: "stock" },
      ],
    };
  }
}
`,
  );
  expect(findings[0]).toMatchObject({ certainty: "best effort", severity: "warning" });
  expect(findings[0]!.message).toContain("(orders → stock → orders)");
});

test("a circle at start, however long; not when one of them is caught or comes later", () => {
  const circle = (first: string) =>
    model({
      App: {
        children: [
          { id: "a", uses: [first] },
          { id: "b", uses: ["init call c"] },
          { id: "c", uses: ["init link a"] },
        ],
      },
    });
  expect(ids(circle("init call b"))).toEqual(["neverStarts"]);
  expect(ids(circle("init call? b"))).toEqual([]);
  expect(ids(circle("call b"))).toEqual([]);
  expect(ids(circle("init cast b"))).toEqual([]);
});

test("a circle through nested supervisors is told at the supervisor that they share", () => {
  const tree = model({
    Top: { children: [{ id: "left" }, { id: "right" }] },
    Left: { children: [{ id: "a", uses: ["init call b"] }] },
    Right: { children: [{ id: "b", uses: ["init call a"] }] },
  });
  const found = lint(tree).filter(({ rule }) => rule === "dependency-cycle");
  expect(found.map(({ supervisor }) => supervisor)).toEqual(["app.ts#Top"]);
  expect(found[0]!.message).toContain("`left` and `right` need each other");
});

test("how long calls that come back wait", () => {
  const message = (there: string, back: string) => {
    const text = `
import { GenServer, reply, Supervisor } from "suptree";
class A extends GenServer { async handleCall(r) { return reply(r, await this.call("b", r${there})); } }
class B extends GenServer { async handleCall(r) { return reply(r, await this.call("a", r${back})); } }
export class App extends Supervisor {
  init() { return { children: [{ id: "a", start: [A], name: "a" }, { id: "b", start: [B], name: "b" }] }; }
}
`;
    const found = lintFiles(new Map([["app.ts", text]]));
    return found.find(({ messageId }) => messageId === "callEachOther")!.message;
  };
  expect(message("", "")).toContain("each waits for the next until the timeout, and they crash.");
  expect(message(', "infinity"', ", 100")).toContain("until the timeout, and they crash.");
  expect(message(', "infinity"', ', "infinity"')).toContain("each waits for the next for good. Turn one");
});

test("one-way calls, casts back, pools and caught calls", () => {
  const pair = (there: string, back: string, more: object = {}) =>
    model({
      App: {
        children: [
          { id: "a", uses: [`${there} b`], ...more },
          { id: "b", uses: [`${back} a`] },
        ],
      },
    });
  expect(ids(pair("call", "call"))).toEqual(["callEachOther"]);
  expect(ids(pair("call", "cast"))).toEqual([]);
  expect(ids(pair("call", "call?"))).toEqual([]);
  expect(ids(pair("call", "call", { cardinality: "many" }))).toEqual([]);
  expect(ids(pair("call", "call", { dynamic: true }))).toEqual([]);
});

test("nact: a stateless actor of 8 takes the next message meanwhile, others wait for theirs", () => {
  const found = (pkg: string, name: (n: string) => string) =>
    lintFiles(
      new Map([
        [
          "app.ts",
          `import { query, spawn, spawnStateless, start } from "${pkg}";
const system = start();
const reset = (_m: any, _e: any, ctx: any) => ctx.reset;
let b: any;
const a = spawnStateless(system, async () => { await query(b, () => 1, 100); }, ${name("a")});
b = spawn(system, async (s: any) => { await query(a, () => 1, 100); return s; }, ${name("b")}, { onCrash: reset });`,
        ],
      ]),
    )
      .filter(({ rule }) => rule === "dependency-cycle")
      .map(({ messageId }) => messageId);
  expect(found("nact", (n) => `"${n}"`)).toEqual(["callEachOther"]);
  expect(found("@nact/core", (n) => `{ name: "${n}" }`)).toEqual([]);
});
