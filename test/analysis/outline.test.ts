import { readFileSync } from "node:fs";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import type { ModuleSummary } from "../../src/analysis/ir.ts";
import { outline } from "../../src/analysis/summarize/outline.ts";
import { parseOptions } from "../../src/analysis/summarize/parse-options.ts";
import { summarize } from "../../src/analysis/summarize/summarize.ts";
import { summarizeText } from "../../src/analysis/summarize/text.ts";
import { MUTATIONS, random, tokenStarts } from "../fuzz/mutate.ts";
import { plain, sources } from "./plain.ts";

function whole(file: string, text: string): ModuleSummary {
  return summarize(file, ts.createSourceFile(file, text, parseOptions(file)), false);
}

/** All of a summary but the words of its statements, which may be too many where nothing was parsed. */
function facts({ ids: _, ...rest }: ModuleSummary): unknown {
  return plain(rest);
}

function expectSame(file: string, text: string): void {
  const expected = whole(file, text);
  const found = summarizeText(file, text);
  if (expected.problems.length === 0) {
    expect(facts(found), file).toEqual(facts(expected));
    expect(found.ids).toHaveLength(expected.ids.length);
    return;
  }
  // The parser's complaint is the same, or it begins inside a declaration that was not read; what a parser makes of the
  // rest after that is its own confusion.
  if (found.problems.length > 0) expect(found.problems).toEqual(expected.problems);
  else {
    const { s } = expected.problems[0]!;
    const inside = outline(text)!.some(({ start, end }) => s >= start && s <= end);
    expect(inside, `${file} at ${s}`).toBe(true);
  }
}

/** What is left out of the first parse, by name. */
function names(text: string): string[] | null {
  return outline(text)?.map(({ name }) => name) ?? null;
}

const LONG =
  "// something said at length, so that it is worth not being read ..................................\n";

describe("an outline", () => {
  test("gives the same facts as a parser, for every file here", { timeout: 120_000 }, () => {
    let read = 0;
    let left = 0;
    for (const folder of ["src", "examples", "test/analysis", "bench"]) {
      for (const file of sources(folder)) {
        const text = readFileSync(file, "utf8");
        expectSame(file, text);
        read += text.length;
        for (const { start, end } of outline(text) ?? []) left += end - start;
      }
    }
    expect(left / read).toBeGreaterThan(0.4);
  });

  test("gives them for mutants that parse, and hides no error outside", { timeout: 120_000 }, () => {
    const next = random(Number(process.env.SUPTREE_FUZZ_SEED ?? 7));
    const kinds = Object.keys(MUTATIONS);
    const files = [...sources("src/analysis/discover"), ...sources("examples")];
    const variants = Number(process.env.SUPTREE_FUZZ_VARIANTS ?? 600);
    for (let n = 0; n < variants; n++) {
      const file = files[Math.floor(next() * files.length)]!;
      const text = readFileSync(file, "utf8");
      const kind = kinds[Math.floor(next() * kinds.length)]!;
      expectSame(file, MUTATIONS[kind]!(text, tokenStarts(text), next));
    }
  });

  test.each<[string, string, string[] | null]>([
    ["a function", `export async function* f(a = "}") {\n  ${LONG}}\n`, ["f"]],
    ["a return type", `function f<T>(a: T): Promise<Map<string, T>> {\n  ${LONG}}\n`, ["f"]],
    ["a return type with brackets", `function f(): { a: 1 } {\n  ${LONG}}\n`, []],
    ["a predicate", `function f(a: A): a is {\n  a: 1 } {\n${LONG}}\n`, []],
    [
      "overloads",
      `function f(a: 1): void;\nfunction f(a: 2): void;\nfunction f(a: any) {\n  ${LONG}}\n`,
      ["f"],
    ],
    ["a class", `export abstract class A<T> {\n  ${LONG}}\n`, ["A"]],
    ["a class with a base", `class A extends B {\n  ${LONG}}\n`, []],
    ["a decorated class", `@dec()\nclass A {\n  ${LONG}}\n`, []],
    ["a default export", `export default class A {\n  ${LONG}}\n`, []],
    ["types", `interface A extends B<C> {\n${LONG}}\ntype D = {\n  ${LONG}};\n`, ["A", "D"]],
    ["tables", `const a = [\n  ${LONG}] as const;\nlet b = {\n  ${LONG}};\n`, ["a", "b"]],
    ["a table that goes on", `const a = [\n  ${LONG}].map(f);\nconst b = {\n  ${LONG}} satisfies B;\n`, []],
    ["an arrow function", `const a = async (x: A): Promise<B> => {\n  ${LONG}};\n`, ["a"]],
    ["a value in parentheses", `const a = (1 +\n${LONG}2);\n`, []],
    ["no semicolons", `const a: A = b\nfunction f() {\n  ${LONG}}\n(c).d()\n`, []],
    ["a bracket in another column", `function f() {\n  ${LONG}  }\n`, []],
    ["a word that makes one an operand", `export default\nfunction f() {\n  ${LONG}}\n`, []],
    ["an else", `if (a) b(); else\nfunction f() {\n  ${LONG}}\n`, []],
    ["an assertion", `x = a!\nfunction f() {\n  ${LONG}}\n`, []],
    [
      "regular expressions",
      `const r = a ? /[/}]\\/}/g : b / 2 / c;\nfunction f() {\n  if (a) /}/.exec(b);\n  ${LONG}}\n`,
      ["f"],
    ],
    ["a division after a call", `function f() {\n  return (a) / 2 + "}" / g;\n${LONG}}\n`, ["f"]],
    ["templates", `function f() {\n  return \`}\${{ a: \`\${"}"}\` }}\`;\n${LONG}}\n`, ["f"]],
    ["a slash after a brace", `function f() {\n  ${LONG}}\n({}) ? {} / 2 : 0;\n`, null],
    ["half a string", `function f() {\n  return "a;\n${LONG}}\n`, null],
    ["half a template", `function f() {\n  return \`a;\n${LONG}}\n`, null],
    ["a bracket too many", `function f() {\n  ${LONG}}\n}\n`, null],
    ["a bracket of another kind", `function f() {\n  (a];\n${LONG}}\n`, null],
    ["odd line ends", `function f() {\n  // a\u2028}\n${LONG}}\n`, null],
  ])("of %s", (_, text, expected) => {
    expect(names(text)).toEqual(expected);
    expectSame("a.ts", text);
  });

  test("is not made where `<` may begin markup", () => {
    const text = `import { A } from "a";\nexport const a = () => {\n  ${LONG}  return <p>don't /* go</p>;\n};\nclass B extends A {}\n`;
    expectSame("a.tsx", text);
    expect(summarizeText("a.tsx", text).problems).toEqual([]);
  });

  test("tells a syntax error inside when somebody looks there", () => {
    const text = `export function f() {\n  ${LONG}  return [1 2];\n}\n`;
    let told = 0;
    const summary = summarizeText("a.ts", text, () => told++);
    expect(summary.problems).toEqual([]);
    const [f] = summary.body;
    expect(f?.k === "func" && Array.isArray(f.f.b) && f.f.b.length).toBe(1);
    expect(told).toBe(1);
    expect(summary.problems).toEqual([{ s: text.indexOf("2]"), message: "',' expected." }]);
  });

  test("keeps what `await` means", () => {
    const text = `export function f() {\n  ${LONG}}\nconst a = await (f);\n`;
    expect(names(text)).toEqual(["f"]);
    expectSame("a.ts", text);
  });
});
