import { describe, expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import { check, lintFiles } from "./check.ts";
import { facts, model } from "./model.ts";

test("waiting in init holds what starts later; other places do not", () => {
  const { findings } = check(
    "blocking-init",
    `
import { GenServer, Supervisor } from "suptree";
class Prices extends GenServer {
  async init() {
    await fetch("https://prices.example/");
    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ blocking-init holdsStart
  }
  async handleCall() {
    await fetch("https://prices.example/");
  }
  async handleContinue() {
    await fetch("https://prices.example/");
  }
}
class Shop extends GenServer {}
export class ShopSup extends Supervisor {
  init() {
    return { children: [{ id: "prices", start: [Prices] }, { id: "shop", start: [Shop] }] };
  }
}
`,
  );
  expect(findings[0]!.message).toContain("`shop` starts only when it is over");
});

test("calling a sibling in init is not waiting for something outside", () => {
  check(
    "blocking-init",
    `
import { GenServer, Supervisor } from "suptree";
class Db extends GenServer {}
class Api extends GenServer {
  async init() {
    await this.call("db", { type: "settings" });
  }
}
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "db", start: [Db], name: "db" }, { id: "api", start: [Api] }] };
  }
}
`,
  );
});

const location = { file: "app.ts", line: 901, column: 1, endLine: 901, endColumn: 9 };

test("children started at run time hold those who ask; one class is one finding", () => {
  const waiting = facts({ initAwaits: [{ what: "fetch", location }] });
  const dynamic = model({
    Conns: { dynamic: true, children: [{ id: "conn", dynamic: true, process: waiting }] },
  });
  const found = lint(dynamic).filter(({ rule }) => rule === "blocking-init");
  expect(found.map(({ messageId }) => messageId)).toEqual(["holdsDynamic"]);
  const twice = model({
    App: {
      children: [
        { id: "a", process: waiting },
        { id: "b", process: waiting },
      ],
    },
  });
  const [finding, ...others] = lint(twice).filter(({ rule }) => rule === "blocking-init");
  expect(others).toEqual([]);
  expect(finding!.children).toEqual(["app.ts#App/a", "app.ts#App/b"]);
});

describe("one promise is one wait, however many functions hand it on", () => {
  const waits = (helpers: string, init: string): string => {
    const text = `import { GenServer, Supervisor } from "suptree";
${helpers}
class Prices extends GenServer { async init(url: string) { ${init} } }
export class App extends Supervisor { init() { return { children: [{ id: "prices", start: [Prices, "https://p.example"] }] }; } }
`;
    const [finding] = lintFiles(new Map([["app.ts", text]])).filter(({ rule }) => rule === "blocking-init");
    return /waits for (.*) in its init/.exec(finding?.message ?? "")?.[1] ?? "nothing";
  };
  test.each([
    [
      "a helper",
      "const load = async (url) => { const r = await fetch(url); return r; };",
      "await load(url);",
      "fetch(...)",
    ],
    ["one that returns it", "const load = (url) => fetch(url);", "await load(url);", "fetch(...)"],
    [
      "one that waits for what it is given",
      "async function retry(f) { try { return await f(); } catch { return null; } }",
      "await retry(() => fetch(url));",
      "fetch(...)",
    ],
    [
      "several at once",
      "const load = (url) => fetch(url);",
      "await Promise.all([url].map(load));",
      "fetch(...)",
    ],
    [
      "two of them",
      "const load = (url) => fetch(url); const ask = (url) => fetch(url + '/b');",
      "await load(url); await ask(url);",
      "fetch(...) and fetch(...)",
    ],
    [
      "the second one for certain",
      "const load = (url) => fetch(url);",
      "const p = load(url); if (process.env.FAST) return; await p;",
      "fetch(...)",
    ],
  ])("%s", (_, helpers, init, said) => {
    expect(waits(helpers, init)).toBe(said);
  });
});
