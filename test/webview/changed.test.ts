/** What an open run says of edits to its source. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { changedSince } from "../../src/webview/scene/changed.ts";

const SOURCE = `import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
export class Inner extends Supervisor {
  override init() { return { strategy: "one_for_all", children: [{ id: "deep", start: [Worker] }] }; }
}
export class Top extends Supervisor {
  override init() {
    return { strategy: "rest_for_one", children: [{ id: "b", start: [Worker] }, { id: "a", start: [Inner] }] };
  }
}
export class Other extends Supervisor {
  override init() { return { strategy: "one_for_one", children: [{ id: "x", start: [Worker] }] }; }
}
`;

const model = (text: string): TreeModel => analyzeSources(new Map([["app.ts", text]]));
const before = model(SOURCE);
const key = (name: string): string => before.supervisors.find((each) => each.name === name)!.key;
const edited = (from: string, to: string): TreeModel => {
  expect(SOURCE).toContain(from);
  return model(SOURCE.replace(from, to));
};

test.each([
  [
    "the order",
    '{ id: "b", start: [Worker] }, { id: "a", start: [Inner] }',
    '{ id: "a", start: [Inner] }, { id: "b", start: [Worker] }',
  ],
  ["the strategy", "rest_for_one", "one_for_one"],
  ["an id", 'id: "b"', 'id: "bb"'],
  ["a restart type", 'id: "b",', 'id: "b", restart: "temporary",'],
  ["a budget", 'strategy: "rest_for_one",', 'strategy: "rest_for_one", intensity: 9,'],
])("%s of the running tree", (_, from, to) => {
  expect(changedSince(before, edited(from, to), key("Top"))).toMatchObject({
    gone: false,
    supervisors: ["Top"],
  });
});

test("a supervisor below it", () => {
  const after = edited("one_for_all", "rest_for_one");
  expect(changedSince(before, after, key("Top"))).toMatchObject({ gone: false, supervisors: ["Inner"] });
  expect(changedSince(before, after, null)).toMatchObject({ gone: false, supervisors: ["Inner"] });
});

test("text that only moved, and trees that do not run here, are no change", () => {
  expect(changedSince(before, model(`// a comment\n\n${SOURCE}`), key("Top"))).toBeNull();
  expect(changedSince(before, edited("one_for_one", "one_for_all"), key("Top"))).toBeNull();
});

test("a tree that was renamed or deleted is gone, whatever is there instead", () => {
  expect(changedSince(before, edited("class Top", "class Renamed"), key("Top"))).toMatchObject({
    gone: true,
  });
  expect(changedSince(before, model(""), key("Top"))).toMatchObject({ gone: true });
});

test("an edit that is taken back is no change any more", () => {
  expect(changedSince(before, model(SOURCE), key("Top"))).toBeNull();
});

test.each([
  ["a strategy", "rest_for_one", "one_for_one", ["Top"]],
  [
    "one child",
    '{ id: "b", start: [Worker] }',
    '{ id: "b", start: [Worker], restart: "temporary" }',
    ["Top/b"],
  ],
  [
    "the order",
    '{ id: "b", start: [Worker] }, { id: "a", start: [Inner] }',
    '{ id: "a", start: [Inner] }, { id: "b", start: [Worker] }',
    ["Top"],
  ],
  ["a child that is gone", '{ id: "b", start: [Worker] }, ', "", ["Top", "Top/b"]],
  ["a child deep below", 'id: "deep"', 'id: "deeper"', ["Inner", "Inner/deep"]],
])("marks what was edited: %s", (_, from, to, marked) => {
  const change = changedSince(before, edited(from, to), key("Top"));
  expect([...change!.keys].map((each) => each.replace(/^.*#/, "")).sort()).toEqual(marked);
});
