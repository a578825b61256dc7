/** Turns the chosen shapes into coordinates and routes. */
import { DROP, GUTTER, LADDER, LEVEL_GAP, ROW_GAP, SIBLING_GAP, TRUNK } from "./metrics.ts";
import type { Shape } from "./pareto.ts";
import type { Placed, Point, Route } from "./types.ts";

export interface Plan {
  nodes: Map<string, Placed>;
  routes: Route[];
}

const centre = (node: Placed): number => node.x + node.width / 2;

/** Places `shape` with its block's upper left corner at `at`; returns the card of its root. */
export function place(plan: Plan, shape: Shape, at: Point, parent: Placed | null, order: number): Placed {
  const { box } = shape;
  const card: Placed = {
    id: box.id,
    x: at.x,
    y: at.y,
    width: box.width,
    height: box.height,
    parent: parent?.id ?? null,
    depth: parent === null ? 0 : parent.depth + 1,
    order,
  };
  plan.nodes.set(card.id, card);
  if (shape.rows.length === 0) {
    card.x = Math.round(at.x);
    return card;
  }
  if (shape.ladder) {
    placeLadder(plan, shape, at, card);
    return card;
  }
  const rows = placeRows(plan, shape, at, card);
  const first = rows[0]!;
  const middle = (centre(first[0]!) + centre(first[first.length - 1]!)) / 2;
  const wanted = shape.rows.length > 1 ? at.x + shape.width / 2 : middle;
  card.x = Math.round(clamp(wanted - box.width / 2, at.x, at.x + shape.width - box.width));
  for (const [index, row] of rows.entries()) {
    for (const child of row) {
      plan.routes.push(route(card, child, index, at.x));
    }
  }
  return card;
}

function placeRows(plan: Plan, shape: Shape, at: Point, card: Placed): Placed[][] {
  const wrapped = shape.rows.length > 1;
  const gutter = wrapped ? GUTTER : 0;
  const widths = shape.rows.map((row) => row.reduce((sum, s) => sum + s.width + SIBLING_GAP, -SIBLING_GAP));
  // All rows begin at the same x, so that a grid is a grid.
  const block = gutter + Math.max(...widths);
  const left = at.x + Math.max(0, (shape.width - block) / 2) + gutter;
  let y = at.y + card.height + LEVEL_GAP;
  let order = 1;
  const placed: Placed[][] = [];
  for (const row of shape.rows) {
    let x = left;
    const cards: Placed[] = [];
    for (const child of row) {
      cards.push(place(plan, child, { x: Math.round(x), y }, card, order));
      order += 1;
      x += child.width + SIBLING_GAP;
    }
    placed.push(cards);
    y += Math.max(...row.map((child) => child.height)) + ROW_GAP;
  }
  return placed;
}

function placeLadder(plan: Plan, shape: Shape, at: Point, card: Placed): void {
  const spine = at.x + LADDER.spine;
  let y = at.y + card.height + LADDER.first;
  for (const [index, [child]] of shape.rows.entries()) {
    const placed = place(plan, child!, { x: at.x + LADDER.indent, y }, card, index + 1);
    const rung = placed.y + Math.min(placed.height, 42) / 2;
    plan.routes.push({
      from: card.id,
      to: placed.id,
      points: [
        { x: spine, y: card.y + card.height },
        { x: spine, y: rung },
        { x: placed.x, y: rung },
      ],
      badge: { x: spine, y: rung },
    });
    y += child!.height + LADDER.gap;
  }
}

/** Down from the supervisor, along the bus (by the spine for later rows), down to the child. */
function route(card: Placed, child: Placed, row: number, blockLeft: number): Route {
  const bus = child.y - DROP;
  const from = { x: centre(card), y: card.y + card.height };
  const points: Point[] = [from];
  if (row === 0) {
    points.push({ x: from.x, y: bus });
  } else {
    const top = card.y + card.height + TRUNK;
    const spine = Math.min(blockLeft + GUTTER / 2, child.x - GUTTER / 2);
    points.push({ x: from.x, y: top }, { x: spine, y: top }, { x: spine, y: bus });
  }
  points.push({ x: centre(child), y: bus }, { x: centre(child), y: child.y });
  return { from: card.id, to: child.id, points, badge: { x: centre(child), y: child.y - DROP / 2 } };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
