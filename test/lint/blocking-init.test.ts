import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import { check } from "./check.ts";
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
