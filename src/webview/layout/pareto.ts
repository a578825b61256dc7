/** Alternatives of one subtree's arrangement, and the choice among them. */
import type { Box, Size } from "./types.ts";

/** One way to arrange a subtree: rows of children below its card. */
export interface Shape extends Size {
  box: Box;
  /** Indices into `children`, row by row; a single row keeps the classic tree. */
  rows: Shape[][];
  /** One child per row, hanging on the left of the spine. */
  ladder: boolean;
  /** How far the arrangement is from a plain tree: wrapped rows here and below. */
  wraps: number;
}

/**
 * Drops the shapes that are neither narrower nor lower than another, and thins the rest evenly.
 * The result is sorted from narrow and high to wide and low.
 */
export function prune(shapes: readonly Shape[], kept: number): Shape[] {
  const sorted = [...shapes].sort((a, b) => a.width - b.width || a.height - b.height || a.wraps - b.wraps);
  const front: Shape[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  for (const shape of sorted) {
    if (shape.height < lowest - 0.5) {
      front.push(shape);
      lowest = shape.height;
    }
  }
  if (front.length <= kept) {
    return front;
  }
  const thinned = new Set<Shape>();
  for (let i = 0; i < kept; i++) {
    thinned.add(front[Math.round((i * (front.length - 1)) / (kept - 1))]!);
  }
  return [...thinned];
}

/** The factor at which `size` fits `viewport`. */
export function fitScale(size: Size, viewport: Size): number {
  return Math.min(viewport.width / Math.max(size.width, 1), viewport.height / Math.max(size.height, 1));
}

/** The least and the largest factor at which a drawing may be shown. */
export interface Scales {
  min: number;
  max: number;
}

/**
 * The shape that is drawn largest; among shapes of about the same size the one with the fewest wrapped rows,
 * since a plain tree is read at a glance. Where none fits at the least scale, the lowest of those that are narrow
 * enough, since one direction of scrolling is no burden, and where none is narrow enough the narrowest.
 */
export function choose(shapes: readonly Shape[], viewport: Size, scales: Scales): Shape {
  let best = shapes[0]!;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const shape of shapes) {
    const score = scoreOf(shape, viewport, scales);
    if (score > bestScore) {
      best = shape;
      bestScore = score;
    }
  }
  return best;
}

/** Far above 0 for what fits, between -1 and 0 for what is too high, below -1 for what is too wide. */
function scoreOf(shape: Shape, viewport: Size, { min, max }: Scales): number {
  const scale = Math.min(fitScale(shape, viewport), max);
  if (scale >= min) {
    return 100 + scale - 0.012 * shape.wraps;
  }
  return shape.width * min <= viewport.width ? -1 + 1 / (2 + shape.height) : -2 + 1 / (2 + shape.width);
}
