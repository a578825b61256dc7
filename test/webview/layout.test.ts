import { hierarchy, tree } from "d3-hierarchy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box, Layout, Placed } from "../../src/webview/layout/index.ts";
import { cutMiddle, layoutForest } from "../../src/webview/layout/index.ts";

const PANEL = { width: 960, height: 600 };

let next = 0;
const size = (supervisor: boolean) => (supervisor ? { width: 208, height: 64 } : { width: 132, height: 42 });
const worker = (): Box => ({ id: `w${next++}`, ...size(false), children: [] });
const supervisor = (children: Box[]): Box => ({ id: `s${next++}`, ...size(true), children });

const treeOf = fc.letrec<{ tree: Box }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc
      .record({ width: fc.integer({ min: 60, max: 240 }), height: fc.integer({ min: 20, max: 120 }) })
      .map((s): Box => ({ id: `n${next++}`, ...s, children: [] })),
    fc
      .record({
        width: fc.integer({ min: 100, max: 300 }),
        height: fc.integer({ min: 40, max: 140 }),
        children: fc.array(tie("tree"), { maxLength: 14 }),
      })
      .map((s): Box => ({ id: `n${next++}`, ...s })),
  ),
})).tree;

function overlaps(layout: Layout): [string, string][] {
  const cards = [...layout.nodes.values()].sort((a, b) => a.y - b.y);
  const found: [string, string][] = [];
  for (const [i, a] of cards.entries()) {
    for (const b of cards.slice(i + 1)) {
      if (b.y >= a.y + a.height) {
        break;
      }
      if (a.x < b.x + b.width && b.x < a.x + a.width) {
        found.push([a.id, b.id]);
      }
    }
  }
  return found;
}

function check(roots: Box[], layout: Layout): void {
  expect(overlaps(layout)).toEqual([]);
  const walk = (box: Box, parent: Placed | null): number => {
    const card = layout.nodes.get(box.id)!;
    expect(card).toMatchObject({ width: box.width, height: box.height, parent: parent?.id ?? null });
    if (parent !== null) {
      expect(card.y).toBeGreaterThan(parent.y + parent.height);
    }
    expect(card.x).toBeGreaterThanOrEqual(0);
    expect(card.x + card.width).toBeLessThanOrEqual(layout.width + 1);
    expect(card.y + card.height).toBeLessThanOrEqual(layout.height + 1);
    // Reading order (rows, then left to right) is start order.
    const children = box.children.map((child) => layout.nodes.get(child.id)!);
    for (const [i, child] of children.entries()) {
      expect(child.order).toBe(i + 1);
      const before = children[i - 1];
      if (before !== undefined) {
        expect(child.y > before.y || child.x >= before.x + before.width).toBe(true);
      }
    }
    return 1 + box.children.reduce((sum, child) => sum + walk(child, card), 0);
  };
  const count = roots.reduce((sum, root) => sum + walk(root, null), 0);
  expect(layout.nodes.size).toBe(count);
  expect(layout.routes.length).toBe(count - roots.length);
}

/** A route's straight pieces must not run through any card. */
function crossings(layout: Layout): string[] {
  const found: string[] = [];
  for (const route of layout.routes) {
    for (const [i, b] of route.points.entries()) {
      const a = route.points[i - 1];
      if (a === undefined) continue;
      for (const card of layout.nodes.values()) {
        const inside =
          Math.max(a.x, b.x) > card.x + 1 &&
          Math.min(a.x, b.x) < card.x + card.width - 1 &&
          Math.max(a.y, b.y) > card.y + 1 &&
          Math.min(a.y, b.y) < card.y + card.height - 1;
        if (inside) found.push(`${route.from}->${route.to} through ${card.id}`);
      }
    }
  }
  return found;
}

describe("layoutForest", () => {
  it("never overlaps, keeps start order and puts parents above their children", () => {
    fc.assert(
      fc.property(
        fc.array(treeOf, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 200, max: 2000 }),
        fc.integer({ min: 200, max: 1200 }),
        (roots, width, height) => {
          const layout = layoutForest(roots, { viewport: { width, height } });
          check(roots, layout);
          expect(crossings(layout)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("fits 40 processes into the panel at a readable size, whatever their grouping", () => {
    const groupings = [[39], [18, 18], [12, 12, 12], [8, 8, 8, 8], [5, 5, 5, 5, 5, 5], [30, 2, 2, 2]];
    for (const groups of groupings) {
      const root = supervisor(groups.map((n) => supervisor(Array.from({ length: n }, worker))));
      const layout = layoutForest([root], { viewport: PANEL });
      check([root], layout);
      expect(layout.scale, groups.join()).toBeGreaterThanOrEqual(0.66);
    }
  });

  it("does not enlarge a small tree beyond the cap", () => {
    const layout = layoutForest([supervisor([worker(), worker()])], { viewport: PANEL, maxScale: 1.1 });
    expect(layout.scale).toBe(1.1);
  });

  it("keeps a small tree in one row", () => {
    const root = supervisor([worker(), worker(), worker(), worker()]);
    const layout = layoutForest([root], { viewport: PANEL });
    expect(new Set(root.children.map((child) => layout.nodes.get(child.id)!.y)).size).toBe(1);
  });

  it("orders the cards of a level as the tidy tree algorithm does", () => {
    const uniform = fc.letrec<{ tree: Box }>((tie) => ({
      tree: fc
        .oneof({ depthSize: "small" }, fc.constant<Box[]>([]), fc.array(tie("tree"), { maxLength: 4 }))
        .map((children): Box => ({ id: `u${next++}`, width: 100, height: 40, children })),
    })).tree;
    fc.assert(
      fc.property(uniform, (root) => {
        // Room for everything: no row is wrapped and nothing hangs on a ladder.
        const layout = layoutForest([root], { viewport: { width: 1e6, height: 3000 } });
        const wrapped = [...layout.nodes.values()].some((card) =>
          [...layout.nodes.values()].some((other) => other.depth === card.depth && other.y !== card.y),
        );
        fc.pre(!wrapped);
        const reference = tree<Box>().nodeSize([1, 1])(hierarchy<Box>(root, (box) => [...box.children]));
        const levels = new Map<number, string[]>();
        for (const node of reference.descendants().sort((a, b) => a.x - b.x)) {
          levels.set(node.depth, [...(levels.get(node.depth) ?? []), node.data.id]);
        }
        for (const [depth, ids] of levels) {
          const ours = [...layout.nodes.values()].filter((card) => card.depth === depth);
          expect(ours.sort((a, b) => a.x - b.x).map((card) => card.id)).toEqual(ids);
        }
      }),
      { numRuns: 80 },
    );
  });

  it("is linear enough for thousands of cards", () => {
    const root = supervisor(Array.from({ length: 40 }, () => supervisor(Array.from({ length: 50 }, worker))));
    check([root], layoutForest([root], { viewport: PANEL }));
  });

  it("gives the same coordinates for the same tree", () => {
    const root = supervisor([supervisor([worker(), worker()]), worker(), supervisor([worker()])]);
    const once = layoutForest([root], { viewport: PANEL });
    expect(layoutForest([root], { viewport: PANEL })).toEqual(once);
  });
});

describe("cutMiddle", () => {
  const measure = (text: string) => [...text].length * 7;

  it("leaves text alone that fits", () => {
    expect(cutMiddle("registry", 100, measure)).toBe("registry");
  });

  it("keeps the beginning and the end", () => {
    expect(cutMiddle("connection_supervisor_eu_west_1", 7 * 11, measure)).toBe("conne…est_1");
  });

  it("never exceeds the width and never splits a grapheme", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.integer({ min: 14, max: 300 }),
        (text, width) => {
          const cut = cutMiddle(text, width, measure);
          expect(measure(cut) <= width || cut === "…").toBe(true);
          const parts = new Set([...new Intl.Segmenter().segment(text)].map((s) => s.segment));
          if (cut !== text) {
            for (const { segment } of new Intl.Segmenter().segment(cut.replace("…", "\n"))) {
              expect(segment === "\n" || parts.has(segment)).toBe(true);
            }
          }
        },
      ),
    );
  });
});
