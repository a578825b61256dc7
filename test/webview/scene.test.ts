import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { treeToMermaid } from "../../src/webview/export/mermaid.ts";
import { CARD_BUDGET, countsInWords, detail, type Visible } from "../../src/webview/scene/detail.ts";
import { blank, indexModel, sceneFromModel } from "../../src/webview/scene/from-model.ts";
import { looksOf } from "../../src/webview/scene/look.ts";
import { LIFE_STATES, type SceneNode } from "../../src/webview/scene/types.ts";
import { readViewState } from "../../src/webview/state/persist.ts";
import { child, five, grouped, keyOf, model, rich, supervisor } from "../browser/models.ts";

const nothing = { opened: new Map<string, number>(), closed: new Set<string>() };
const measure = (text: string) => [...text].length * 5;
const fonts = { label: measure, strong: measure, small: measure };

function sceneOf(tree: Parameters<typeof indexModel>[0], root: string | null = null) {
  return sceneFromModel(indexModel(tree, []), root);
}

function total(nodes: readonly SceneNode[]): number {
  return nodes.reduce((sum, node) => sum + 1 + total(node.children), 0);
}

function drawn(items: readonly Visible[]): number {
  return items.reduce((sum, item) => sum + 1 + (item.pack?.total ?? 0) + drawn(item.children), 0);
}

const cardsOf = (items: readonly Visible[]): number =>
  items.reduce((sum, item) => sum + 1 + cardsOf(item.children), 0);

const roles: readonly SceneNode["role"][] = ["supervisor", "pool", "worker"];
const none: SceneNode[] = [];
const trees = fc.letrec<{ node: SceneNode }>((tie) => ({
  node: fc
    .record({
      state: fc.constantFrom(...LIFE_STATES),
      role: fc.constantFrom(...roles),
      children: fc.oneof({ depthSize: "small" }, fc.constant(none), fc.array(tie("node"), { maxLength: 30 })),
    })
    .map(({ state, role, children }) => ({
      ...blank("", "x", children.length > 0 && role === "worker" ? "supervisor" : role),
      state,
      children,
    })),
})).node;

function named(node: SceneNode, path: string): SceneNode {
  return { ...node, path, children: node.children.map((below, i) => named(below, `${path}/${i}`)) };
}

describe("level of detail", () => {
  it("draws or counts every process exactly once", () => {
    fc.assert(
      fc.property(trees, fc.integer({ min: 1, max: 60 }), (tree, budget) => {
        const root = named(tree, "r");
        const visible = detail([root], { ...nothing, budget });
        expect(drawn(visible)).toBe(total([root]));
      }),
    );
  });

  it("keeps to its budget for trees of any size", () => {
    for (const tree of [grouped(14, 13), grouped(40, 25), grouped(100, 99)]) {
      expect(cardsOf(detail(sceneOf(tree).roots, nothing))).toBeLessThanOrEqual(CARD_BUDGET);
    }
  });

  it("opens siblings alike", () => {
    const root = detail(sceneOf(grouped(100, 99)).roots, nothing)[0]!;
    expect(new Set(root.children.map((item) => item.open))).toEqual(new Set([false]));
  });

  it("opens what the person asks for, in parts", () => {
    const tree = grouped(100, 99);
    const visible = detail(sceneOf(tree).roots, { ...nothing, opened: new Map([["Root/group_7", 60]]) });
    const group = visible[0]!.children[6]!;
    expect(group.children.length).toBe(60);
    expect(group.pack?.total).toBe(39);
  });

  it("names every state with its number", () => {
    const counts = detail(sceneOf(grouped(100, 99)).roots, nothing)[0]!.children[0]!.pack!.counts;
    expect(countsInWords(counts)).toBe("99 not started");
  });
});

describe("the picture of a model", () => {
  it("gives every place the path that a run will give it", () => {
    expect([...sceneOf(five()).byPath.keys()]).toEqual([
      "AppSup",
      "AppSup/conn_sup",
      "AppSup/conn_sup/pinger",
      "AppSup/registry",
      "AppSup/http",
      "AppSup/stats",
    ]);
  });

  it("does not follow a supervisor that starts itself", () => {
    const tree = model(
      [
        supervisor("Loop", "one_for_one", [
          child("Loop", "again", { type: "supervisor", supervisor: keyOf("Loop") }),
        ]),
      ],
      ["Loop"],
    );
    expect([...sceneOf(tree).byPath.keys()]).toEqual(["Loop", "Loop/again"]);
  });

  it("keeps children without an id, or with the same one, apart", () => {
    const tree = model(
      [supervisor("S", "one_for_one", [child("S", null), child("S", "a"), child("S", "a")])],
      ["S"],
    );
    expect(sceneOf(tree).byPath.size).toBe(4);
  });

  it("cuts every title to its card", () => {
    const { model: tree, findings } = rich();
    const scene = sceneFromModel(indexModel(tree, findings), null);
    const { looks } = looksOf(detail(scene.roots, nothing), fonts);
    for (const look of looks.values()) {
      expect(measure(look.title)).toBeLessThanOrEqual(look.width);
    }
    expect(looks.get("Top")?.second).toBe("strategy unknown");
    expect(looks.get("Top/cache")?.second).toBe("transient, significant");
    expect(looks.get("Poller")?.second).toBe("unsupervised");
  });

  it("shows unprintable characters as such", () => {
    expect(blank("p", "a\u202eb\u0000c", "worker").label).toBe("a\\u{202e}b\\u{0}c");
  });
});

describe("exports and kept state", () => {
  it("writes Mermaid in which labels end nothing", () => {
    const tree = model([supervisor("S", "one_for_all", [child("S", 'x"]; click "evil')])], ["S"]);
    const text = treeToMermaid(sceneOf(tree));
    expect(text).toContain("one_for_all");
    expect(text.split("\n").filter((line) => line.includes("click"))).toEqual([
      '  n2("x#34;]#59; click #34;evil<br/>permanent")',
    ]);
  });

  it("takes nothing from a state that it does not know", () => {
    for (const state of [undefined, null, 1, {}, { view: {} }, { view: { tab: "elsewhere" } }]) {
      expect(readViewState(state)).toBeNull();
    }
  });
});
