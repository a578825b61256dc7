/** Supervision lines with their start-order numbers, and the links and monitors over them. */
import type { Layout, Placed } from "../layout/index.ts";
import type { SceneLink, SceneNode } from "../scene/types.ts";
import { relationPath, routePath } from "./curves.ts";
import { DECORATION } from "./decoration.ts";

export function Supervision({
  layout,
  byPath,
  tiny,
}: {
  layout: Layout;
  byPath: ReadonlyMap<string, SceneNode>;
  tiny: boolean;
}) {
  return (
    <g class="supervision" {...DECORATION}>
      {layout.routes.map((route) => (
        <path
          key={route.to}
          class={`edge state-${byPath.get(route.to)?.state ?? "waiting"}`}
          d={routePath(route)}
          data-edge={route.to}
        />
      ))}
      {!tiny &&
        layout.routes.map((route) => {
          const order = String(layout.nodes.get(route.to)?.order ?? "");
          const width = 10 + order.length * 6;
          return (
            <g key={route.to} class="order" transform={`translate(${route.badge.x} ${route.badge.y})`}>
              <rect x={-width / 2} y={-7} width={width} height={14} rx={7} />
              <text y={3.5} text-anchor="middle">
                {order}
              </text>
            </g>
          );
        })}
    </g>
  );
}

/** Relations of the selected card lie over the cards; the others stay behind them, where no text is. */
export function Relations({
  links,
  layout,
  selected,
  placeOf,
  layer,
}: {
  links: readonly SceneLink[];
  layout: Layout;
  selected: string | null;
  /** The card that a path is drawn in: its own, or the one that counts it. */
  placeOf: (path: string) => string | null;
  layer: "behind" | "above";
}) {
  const drawn = new Set<string>();
  const lines = [];
  for (const link of links) {
    const from = placeOf(link.from);
    const to = placeOf(link.to);
    const near = selected !== null && (selected === link.from || selected === link.to);
    const id = `${from}>${to}:${link.kind}`;
    if (
      from === null ||
      to === null ||
      from === to ||
      drawn.has(id) ||
      (link.kind === "use" && !near) ||
      near !== (layer === "above")
    ) {
      continue;
    }
    drawn.add(id);
    const a = layout.nodes.get(from) as Placed;
    const b = layout.nodes.get(to) as Placed;
    lines.push(<Relation key={id} link={link} d={relationPath(a, b)} near={near} />);
  }
  return (
    <g class={`relations ${layer}`} {...DECORATION}>
      {lines}
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
