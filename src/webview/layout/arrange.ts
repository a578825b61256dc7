/**
 * Finds the shapes of a subtree. Children stay in start order and fill rows from left to right, as words fill
 * lines; every child brings its own alternatives. Blocks are disjoint rectangles, so cards cannot overlap.
 */
import { GUTTER, LADDER, LEVEL_GAP, ROW_GAP, SIBLING_GAP } from "./metrics.ts";
import { prune, type Shape } from "./pareto.ts";
import type { Box } from "./types.ts";

/**
 * Alternatives of `box`, narrow ones first.
 * @param kept how many of them are handed upwards: more find better drawings and take longer
 */
export function shapesOf(box: Box, kept: number): Shape[] {
  if (box.children.length === 0) {
    return [{ box, width: box.width, height: box.height, rows: [], ladder: false, wraps: 0 }];
  }
  return shapesOfRows(
    box,
    box.children.map((child) => shapesOf(child, kept)),
    SIBLING_GAP,
    LEVEL_GAP,
    kept,
  );
}

/** As `shapesOf` for given alternatives of the children; a forest is a box without a size and without a gap. */
export function shapesOfRows(
  box: Box,
  children: readonly Shape[][],
  gap: number,
  levelGap: number,
  kept: number,
): Shape[] {
  const found: Shape[] = [];
  for (const limit of heightLimits(children, kept)) {
    const picked = children.map((options) => narrowestWithin(options, limit));
    for (const width of rowWidths(picked, gap)) {
      found.push(stack(box, fillRows(picked, width, gap), gap, levelGap));
    }
    if (box.height > 0 && picked.length <= LONGEST_LADDER) {
      found.push(ladder(box, picked));
    }
  }
  return prune(found, kept);
}

/** Nobody follows a spine further than this. */
const LONGEST_LADDER = 60;

function ladder(box: Box, children: readonly Shape[]): Shape {
  const leaves = children.every((shape) => shape.rows.length === 0);
  return {
    box,
    rows: children.map((shape) => [shape]),
    ladder: true,
    width: Math.max(box.width, LADDER.indent + Math.max(...children.map((shape) => shape.width))),
    height:
      box.height +
      LADDER.first +
      children.reduce((sum, shape) => sum + shape.height + LADDER.gap, -LADDER.gap),
    wraps: (leaves ? 1 : 2 + children.length) + children.reduce((sum, shape) => sum + shape.wraps, 0),
  };
}

/** Heights worth trying for a row: those that the children's own alternatives have, thinned. */
function heightLimits(children: readonly Shape[][], most: number): number[] {
  const heights = new Set<number>();
  for (const options of children) {
    for (const option of options) {
      heights.add(option.height);
    }
  }
  const sorted = [...heights].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(sorted.length / most));
  const limits = sorted.filter((_, i) => i % step === 0);
  limits.push(sorted[sorted.length - 1]!);
  return limits;
}

function narrowestWithin(options: readonly Shape[], limit: number): Shape {
  return options.find((option) => option.height <= limit) ?? options[options.length - 1]!;
}

/** From everything in one row down to many: the least width for every number of rows. */
function rowWidths(shapes: readonly Shape[], gap: number): number[] {
  const total = shapes.reduce((sum, shape) => sum + shape.width + gap, -gap);
  const widest = Math.max(...shapes.map((shape) => shape.width));
  const widths = new Set<number>([total]);
  for (let rows = 2; rows <= Math.min(shapes.length, MOST_ROWS); rows++) {
    let low = widest;
    let high = total;
    while (high - low > 1) {
      const middle = (low + high) / 2;
      if (countRows(shapes, middle, gap) <= rows) {
        high = middle;
      } else {
        low = middle;
      }
    }
    widths.add(Math.ceil(high));
    // A little wider may put the tall ones into one row.
    widths.add(Math.max(widest, Math.ceil(total / rows)));
    widths.add(Math.ceil(high * 1.15));
  }
  widths.add(widest);
  return [...widths];
}

const MOST_ROWS = 12;

function countRows(shapes: readonly Shape[], width: number, gap: number): number {
  let rows = 1;
  let used = -gap;
  for (const shape of shapes) {
    if (used >= 0 && used + gap + shape.width > width + 0.5) {
      rows += 1;
      used = -gap;
    }
    used += gap + shape.width;
  }
  return rows;
}

function fillRows(shapes: readonly Shape[], width: number, gap: number): Shape[][] {
  const rows: Shape[][] = [];
  let row: Shape[] = [];
  let used = 0;
  for (const shape of shapes) {
    if (row.length > 0 && used + gap + shape.width > width + 0.5) {
      rows.push(row);
      row = [];
      used = 0;
    }
    used += (row.length > 0 ? gap : 0) + shape.width;
    row.push(shape);
  }
  rows.push(row);
  return balance(rows);
}

/** Rows of equal cards get equal lengths: 5 + 5 + 4 rather than 6 + 6 + 2. */
function balance(rows: Shape[][]): Shape[][] {
  const all = rows.flat();
  const width = all[0]!.width;
  const same = all.every((shape) => shape.rows.length === 0 && Math.abs(shape.width - width) < 0.5);
  if (!same || rows.length < 2) {
    return rows;
  }
  const perRow = Math.ceil(all.length / rows.length);
  const balanced: Shape[][] = [];
  for (let i = 0; i < all.length; i += perRow) {
    balanced.push(all.slice(i, i + perRow));
  }
  return balanced;
}

function stack(box: Box, rows: Shape[][], gap: number, levelGap: number): Shape {
  const wrapped = rows.length > 1;
  const rowWidth = (row: readonly Shape[]) => row.reduce((sum, shape) => sum + shape.width + gap, -gap);
  const rowHeight = (row: readonly Shape[]) => Math.max(...row.map((shape) => shape.height));
  const gutter = wrapped && box.height > 0 ? GUTTER : 0;
  const width = Math.max(box.width, gutter + Math.max(...rows.map(rowWidth)));
  const height = box.height + levelGap + rows.reduce((sum, row) => sum + rowHeight(row) + ROW_GAP, -ROW_GAP);
  const leaves = rows.every((row) => row.every((shape) => shape.rows.length === 0));
  // A grid of workers reads well; supervisors below one another less so.
  const own = wrapped ? (leaves ? 1 : 2 + rows.length) : 0;
  const below = rows.flat().reduce((sum, shape) => sum + shape.wraps, 0);
  return { box, rows, ladder: false, width, height, wraps: own + below };
}
