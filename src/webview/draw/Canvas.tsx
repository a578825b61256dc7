/** The canvas: the tree with pan, zoom, hover and keyboard. */
import { useComputed } from "@preact/signals";
import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { bringIntoView, camera, ownCamera, panBy, tiny, zoomBy } from "../state/camera.ts";
import { contextMenu } from "../state/context-menu.ts";
import { dismissHover, pointAt } from "../state/hover.ts";
import { treeKey } from "../state/keys.ts";
import { t } from "../state/strings.ts";
import {
  findVisible,
  fonts,
  layout,
  looks,
  matches,
  reducedMotion,
  relationsShown,
  scene,
  select,
  selection,
  toggle,
  viewport,
} from "../state/view.ts";
import { Card } from "./Card.tsx";
import { Effects, Ghosts } from "./Effects.tsx";
import { Definitions, Relations, Supervision } from "./Lines.tsx";
import { Minimap } from "./Minimap.tsx";
import { pageFonts } from "./measure.ts";

/** The tree's items are announced, the drawing around them is not. */
const NO_ROLE = { role: "presentation" } as const;

export function Canvas() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => watchSize(ref.current!), []);
  useEffect(() => listen(ref.current!), []);
  return (
    <div class="canvas" ref={ref}>
      <div class="drawing-host" role="tree" aria-label={t("Supervision tree")}>
        <Drawing />
      </div>
      <Minimap />
      <ZoomButtons />
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
  const related = (layer: "behind" | "above") =>
    relationsShown.value && (
      <Relations links={nodes.links} layout={drawing} selected={chosen} placeOf={drawnIn} layer={layer} />
    );
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
          />
        );
      })}
      {related("above")}
      <Effects layout={drawing} />
    </g>
  );
}

/** The card that shows `path`: its own, or that of the closest supervisor above which counts it. */
export function drawnIn(path: string): string | null {
  const found = looks.value?.looks;
  if (found === undefined) {
    return null;
  }
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    if (found.has(at)) {
      return at;
    }
  }
  return null;
}

function ZoomButtons() {
  const percent = useComputed(() => `${Math.round(camera.value.k * 100)}%`);
  return (
    <div class="zoom-buttons">
      <button
        type="button"
        class="icon-button"
        aria-label={t("Zoom out")}
        title="Zoom out (-)"
        onClick={() => zoomBy(1 / 1.25)}
      >
        <i class="codicon codicon-zoom-out" />
      </button>
      <output class="zoom-percent">{percent}</output>
      <button
        type="button"
        class="icon-button"
        aria-label={t("Zoom in")}
        title="Zoom in (+)"
        onClick={() => zoomBy(1.25)}
      >
        <i class="codicon codicon-zoom-in" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t("Fit the tree into view")}
        title="Fit (0)"
        onClick={() => {
          ownCamera.value = null;
        }}
      >
        <i class="codicon codicon-screen-full" />
      </button>
    </div>
  );
}

function watchSize(element: HTMLElement): () => void {
  const read = () => {
    const { width, height } = element.getBoundingClientRect();
    if (width > 0 && height > 0) {
      viewport.value = { width, height };
    }
  };
  read();
  fonts.value = pageFonts();
  const sizes = new ResizeObserver(read);
  sizes.observe(element);
  // The editor changes the theme by changing the body's classes and the root's variables.
  const theme = new MutationObserver(() => {
    fonts.value = pageFonts();
  });
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  void document.fonts.ready.then(() => {
    fonts.value = pageFonts();
  });
  return () => {
    sizes.disconnect();
    theme.disconnect();
  };
}

function pathAt(target: EventTarget | null, attribute: "path" | "toggle"): string | null {
  const element = target instanceof Element ? target.closest(`[data-${attribute}]`) : null;
  return element === null ? null : (element.getAttribute(`data-${attribute}`) ?? null);
}

function listen(element: HTMLElement): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        zoomBy(Math.exp((-event.deltaY * unit) / 240), {
          x: event.clientX - box.x,
          y: event.clientY - box.y,
        });
      } else if (event.shiftKey) {
        panBy(-event.deltaY * unit, 0);
      } else {
        panBy(-event.deltaX * unit, -event.deltaY * unit);
      }
      dismissHover(null);
    },
    { signal, passive: false },
  );
  let drag: { x: number; y: number; moved: boolean } | null = null;
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (
        event.button > 1 ||
        (event.target instanceof Element && event.target.closest("button, .minimap") !== null)
      ) {
        return;
      }
      dismissHover(pathAt(event.target, "path"));
      drag = { x: event.clientX, y: event.clientY, moved: false };
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (drag === null) {
        const path = event.buttons === 0 ? pathAt(event.target, "path") : null;
        pointAt(path === null ? null : { path, x: event.clientX, y: event.clientY });
        return;
      }
      const dx = event.clientX - drag.x;
      const dy = event.clientY - drag.y;
      if (!drag.moved && Math.hypot(dx, dy) < 4) {
        return;
      }
      if (!drag.moved) {
        element.setPointerCapture(event.pointerId);
        element.classList.add("dragging");
      }
      dismissHover(null);
      panBy(dx, dy);
      drag = { x: event.clientX, y: event.clientY, moved: true };
    },
    { signal },
  );
  const release = () => {
    drag = null;
    element.classList.remove("dragging");
  };
  element.addEventListener(
    "pointerup",
    (event) => {
      const moved = drag?.moved === true;
      const began = drag !== null;
      release();
      if (moved || !began) {
        return;
      }
      const open = pathAt(event.target, "toggle");
      if (open !== null) {
        toggle(open);
        return;
      }
      const path = pathAt(event.target, "path");
      select(path);
      if (path !== null) {
        document.getElementById(`card:${encodeURIComponent(path)}`)?.focus({ preventScroll: true });
      }
    },
    { signal },
  );
  element.addEventListener("pointercancel", release, { signal });
  element.addEventListener(
    "pointerleave",
    () => {
      dismissHover(null);
    },
    { signal },
  );
  element.addEventListener(
    "dblclick",
    (event) => {
      const box = element.getBoundingClientRect();
      if (pathAt(event.target, "toggle") === null) {
        zoomBy(event.altKey ? 1 / 1.8 : 1.8, { x: event.clientX - box.x, y: event.clientY - box.y });
      }
    },
    { signal },
  );
  element.addEventListener(
    "contextmenu",
    (event) => {
      event.preventDefault();
      const path = pathAt(event.target, "path");
      if (path === null) {
        return;
      }
      dismissHover(path);
      select(path);
      const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null;
      // The menu key has no pointer: the menu opens at the card.
      const byKey = event.clientX === 0 && event.clientY === 0;
      contextMenu.value =
        byKey && box !== null ? { x: box.left + 20, y: box.bottom } : { x: event.clientX, y: event.clientY };
    },
    { signal },
  );
  element.addEventListener("keydown", (event) => treeKey(event), { signal });
  element.addEventListener(
    "focusin",
    (event) => {
      const path = pathAt(event.target, "path");
      if (path !== null && findVisible(path) !== undefined) {
        if (selection.peek() === null) {
          select(path);
        }
        bringIntoView(path);
      }
    },
    { signal },
  );
  return () => stop.abort();
}
