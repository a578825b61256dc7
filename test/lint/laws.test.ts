/** Laws of lint over random trees. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stableTopologicalOrder, stronglyConnected } from "../../src/lint/graph.ts";
import { applyBaseline, lint, readBaseline, selectFixes, writeBaseline } from "../../src/lint/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { facts, model } from "./model.ts";

const KINDS = ["call", "call?", "cast", "send", "monitor", "link", "lookup", "start"];
const PHASES = ["init", "continue", "later"];
const NAMES = ["Top", "Mid", "Low"];

/** Up to three supervisors, one below the other, with children that use each other at random. */
const trees: fc.Arbitrary<TreeModel> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 }),
    strategy: fc.constantFrom("one_for_one", "rest_for_one", "one_for_all", null),
    dynamic: fc.boolean(),
    unknownFacts: fc.boolean(),
    uses: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...KINDS), fc.constantFrom(...PHASES)), {
      maxLength: 12,
    }),
  })
  .map(({ sizes, strategy, dynamic, unknownFacts, uses }) => {
    const ids = sizes.map((size, level) =>
      Array.from({ length: size }, (_, n) => `${NAMES[level]!.toLowerCase()}${n}`),
    );
    const all = ids.flat();
    const usesOf = new Map<string, string[]>();
    for (const [from, to, kind, phase] of uses) {
      if (all.length === 0) break;
      const user = all[from % all.length]!;
      const text = `${phase} ${kind} ${all[to % all.length]!}`;
      usesOf.set(user, [...(usesOf.get(user) ?? []), text]);
    }
    const sketch = Object.fromEntries(
      NAMES.map((name, level) => [
        name,
        {
          strategy,
          dynamic: dynamic && level === 2,
          children: [
            ...ids[level]!.map((id) => ({
              id,
              uses: usesOf.get(id) ?? [],
              process: unknownFacts ? null : facts(),
              dynamic: dynamic && level === 2,
            })),
            ...(level < 2 ? [{ id: NAMES[level + 1]!.toLowerCase() }] : []),
          ],
        },
      ]),
    );
    return model(sketch);
  });

test("never throws, is deterministic, fills every placeholder, and names only what exists", () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const findings = lint(tree);
      expect(lint(structuredClone(tree))).toEqual(findings);
      const keys = new Set(
        tree.supervisors.flatMap((each) => [each.key, ...each.children.map((child) => child.key)]),
      );
      for (const finding of findings) {
        expect(finding.message).not.toMatch(/\{(?!shutdown|failed_to_start_child)\w*\}|undefined|null/);
        expect(finding.message).toMatch(/\.$/);
        for (const key of finding.children) expect(keys).toContain(key);
        if (finding.demonstration) expect(tree.roots).toContain(finding.demonstration.root);
      }
    }),
    { numRuns: 500 },
  );
});

test("child-order is silent in any topological order of the uses", () => {
  const cases = fc.record({
    count: fc.integer({ min: 2, max: 8 }),
    arcs: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.constantFrom(...KINDS), fc.constantFrom(...PHASES)), {
      maxLength: 14,
    }),
  });
  fc.assert(
    fc.property(cases, ({ count, arcs }) => {
      const valid = arcs.filter(([from, to]) => from < count && to < count && from !== to);
      const order = stableTopologicalOrder(
        count,
        valid.map(([from, to]) => [from, to] as const),
      );
      const cyclic = stronglyConnected(
        count,
        valid.map(([from, to]) => [from, to] as const),
      ).some((each) => each.length > 1);
      expect(order === null).toBe(cyclic);
      if (!order) return;
      const children = order.map((node) => ({
        id: `c${node}`,
        uses: valid.filter(([from]) => from === node).map(([, to, kind, phase]) => `${phase} ${kind} c${to}`),
      }));
      expect(lint(model({ App: { children } })).filter((finding) => finding.rule === "child-order")).toEqual(
        [],
      );
    }),
    { numRuns: 500 },
  );
});

test("a baseline of the findings hides exactly them", () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const findings = lint(tree);
      const read = readBaseline(writeBaseline(findings));
      if (!read.ok) throw new Error(read.problem);
      expect(applyBaseline(findings, read.baseline)).toEqual({ fresh: [], known: findings, gone: [] });
      const [first, ...others] = findings;
      if (!first) return;
      expect(applyBaseline(others, read.baseline).gone).toHaveLength(1);
      const twice = applyBaseline([...findings, first], read.baseline);
      expect(twice.fresh).toEqual([first]);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ["{", /is not JSON/],
  ["[]", /not a JSON object/],
  ['{"version":2,"findings":[]}', /version 2, expected 1/],
  ['{"version":1}', /no list "findings"/],
  ['{"version":1,"findings":[{"rule":"x"}]}', /findings\[0\]/],
])("a baseline file that is wrong says what is: %s", (text, problem) => {
  const result = readBaseline(text);
  expect(result.ok ? "" : result.problem).toMatch(problem);
});

test("fixes that overlap are left for the next round; the same fix is taken once", () => {
  const [finding] = lint(model({ App: { children: [{ id: "a", uses: ["init call b"] }, { id: "b" }] } }));
  const edit = (from: number, to: number) => ({
    title: `${from}-${to}`,
    safe: true,
    edits: [{ location: { file: "a.ts", line: from, column: 1, endLine: to, endColumn: 1 }, newText: "" }],
  });
  const withFix = (from: number, to: number, safe = true) => ({
    ...finding!,
    fixes: [{ ...edit(from, to), safe }],
  });
  const { fixes } = selectFixes([
    withFix(1, 3),
    withFix(1, 3),
    withFix(2, 4),
    withFix(5, 6),
    withFix(8, 9, false),
  ]);
  expect(fixes.map(({ fix, findings }) => [fix.title, findings.length])).toEqual([
    ["1-3", 2],
    ["5-6", 1],
  ]);
});
