/** Draws the effects: flashes, ghosts and travelling signals. */
import { nameOfPlace, placeAbove } from "../../model/index.ts";
import "./effects.css";
import { useEffect, useRef } from "preact/hooks";
import { relationPath, routePath } from "../draw/curves.ts";
import { DECORATION } from "../draw/decoration.ts";
import type { Layout, Placed } from "../layout/index.ts";
import { cutMiddle } from "../layout/index.ts";
import { fonts, looks, reducedMotion } from "../state/view.ts";
import { type Effect, effects, MOTION } from "./effects.ts";

function placeOf(layout: Layout, path: string): Placed | null {
  for (let at = path; at !== ""; at = placeAbove(at)) {
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
      {distinct(effects.value, layout).map((effect) => (
        <EffectMark key={effect.id} effect={effect} layout={layout} />
      ))}
    </g>
  );
}

/** What would be drawn over each other is drawn once: a card may count hundreds of processes. */
function distinct(all: readonly Effect[], layout: Layout): Effect[] {
  const cardOf = (path: string) => placeOf(layout, path)?.id;
  const found = new Map<string, Effect>();
  for (const effect of all) {
    const place =
      effect.kind === "signal"
        ? `${effect.tone} ${cardOf(effect.from)} ${cardOf(effect.to)}`
        : `${effect.kind} ${cardOf(effect.path)}`;
    if (!found.has(place)) found.set(place, effect);
  }
  return [...found.values()];
}

function EffectMark({ effect, layout }: { effect: Effect; layout: Layout }) {
  if (effect.kind === "ghost") {
    return null;
  }
  if (effect.kind === "signal") {
    const d = signalPath(layout, effect.from, effect.to);
    return d === null ? null : <Travel d={d.path} reversed={d.reversed} tone={effect.tone} />;
  }
  const card = placeOf(layout, effect.path);
  // A process that its group counts is named in the group's mark.
  const own = looks.value?.looks.has(effect.path) === true;
  const text = own ? effect.text : `${nameOfPlace(effect.path)} ${effect.text}`;
  if (card === null) {
    return null;
  }
  return (
    <g transform={`translate(${card.x} ${card.y})`}>
      <rect class={`flash ${effect.kind}`} width={card.width} height={card.height} rx={4} />
      {reducedMotion.value && (
        <Stamp kind={effect.kind} text={text} x={card.width / 2} y={card.height + 2} most={card.width} />
      )}
    </g>
  );
}

/** What happened, as a word on the card's lower edge. */
function Stamp(props: { kind: string; text: string; x: number; y: number; most: number }) {
  const measure = fonts.value?.small ?? ((text: string) => text.length * 7);
  const text = cutMiddle(props.text, props.most - 16, measure);
  const width = Math.max(56, measure(text) + 16);
  return (
    <g class={`stamp ${props.kind}`} transform={`translate(${props.x} ${props.y})`}>
      <rect x={-width / 2} y={-8} width={width} height={16} rx={8} />
      <text y={4} text-anchor="middle">
        {text}
      </text>
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
