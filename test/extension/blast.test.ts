/** What a crash takes with it, by the strategy alone. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { blastOf } from "../../src/extension/editor/blast.ts";

function blast(strategy: string, child: string, restart = "permanent") {
  const text = `
import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
class Inner extends Supervisor {
  override init() { return { children: [{ id: "x", start: [W] }, { id: "y", start: [W] }] }; }
}
export class Top extends Supervisor {
  override init() {
    return { strategy: ${strategy}, children: [
      { id: "a", start: [W] },
      { id: "b", start: [W], restart: "${restart}" },
      { id: "c", start: [Inner] },
    ] };
  }
}
`;
  const model = analyzeSources(new Map([["app.ts", text]]));
  const supervisor = model.supervisors.find(({ name }) => name === "Top");
  const found = supervisor?.children.find(({ id }) => id === child);
  if (!supervisor || !found) throw new Error("the source has no such child");
  const result = blastOf(model, supervisor, found);
  return (
    result && {
      siblings: result.siblings.map(({ id }) => id).join(" "),
      below: result.below,
      outcome: result.outcome,
    }
  );
}

test("one_for_one: only the child", () => {
  expect(blast('"one_for_one"', "b")).toEqual({ siblings: "", below: 0, outcome: "restarted" });
});

test("rest_for_one: what starts after it, and what is below that", () => {
  expect(blast('"rest_for_one"', "b")).toEqual({ siblings: "c", below: 2, outcome: "restarted" });
  expect(blast('"rest_for_one"', "c")).toEqual({ siblings: "", below: 2, outcome: "restarted" });
});

test("one_for_all: everybody", () => {
  expect(blast('"one_for_all"', "b")).toEqual({ siblings: "a c", below: 2, outcome: "restarted" });
});

test("a temporary child takes nobody with it", () => {
  expect(blast('"one_for_all"', "b", "temporary")).toEqual({ siblings: "", below: 0, outcome: "removed" });
});

test("an unknown strategy gives no answer", () => {
  expect(blast("pick()", "b")).toBeNull();
});
