/** The canvas: the tree with pan, zoom, hover and keyboard. */
import { placeAbove } from "../../model/index.ts";
import "./tree.css";
import { useComputed } from "@preact/signals";
import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Effects, Ghosts } from "../effects/Effects.tsx";
import { listenToCamera } from "../gestures/camera.ts";
import { listenToItems } from "../gestures/items.ts";
import { loadOf } from "../run/load.ts";
import { origins } from "../run/moments.ts";
import { remarkOf } from "../run/source-change.ts";
import { bringIntoView, camera, tiny } from "../state/camera.ts";
import { focusSoon, revealed } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { layout, looks, matches, reducedMotion, relationsShown, scene, selection } from "../state/view.ts";
import { Card } from "./Card.tsx";
import { Definitions, drawnRelations, Relations, Supervision } from "./Lines.tsx";

/** The tree's items are announced, the drawing around them is not. */
const NO_ROLE = { role: "presentation" } as const;

export function Canvas() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => listenToCamera(ref.current!), []);
  useEffect(() => listenToItems(ref.current!), []);
  const wanted = revealed.value;
  useEffect(() => {
    if (wanted === null) {
      return undefined;
    }
    bringIntoView(wanted.path);
    return focusSoon(wanted);
  }, [wanted]);
  return (
    <div class="canvas" ref={ref}>
      <div class="drawing-host" role="tree" aria-label={t("Supervision tree")}>
        <Drawing />
      </div>
    </div>
  );
}

function Drawing() {
  return h(
    "svg",
    { class: "drawing", width: "100%", height: "100%", ...NO_ROLE },
    h(Definitions, {}),
    h(World, {}),
  );
}

function World() {
  const transform = useComputed(() => {
    const { x, y, k } = camera.value;
    return `translate(${x} ${y}) scale(${k})`;
  });
  return (
    <g id="world" transform={transform}>
      <Tree />
    </g>
  );
}

function Tree() {
  const drawing = layout.value;
  const found = looks.value;
  const nodes = scene.value;
  if (drawing === null || found === null || nodes === null) {
    return null;
  }
  const chosen = selection.value;
  const reachable =
    chosen !== null && found.looks.has(chosen) ? chosen : (found.looks.keys().next().value ?? null);
  const matching = matches.value;
  const small = tiny.value;
  const moves = !reducedMotion.value;
  const began = origins.value;
  const relations =
    relationsShown.value && nodes.links.length > 0 ? drawnRelations(nodes.links, chosen, drawnIn) : null;
  const related = (layer: "behind" | "above") =>
    relations !== null && <Relations shown={relations} layout={drawing} layer={layer} />;
  return (
    <g class={small ? "tree small-scale" : "tree"}>
      <Supervision layout={drawing} byPath={nodes.byPath} tiny={small} />
      {related("behind")}
      <Ghosts layout={drawing} />
      {[...found.looks.values()].map((look) => {
        const place = drawing.nodes.get(look.path);
        return place === undefined ? null : (
          <Card
            key={look.path}
            look={look}
            x={place.x}
            y={place.y}
            tiny={small}
            selected={look.path === chosen}
            reachable={look.path === reachable}
            dimmed={matching !== null && !matching.has(look.path)}
            moves={moves}
            origin={began.has(look.path)}
            remark={remarkOf(look.visible.node)}
            {...loadOf(look.visible.node.pid)}
          />
        );
      })}
      {related("above")}
      <Effects layout={drawing} />
    </g>
  );
}

/** The card that shows `path`: its own, or that of the closest supervisor above which counts it. */
function drawnIn(path: string): string | null {
  const found = looks.value?.looks;
  if (found === undefined) {
    return null;
  }
  for (let at = path; at !== ""; at = placeAbove(at)) {
    if (found.has(at)) {
      return at;
    }
  }
  return null;
}
