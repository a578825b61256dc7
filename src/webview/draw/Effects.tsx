/** Draws the effects: flashes, ghosts and travelling signals. */
import { useEffect, useRef } from "preact/hooks";
import type { Layout, Placed } from "../layout/index.ts";
import { type Effect, effects, MOTION } from "../state/effects.ts";
import { looks, reducedMotion } from "../state/view.ts";
import { relationPath, routePath } from "./curves.ts";
import { DECORATION } from "./decoration.ts";

function placeOf(layout: Layout, path: string): Placed | null {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const card = layout.nodes.get(at);
    if (card !== undefined) {
      return card;
    }
  }
  return null;
}

/** Former incarnations, behind the cards. */
export function Ghosts({ layout }: { layout: Layout }) {
  return (
    <g class="ghosts" {...DECORATION}>
      {effects.value.map((effect) => {
        const card = effect.kind === "ghost" ? layout.nodes.get(effect.path) : undefined;
        return effect.kind !== "ghost" || card === undefined ? null : (
          <g key={effect.id} transform={`translate(${card.x} ${card.y})`}>
            <g class="ghost">
              <rect width={card.width} height={card.height} rx={4} />
              <text x={card.width - 8} y={card.height - 6} text-anchor="end">
                {effect.text}
              </text>
            </g>
          </g>
        );
      })}
    </g>
  );
}

export function Effects({ layout }: { layout: Layout }) {
  return (
    <g class="effects" {...DECORATION}>
      {effects.value.map((effect) => (
        <One key={effect.id} effect={effect} layout={layout} />
      ))}
    </g>
  );
}

function One({ effect, layout }: { effect: Effect; layout: Layout }) {
  if (effect.kind === "ghost") {
    return null;
  }
  if (effect.kind === "signal") {
    const d = signalPath(layout, effect.from, effect.to);
    return d === null ? null : <Travel d={d.path} reversed={d.reversed} tone={effect.tone} />;
  }
  const card = placeOf(layout, effect.path);
  const look = looks.value?.looks.get(effect.path);
  if (card === null) {
    return null;
  }
  return (
    <g transform={`translate(${card.x} ${card.y})`}>
      <rect class={`flash ${effect.kind}`} width={card.width} height={card.height} rx={4} />
      {reducedMotion.value && look !== undefined && (
        <g class={`stamp ${effect.kind}`} transform={`translate(${card.width / 2} ${card.height + 2})`}>
          <rect x={-34} y={-8} width={68} height={16} rx={8} />
          <text y={4} text-anchor="middle">
            {effect.text}
          </text>
        </g>
      )}
    </g>
  );
}

/** Along the supervision line where the two are parent and child, else along the curve of their relation. */
function signalPath(layout: Layout, from: string, to: string): { path: string; reversed: boolean } | null {
  const a = placeOf(layout, from);
  const b = placeOf(layout, to);
  if (a === null || b === null || a === b) {
    return null;
  }
  const route = layout.routes.find(
    (r) => (r.from === a.id && r.to === b.id) || (r.from === b.id && r.to === a.id),
  );
  return route === undefined
    ? { path: relationPath(a, b), reversed: false }
    : { path: routePath(route), reversed: route.to === a.id };
}

function Travel({ d, reversed, tone }: { d: string; reversed: boolean; tone: string }) {
  const ref = useRef<SVGGElement>(null);
  const still = reducedMotion.value;
  useEffect(() => {
    if (!still) {
      const animation = ref.current?.animate(
        [{ offsetDistance: reversed ? "100%" : "0%" }, { offsetDistance: reversed ? "0%" : "100%" }],
        { duration: MOTION, easing: "ease-in-out", fill: "both" },
      );
      return () => animation?.cancel();
    }
    return undefined;
  }, [still, reversed]);
  return (
    <g class={`travel ${tone}`}>
      <path class="trail" d={d} />
      {!still && (
        <g ref={ref} style={{ offsetPath: `path("${d}")`, offsetRotate: "0deg" }}>
          <circle r={5} />
        </g>
      )}
    </g>
  );
}
