import { readFileSync } from "node:fs";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import type { ModuleSummary } from "../../src/analysis/ir.ts";
import { parseOptions } from "../../src/analysis/summarize/parse-options.ts";
import { summarize } from "../../src/analysis/summarize/summarize.ts";
import { plain, sources } from "./plain.ts";

function both(file: string, text: string): { light: ModuleSummary; full: ModuleSummary } {
  const tree = ts.createSourceFile(file, text, parseOptions(file));
  return { light: summarize(file, tree), full: summarize(file, tree, false) };
}

function expectSame(file: string, text: string): { promised: number } {
  const { light, full } = both(file, text);
  const promised = JSON.stringify(light).split('"later"').length - 1;
  const { ids: lightIds, ...rest } = light;
  const { ids: fullIds, ...expected } = full;
  expect(plain(rest), file).toEqual(plain(expected));
  expect(lightIds).toHaveLength(fullIds.length);
  // Words in comments may be too many, never too few: of the names that the module has.
  const names = new Set([
    "require",
    ...Object.keys(full.imports),
    ...full.body.flatMap((stmt) => {
      if (stmt.k === "func") return stmt.f.n ?? [];
      if (stmt.k === "class") return stmt.c.n ?? [];
      return stmt.k === "var" ? stmt.d.flatMap(({ t }) => (t.k === "id" ? t.n : [])) : [];
    }),
  ]);
  for (const [i, ids] of fullIds.entries())
    for (const id of ids) if (names.has(id)) expect(lightIds[i], `${file}: ${id}`).toContain(id);
  return { promised };
}

describe("declarations that are compiled when needed", () => {
  test("are what they would have been, in every file here", { timeout: 120_000 }, () => {
    let promised = 0;
    for (const folder of ["src", "examples", "test/analysis"])
      for (const file of sources(folder)) promised += expectSame(file, readFileSync(file, "utf8")).promised;
    expect(promised).toBeGreaterThan(300);
  });

  const long = "/* something said at length, so that it is worth a promise ............................. */";
  test.each([
    ["a function that changes a variable", `let count = 0;\nfunction more() { ${long} count += 1; }`, 0],
    ["one that fills a list", `const all = [];\nexport function add(x) { ${long} all.push(x); }`, 0],
    ["one that has a property of a function", `function a() {}\nfunction b() { ${long} a.cache = 1; }`, 0],
    ["a method that changes a variable", `let last;\nclass A { set(x) { ${long} last = x; } }`, 0],
    ["one that loads a module", `export const f = () => { ${long} return require("./x"); };`, 0],
    ["a name that is written with an escape", `let on = 0;\nfunction f() { ${long} \\u006fn = 1; }`, 0],
    ["a variable of a block", `{ var seen = 0; }\nfunction f() { ${long} seen++; }`, 0],
    ["the variable of a catch", `try { f(); } catch (e) {}\nfunction f() { ${long} e = 1; }`, 0],
    ["a class with a base", `import { B } from "b";\nexport class A extends B { m() { ${long} } }`, 0],
    ["half a function", `function f( { ${long}`, 0],
    [
      "a function that calls another",
      `function first() {}\nexport function b() { ${long} return first(1); }`,
      1,
    ],
    ["a default export", `export default class A { m(x) { ${long} this.x = x; } }`, 1],
    ["a table", `export const T = [{ a: 1 }, { a: 2 }, ${long} ...[3]] as const;`, 1],
    [
      "an object with functions",
      `const o = { a: 1, ${long} async f(x) { return x; }, get g() { return 1; } };`,
      1,
    ],
    ["what is called like a keyword", `function async() { ${long} return async(); }`, 1],
    ["a generator", `export async function* walk(a = 1, { b, ...c }: X = {}) { ${long} yield* a; }`, 1],
  ])("%s", (_, text, count) => {
    expect(expectSame("a.ts", text).promised).toBe(count);
  });
});
