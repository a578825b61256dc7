import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OTP_WORDS, SUPTREE_TRAITS } from "../../src/model/index.ts";
import { budgetHint } from "../../src/webview/draw/CardParts.tsx";
import { treeToMermaid } from "../../src/webview/export/mermaid.ts";
import { countsInWords, detail, type Visible } from "../../src/webview/scene/detail.ts";
import { CARD_BUDGET, firstCards, firstLines, foldToFit } from "../../src/webview/scene/first-picture.ts";
import { blank, indexForScene, sceneFromModel } from "../../src/webview/scene/from-model.ts";
import { looksOf } from "../../src/webview/scene/look.ts";
import { inOrder, LIFE_STATES, type SceneNode } from "../../src/webview/scene/types.ts";
import { readViewState } from "../../src/webview/state/persist.ts";
import { child, five, grouped, keyOf, model, rich, supervisor } from "../browser/models.ts";

const nothing = { opened: new Map<string, number>(), closed: new Set<string>() };
const everything = (nodes: readonly SceneNode[]): string[] =>
  nodes.flatMap((node) => [node.path, ...everything(node.children)]);
const measure = (text: string) => [...text].length * 5;
const fonts = { label: measure, strong: measure, small: measure };

function sceneOf(tree: Parameters<typeof indexForScene>[0], root: string | null = null) {
  return sceneFromModel(indexForScene(tree, []), root);
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
      fc.property(trees, fc.integer({ min: 1, max: 5 }), (tree, every) => {
        const root = named(tree, "r");
        const unfolded = new Set(everything([root]).filter((_, i) => i % every === 0));
        expect(drawn(detail([root], { ...nothing, unfolded }))).toBe(total([root]));
      }),
    );
  });

  it("opens what the person asks for, in parts", () => {
    const tree = grouped(100, 99);
    const visible = detail(sceneOf(tree).roots, {
      ...nothing,
      unfolded: new Set(["Root"]),
      opened: new Map([["Root/group_7", 60]]),
    });
    const group = visible[0]!.children[6]!;
    expect(group.children.length).toBe(60);
    expect(group.pack?.total).toBe(39);
  });

  it("names every state with its number", () => {
    const counts = detail(sceneOf(grouped(100, 99)).roots, { ...nothing, unfolded: new Set(["Root"]) })[0]!
      .children[0]!.pack!.counts;
    expect(countsInWords(counts)).toBe("99 not started");
  });
});

describe("the first picture", () => {
  const widths = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 6 });
  /** `widths[n]` children below each supervisor of level n. */
  const layered = (counts: readonly number[], path = "Root"): SceneNode => {
    const [own = 0, ...below] = counts;
    const children = Array.from({ length: own }, (_, i) => layered(below, `${path}/child_${i + 1}`));
    const id = path.slice(path.lastIndexOf("/") + 1);
    return { ...blank(path, id, own === 0 ? "worker" : "supervisor"), children };
  };
  const sizes = fc.record({
    width: fc.integer({ min: 640, max: 3840 }),
    height: fc.integer({ min: 300, max: 2160 }),
  });

  it("is readable at any depth, width and number: one direction of scrolling at most", () => {
    fc.assert(
      fc.property(
        widths.filter((counts) => counts.reduce((product, n) => product * n, 1) <= 12_000),
        sizes,
        (counts, viewport) => {
          const { layout, unfolded } = firstCards([layered(counts)], fonts, viewport);
          expect(layout!.scale).toBeGreaterThanOrEqual(10 / 11);
          expect(layout!.width * layout!.scale).toBeLessThanOrEqual(viewport.width + 1);
          expect(layout!.nodes.size).toBeLessThanOrEqual(CARD_BUDGET);
          // Two levels are named.
          expect(unfolded.has("Root")).toBe(true);
          expect(layout!.nodes.has(`Root/child_${counts[0]}`)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("opens siblings alike, and nothing below what is closed", () => {
    fc.assert(
      fc.property(trees, fc.integer({ min: 1, max: 80 }), (tree, most) => {
        const root = named(tree, "r");
        const open = foldToFit([root], (paths) => paths.size <= most);
        const check = (node: SceneNode): void => {
          const groups = node.children.filter((child) => child.children.length > 0);
          const opened = groups.filter((child) => open.has(child.path));
          expect([0, groups.length]).toContain(opened.length);
          if (!open.has(node.path)) {
            expect(opened).toEqual([]);
          }
          node.children.forEach(check);
        };
        check(root);
      }),
    );
  });

  it("shows levels as long as their lines fit, and two at least", () => {
    const root = layered([6, 6, 8]);
    const lines = (room: number) => {
      const unfolded = firstLines([root], room);
      return cardsOf(detail([root], { ...nothing, unfolded }));
    };
    expect(lines(3)).toBe(7);
    expect(lines(30)).toBe(7);
    expect(lines(50)).toBe(43);
    expect(lines(91)).toBe(91);
  });
});

describe("the picture of a model", () => {
  it("gives every place the path that a run will give it", () => {
    expect(inOrder(sceneOf(five())).map(({ path }) => path)).toEqual([
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
    expect([...sceneOf(tree).byPath.keys()].sort()).toEqual(["Loop", "Loop/again"]);
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
    const scene = sceneFromModel(indexForScene(tree, findings), null);
    const { looks } = looksOf(detail(scene.roots, { ...nothing, unfolded: new Set(["Top"]) }), fonts);
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

it("keeps a long number of lives clear of the text beside it", () => {
  const scene = sceneOf(five());
  for (const incarnation of [1, 12, 3_001, 1_234_567]) {
    const node = { ...scene.roots[0]!.children[1]!, incarnation };
    const { looks } = looksOf([{ node, children: [], pack: null, more: 0, open: false }], fonts);
    const [look] = [...looks.values()];
    const number = incarnation > 1 ? measure(`#${incarnation}`) : 0;
    expect(28 + measure(look!.second) + number).toBeLessThan(look!.width - 10);
  }
});

describe("what the hover of a restart budget says", () => {
  it("is what the library does past it", () => {
    const tree = model([supervisor("App", "one_for_one", [child("App", "a")])], ["App"]);
    const hintOf = (pastLimit: "supervisor_stops" | "children_stop"): string => {
      const name = tree.supervisors[0]!.dialect;
      const scene = sceneOf({ ...tree, dialects: [{ ...SUPTREE_TRAITS, name, pastLimit }] });
      return OTP_WORDS[budgetHint(scene.roots[0]!)]?.meaning ?? OTP_WORDS.budget!.meaning;
    };
    expect(hintOf("supervisor_stops")).toContain("ends the supervisor itself");
    expect(hintOf("children_stop")).toContain("its parent lives on");
  });
});
