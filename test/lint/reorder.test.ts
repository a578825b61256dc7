import fc from "fast-check";
import { expect, test } from "vitest";
import { comments, parseList, permuteList } from "../../src/lint/fixes/list-literal.ts";
import { applyEdits, lint } from "../../src/lint/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { located } from "./located.ts";
import { facts } from "./model.ts";

/** The text after the first offered fix of child-order, or null when none is offered. */
function reordered(
  text: string,
  uses: Record<string, string[]>,
  change?: (tree: TreeModel) => void,
): string | null {
  const tree = located(text, uses);
  change?.(tree);
  const sources = new Map([["app.ts", text]]);
  const fix = lint(tree, { sources })
    .filter((finding) => finding.rule === "child-order")
    .flatMap((finding) => finding.fixes)[0];
  return fix ? applyEdits(text, fix.edits) : null;
}

const wrap = (...lines: string[]) =>
  ["const spec = {", "  children: [", ...lines, "  ],", "};", ""].join("\n");

test("moves an element with its comments, and keeps the trailing comma", () => {
  const before = wrap(
    "    // talks to the world",
    '    { id: "api" }, // port 80',
    "    /* keeps state */",
    '    { id: "db" },',
  );
  expect(reordered(before, { api: ["init call db"] })).toBe(
    wrap(
      "    /* keeps state */",
      '    { id: "db" },',
      "    // talks to the world",
      '    { id: "api" }, // port 80',
    ),
  );
});

test("no trailing comma before, none after", () => {
  const before = wrap('    { id: "api" }, // port 80', '    { id: "db" } // disk');
  expect(reordered(before, { api: ["init call db"] })).toBe(
    wrap('    { id: "db" }, // disk', '    { id: "api" } // port 80'),
  );
});

test("one line stays one line", () => {
  const before = 'const spec = { children: [{ id: "api" }, /* a */ { id: "log" }, { id: "db" }] };';
  expect(reordered(before, { api: ["call db"] })).toBe(
    'const spec = { children: [/* a */ { id: "log" }, { id: "db" }, { id: "api" }] };',
  );
});

test("elements of several lines, blank lines and headings keep their place", () => {
  const before = wrap(
    "    // Everything that the gateway needs.",
    "",
    "    {",
    '      id: "api",',
    "      // inside",
    "    },",
    "",
    "    // storage",
    '    { id: "db" },',
  );
  expect(reordered(before, { api: ["init call db"] })).toBe(
    wrap(
      "    // Everything that the gateway needs.",
      "",
      "    // storage",
      '    { id: "db" },',
      "",
      "    {",
      '      id: "api",',
      "      // inside",
      "    },",
    ),
  );
});

test("the order of what does not matter stays", () => {
  const before = wrap('    { id: "a" },', '    { id: "b" },', '    { id: "c" },', '    { id: "d" },');
  const after = reordered(before, { a: ["call c"] })!;
  expect([...after.matchAll(/id: "(\w)"/g)].map((match) => match[1])).toEqual(["b", "c", "a", "d"]);
});

test("conditional and spread elements move as a whole when their children are known", () => {
  const before = wrap(
    '    ...(flag ? [{ id: "api" }] : []),',
    '    flag && { id: "log" },',
    '    { id: "db" },',
  );
  const after = reordered(before, { api: ["init call db"] });
  expect(after).toBe(
    wrap('    flag && { id: "log" },', '    { id: "db" },', '    ...(flag ? [{ id: "api" }] : []),'),
  );
});

test("nothing moves across elements that are not known", () => {
  const before = wrap('    { id: "api" },', "    ...extra(),", '    { id: "db" },');
  expect(reordered(before, { api: ["init call db"] })).toBeNull();
  const beside = wrap("    ...extra(),", '    { id: "api" },', '    { id: "db" },');
  expect(reordered(beside, { api: ["init call db"] })).toBe(
    wrap("    ...extra(),", '    { id: "db" },', '    { id: "api" },'),
  );
});

test("a cycle has no fix", () => {
  const before = wrap('    { id: "a" },', '    { id: "b" },');
  expect(reordered(before, { a: ["init call b"], b: ["init call a"] })).toBeNull();
});

test("what must run at start wins over what is used later", () => {
  const before = wrap('    { id: "a" },', '    { id: "b" },');
  expect(reordered(before, { a: ["init call b"], b: ["call a"] })).toBe(
    wrap('    { id: "b" },', '    { id: "a" },'),
  );
});

test("a line comment that would swallow the next element prevents the fix", () => {
  const before = 'const spec = { children: [{ id: "api" }, // x\n  { id: "log" }, { id: "db" }] };';
  expect(reordered(before, { api: ["init call db"] })).toBeNull();
});

test("a fix is safe only when what overtakes is known not to need what it overtakes", () => {
  const text = wrap('    { id: "api" },', '    { id: "db" },');
  const fixOf = (process: ReturnType<typeof facts> | null) => {
    const tree = located(text, { api: ["init call db"] });
    tree.supervisors[0]!.children[1]!.process = process;
    return lint(tree, { sources: new Map([["app.ts", text]]) })[0]!.fixes[0]!;
  };
  expect(fixOf(facts()).safe).toBe(true);
  expect(fixOf(null).safe).toBe(false);
  const location = { file: "app.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
  expect(fixOf(facts({ unresolved: [{ kind: "call", phase: "init", reason: "?", location }] })).safe).toBe(
    false,
  );
});

test("text that is not what was analysed gives no fix, and no exception", () => {
  const text = wrap('    { id: "api" },', '    { id: "db" },');
  const tree = located(text, { api: ["init call db"] });
  for (const other of ["", "x", text.slice(0, 40), text.replaceAll("{", "["), text.replaceAll("\n", " ")]) {
    expect(lint(tree, { sources: new Map([["app.ts", other]]) })[0]!.fixes).toEqual([]);
  }
});

test("law: any permutation that is offered keeps every element and comment, and permuting back restores the text", () => {
  const element = fc.record({
    lead: fc.constantFrom("", "// lead\n", "/* lead */ ", "// a\n// b\n", "/* x\n y */\n"),
    body: fc.constantFrom(
      "{ a: 1 }",
      "{\n  // in\n  b: [1, 2],\n}",
      "f(1, 2)",
      "...g(/* , */ h)",
      "x ? { y: `,${1}` } : z",
      "/[,]/",
    ),
    trail: fc.constantFrom("", " // t", " /* t */", " /* t */ // u"),
    before: fc.constantFrom("", " ", " /* b */"),
  });
  const literal = fc.record({
    elements: fc.array(element, { minLength: 2, maxLength: 6 }),
    trailing: fc.boolean(),
    gap: fc.constantFrom("\n", "\n\n", "\n    ", " "),
  });
  fc.assert(
    fc.property(literal, fc.infiniteStream(fc.nat()), ({ elements, trailing, gap }, numbers) => {
      const text = `[${elements
        .map(({ lead, body, trail, before }, index) => {
          const comma = index < elements.length - 1 || trailing ? "," : "";
          return `${gap}${lead}${body}${comma ? before : ""}${comma}${trail}`;
        })
        .join("")}\n]`;
      const list = parseList(text);
      // A line comment in the middle of a line swallows what follows: another list, or none.
      fc.pre(list?.elements.length === elements.length);
      if (!list) return;
      expect(permuteList(list, [...list.elements.keys()])).toBe(text);
      const order = [...list.elements.keys()];
      for (let at = order.length - 1; at > 0; at--) {
        const other = numbers.next().value! % (at + 1);
        [order[at], order[other]] = [order[other]!, order[at]!];
      }
      const changed = permuteList(list, order);
      if (changed === null) return;
      const again = parseList(changed)!;
      expect(again.elements.map((each) => each.text)).toEqual(
        order.map((index) => list.elements[index]!.text),
      );
      expect(comments(changed).sort()).toEqual(comments(text).sort());
      const back = order.map((_, index) => order.indexOf(index));
      // Without a trailing comma the last element's comments stand on the other side of a comma for a while;
      // on a shared line it is open whose a comment is.
      if (trailing && gap !== " ") expect(permuteList(again, back)).toBe(text);
    }),
    { numRuns: 300 },
  );
});
