/** The layout of a forest of supervision trees: pure, deterministic, and free of overlap by construction. */
import { shapesOf, shapesOfRows } from "./arrange.ts";
import { DEFAULT_MAX_SCALE, READABLE_SCALE, ROW_GAP, TREE_GAP } from "./metrics.ts";
import { choose, fitScale, type Shape } from "./pareto.ts";
import { type Plan, place } from "./place.ts";
import type { Box, Layout, LayoutOptions } from "./types.ts";

/**
 * Coordinates for every card. Start order runs from left to right and, where rows wrap, from top to bottom;
 * parents stand above their children. Among the arrangements the one that is drawn largest in the viewport wins.
 */
export function layoutForest(roots: readonly Box[], options: LayoutOptions): Layout {
  const scales = { min: options.minScale ?? READABLE_SCALE, max: options.maxScale ?? DEFAULT_MAX_SCALE };
  const plan: Plan = { nodes: new Map(), routes: [] };
  if (roots.length === 0) {
    return { ...plan, width: 0, height: 0, scale: scales.max };
  }
  const forest: Box = { id: "", width: 0, height: 0, children: roots };
  // Small trees are worth a longer search; nobody sees the difference in large ones.
  const kept = roots.reduce((sum, root) => sum + count(root), 0) > 90 ? 12 : 28;
  const shapes = shapesOfRows(
    forest,
    roots.map((root) => shapesOf(root, kept)),
    TREE_GAP,
    0,
    200,
  );
  const chosen = choose(shapes, options.viewport, scales);
  placeForest(plan, chosen);
  const byWidth = options.viewport.width / Math.max(chosen.width, 1);
  const fit = fitScale(chosen, options.viewport);
  const scale = fit >= scales.min ? fit : Math.min(1, Math.max(scales.min, byWidth));
  return { ...plan, width: chosen.width, height: chosen.height, scale: Math.min(scales.max, scale) };
}

function placeForest(plan: Plan, forest: Shape): void {
  let y = 0;
  let order = 1;
  for (const row of forest.rows) {
    let x = 0;
    for (const tree of row) {
      place(plan, tree, { x, y }, null, order);
      order += 1;
      x += tree.width + TREE_GAP;
    }
    y += Math.max(...row.map((tree) => tree.height)) + ROW_GAP;
  }
}

function count(box: Box): number {
  return box.children.reduce((sum, child) => sum + count(child), 1);
}
