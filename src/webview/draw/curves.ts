/** Paths of the lines between cards. */
import type { Placed, Point, Route } from "../layout/index.ts";

/** Right angles, with a small radius where the line turns. */
export function routePath(route: Route): string {
  const points = withoutRepeats(route.points);
  const radius = 5;
  let path = `M${points[0]!.x} ${points[0]!.y}`;
  for (let i = 1; i < points.length; i++) {
    const here = points[i]!;
    const next = points[i + 1];
    if (next === undefined) {
      path += `L${here.x} ${here.y}`;
      break;
    }
    const before = towards(here, points[i - 1]!, radius);
    const after = towards(here, next, radius);
    path += `L${before.x} ${before.y}Q${here.x} ${here.y} ${after.x} ${after.y}`;
  }
  return path;
}

function withoutRepeats(points: readonly Point[]): Point[] {
  const kept = points.filter((p, i) => {
    const before = points[i - 1];
    return before === undefined || Math.abs(before.x - p.x) > 0.5 || Math.abs(before.y - p.y) > 0.5;
  });
  return kept;
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = Math.min(distance, length / 2) / Math.max(length, 1);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** A curve between two cards that leaves the tree's own lines alone: below siblings, else from side to side. */
export function relationPath(a: Placed, b: Placed): string {
  const ax = a.x + a.width / 2;
  const bx = b.x + b.width / 2;
  const aBottom = a.y + a.height;
  const bBottom = b.y + b.height;
  if (Math.abs(a.y - b.y) < 2) {
    // Beside each other: an arc in the gap below the row.
    const side = ax < bx ? 1 : -1;
    const from = { x: ax + (side * a.width) / 4, y: aBottom };
    const to = { x: bx - (side * b.width) / 4, y: bBottom };
    const dip = Math.max(from.y, to.y) + 16 + Math.min(10, Math.abs(to.x - from.x) / 60);
    return `M${from.x} ${from.y}C${from.x} ${dip} ${to.x} ${dip} ${to.x} ${to.y}`;
  }
  const rightOf = bx > ax + 4;
  const from = { x: rightOf ? a.x + a.width : a.x, y: a.y + a.height / 2 };
  const facing = rightOf ? b.x >= a.x + a.width + 12 : b.x + b.width <= a.x - 12;
  const to = facing
    ? { x: rightOf ? b.x : b.x + b.width, y: b.y + b.height / 2 }
    : { x: rightOf ? b.x + b.width : b.x, y: b.y + b.height / 2 };
  const reach = Math.max(24, Math.abs(to.x - from.x) / 2);
  const out = rightOf ? 1 : -1;
  const back = facing ? -out : out;
  return `M${from.x} ${from.y}C${from.x + out * reach} ${from.y} ${to.x + back * reach} ${to.y} ${to.x} ${to.y}`;
}
