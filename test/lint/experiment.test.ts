/** Order experiments written into the source. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { applyEdits, experimentEdits } from "../../src/lint/index.ts";
import { type Strategy, traitsOf } from "../../src/model/index.ts";

const HEAD = 'import { GenServer, Supervisor } from "suptree";\nclass W extends GenServer {}\n';

function experiment(body: string, order: string[] | null, strategy: Strategy | null): string | null {
  const text = `${HEAD}export class Top extends Supervisor {\n  override init() {\n    ${body}\n  }\n}\n`;
  const model = analyzeSources(new Map([["app.ts", text]]));
  const supervisor = model.supervisors.find(({ name }) => name === "Top");
  if (!supervisor) throw new Error("the source has no Top");
  const keys = order?.map((id) => supervisor.children.find((child) => child.id === id)?.key ?? id) ?? null;
  const edits = experimentEdits({
    supervisor,
    traits: traitsOf(model, supervisor),
    order: keys,
    strategy,
    sources: new Map([["app.ts", text]]),
  });
  return edits && (applyEdits(text, edits)?.slice(HEAD.length) ?? null);
}

const THREE = `return { strategy: "one_for_one", children: [
      // first
      { id: "a", start: [W] },
      { id: "b", start: [W] }, // second
      { id: "c", start: [W] },
    ] };`;

test("children move with their comments", () => {
  const changed = experiment(THREE, ["c", "a", "b"], null);
  expect(changed?.match(/id: "(\w)"|\/\/ \w+/g)).toEqual([
    'id: "c"',
    "// first",
    'id: "a"',
    'id: "b"',
    "// second",
  ]);
});

test("the strategy is changed in its own quotes", () => {
  expect(experiment(THREE, null, "rest_for_one")).toContain('strategy: "rest_for_one"');
  expect(experiment(THREE.replaceAll('"one_for_one"', "'one_for_one'"), null, "one_for_all")).toContain(
    "strategy: 'one_for_all'",
  );
});

test("a strategy that is left to the default is written down", () => {
  const changed = experiment('return { children: [{ id: "a", start: [W] }] };', null, "one_for_all");
  expect(changed).toContain('return { strategy: "one_for_all", children: [{ id: "a", start: [W] }] };');
});

test("both at once", () => {
  const changed = experiment(THREE, ["b", "a", "c"], "one_for_all");
  expect(changed).toContain('strategy: "one_for_all"');
  expect(changed?.match(/id: "\w"/g)).toEqual(['id: "b"', 'id: "a"', 'id: "c"']);
});

test("the same order and strategy need no edit", () => {
  expect(experiment(THREE, ["a", "b", "c"], "one_for_one")).toContain("// first");
});

test("what is not literal is left alone", () => {
  expect(experiment('return { strategy: "one_for_one", children: specs() };', ["a"], null)).toBeNull();
  expect(
    experiment("const s = pick(); return { strategy: s, children: [] };", null, "one_for_all"),
  ).toBeNull();
});

test("an order that names other children is refused", () => {
  expect(experiment(THREE, ["a", "b"], null)).toBeNull();
  expect(experiment(THREE, ["a", "b", "b"], null)).toBeNull();
  expect(experiment(THREE, ["a", "b", "x"], null)).toBeNull();
});
