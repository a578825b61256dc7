/** A start's argument of which nothing is declared: what the start gives says whether a method changes it. */
import { describe } from "vitest";
import { app, cases } from "./program.ts";

const CHANGES = ["shared-start-argument changed"];
const keeper = (
  given: string,
  change: string,
  init = "init(seen: any) { this.seen = seen; }",
  outside = "",
): string =>
  app(
    `${outside} class Keeper extends GenServer { seen: any; ${init} handleCast(m: any) { ${change} } }`,
    `{ id: "keeper", start: [Keeper, ${given}] }`,
  );

describe("an argument of which nothing is declared", () => {
  const SET = "this.seen.set(m.id, m);";
  cases([
    ["a Map", keeper("new Map()", SET), CHANGES],
    ["a list", keeper("[]", "this.seen.push(m);"), CHANGES],
    [
      "a Set, without a type",
      keeper("new Set()", "this.seen.add(m.id);", "init(seen) { this.seen = seen; }"),
      CHANGES,
    ],
    ["in an object", keeper("{ names: new Map() }", "this.seen.names.set(m.id, m);"), CHANGES],
    ["of the module", keeper("names", SET, undefined, "const names = new Map();"), CHANGES],
    [
      "near miss: an object whose set changes nothing",
      keeper("new Log()", SET, undefined, "class Log { set(...all) { console.log(all); } }"),
    ],
    ["near miss: it is only read", keeper("new Map()", "console.log(this.seen.get(m.id));")],
    ["near miss: a copy", keeper("new Map()", SET, "init(seen: any) { this.seen = new Map(seen); }")],
    ["near miss: nobody knows what it is", keeper("JSON.parse('{}')", SET)],
    ["near miss: a Map has no push", keeper("new Map()", "this.seen.push?.(m);")],
  ]);
});
