/** Supervision lines with their start-order numbers, and the links and monitors over them. */
import { Component } from "preact";
import type { Layout, Placed, Route } from "../layout/index.ts";
import type { Scene, SceneLink } from "../scene/types.ts";
import { relationPath, routePath } from "./curves.ts";
import { DECORATION } from "./decoration.ts";

export function Supervision({
  layout,
  byPath,
  tiny,
}: {
  layout: Layout;
  byPath: Scene["byPath"];
  tiny: boolean;
}) {
  return (
    <g class="supervision" {...DECORATION}>
      {layout.routes.map((route) => (
        <Edge key={route.to} route={route} state={byPath.get(route.to)?.state ?? "waiting"} />
      ))}
      {!tiny && <Orders layout={layout} />}
    </g>
  );
}

/** Drawn anew only when it goes another way, or the state at its end is another. */
class Edge extends Component<{ route: Route; state: string }> {
  override shouldComponentUpdate(next: { route: Route; state: string }): boolean {
    return next.route !== this.props.route || next.state !== this.props.state;
  }

  override render({ route, state }: { route: Route; state: string }) {
    return <path class={`edge state-${state}`} d={routePath(route)} data-edge={route.to} />;
  }
}

/** The places in the start order. */
class Orders extends Component<{ layout: Layout }> {
  override shouldComponentUpdate(next: { layout: Layout }): boolean {
    return next.layout !== this.props.layout;
  }

  override render({ layout }: { layout: Layout }) {
    return layout.routes.map((route) => {
      const order = String(layout.nodes.get(route.to)?.order ?? "");
      const width = 10 + order.length * 6;
      return (
        <g
          key={route.to}
          class="order"
          data-hint="order"
          transform={`translate(${route.badge.x} ${route.badge.y})`}
        >
          <rect x={-width / 2} y={-7} width={width} height={14} rx={7} />
          <text y={3.5} text-anchor="middle">
            {order}
          </text>
        </g>
      );
    });
  }
}

/** A card with more relations than this tells their number; the lines come when it, or the other end, is selected. */
const CROWD = 4;

/** Relations of the selected card lie over the cards; the others stay behind them, where no text is. */
export function Relations({
  shown,
  layout,
  layer,
}: {
  shown: DrawnRelations;
  layout: Layout;
  layer: "behind" | "above";
}) {
  const { relations, counts } = shown;
  const crowded = (path: string) => (counts.get(path) ?? 0) > CROWD;
  return (
    <g class={`relations ${layer}`} {...DECORATION}>
      {relations
        .filter(
          ({ from, to, near }) => near === (layer === "above") && (near || !(crowded(from) || crowded(to))),
        )
        .map(({ id, link, from, to, near }) => (
          <Relation
            key={id}
            link={link}
            d={relationPath(layout.nodes.get(from) as Placed, layout.nodes.get(to) as Placed)}
            near={near}
          />
        ))}
      {layer === "above" &&
        [...counts]
          .filter(([path]) => crowded(path))
          .map(([path, count]) => (
            <Crowd key={path} place={layout.nodes.get(path) as Placed} count={count} />
          ))}
    </g>
  );
}

export interface DrawnRelations {
  relations: readonly DrawnRelation[];
  /** How many each card has. */
  counts: ReadonlyMap<string, number>;
}

interface DrawnRelation {
  id: string;
  link: SceneLink;
  from: string;
  to: string;
  /** One end is selected. */
  near: boolean;
}

/**
 * One line for all relations of a kind between two cards.
 * @param placeOf the card that a path is drawn in: its own, or the one that counts it
 */
export function drawnRelations(
  links: readonly SceneLink[],
  selected: string | null,
  placeOf: (path: string) => string | null,
): DrawnRelations {
  const shown = new Map<string, DrawnRelation>();
  for (const link of links) {
    const near = selected !== null && (selected === link.from || selected === link.to);
    if (link.kind === "use" && !near) continue;
    const from = placeOf(link.from);
    const to = placeOf(link.to);
    if (from === null || to === null || from === to) continue;
    const id = `${from}>${to}:${link.kind}`;
    if (near || !shown.has(id)) shown.set(id, { id, link, from, to, near });
  }
  const relations = [...shown.values()];
  return { relations, counts: countPerCard(relations) };
}

function countPerCard(relations: readonly DrawnRelation[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { link, from, to } of relations) {
    if (link.kind === "use") continue;
    for (const end of [from, to]) counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return counts;
}

function Crowd({ place, count }: { place: Placed; count: number }) {
  const text = String(count);
  const width = 20 + text.length * 6;
  return (
    <g class="crowd" transform={`translate(${place.x + 12} ${place.y + place.height - 7})`}>
      <rect width={width} height={14} rx={7} />
      <path d="M5 5.5h7M5 8.5h7" />
      <text x={15} y={10.5}>
        {text}
      </text>
    </g>
  );
}

function Relation({ link, d, near }: { link: SceneLink; d: string; near: boolean }) {
  const classes = `relation ${link.kind} ${near ? "near" : ""}`;
  if (link.kind === "link") {
    // Two parallel strokes: what happens to one happens to the other.
    return (
      <g class={classes}>
        <path class="rail" d={d} />
        <path class="gap" d={d} />
      </g>
    );
  }
  return (
    <g class={classes}>
      <path d={d} marker-end={link.kind === "monitor" ? "url(#watch)" : "url(#arrow)"} />
    </g>
  );
}

/** Patterns and arrow heads that the drawing refers to. */
export function Definitions() {
  return (
    <defs>
      <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line class="hatch-line" x1="0" y1="0" x2="0" y2="7" />
      </pattern>
      <marker id="watch" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" orient="auto">
        <path class="head hollow" d="M1 1L9 5L1 9Z" />
      </marker>
      <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
        <path class="head" d="M1 1L9 5L1 9" />
      </marker>
    </defs>
  );
}
