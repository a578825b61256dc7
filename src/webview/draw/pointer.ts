/** The canvas's events: pan, zoom, hover, selection, the card's menu. */

import { cardId } from "../scene/card-id.ts";
import { bringIntoView, panBy, zoomBy } from "../state/camera.ts";
import { contextMenu } from "../state/context-menu.ts";
import { dismissHover, pointAt } from "../state/hover.ts";
import { treeKey } from "../state/keys.ts";
import { findVisible, select, selection, toggle } from "../state/view.ts";

function pathAt(target: EventTarget | null, attribute: "path" | "toggle"): string | null {
  const element = target instanceof Element ? target.closest(`[data-${attribute}]`) : null;
  return element === null ? null : (element.getAttribute(`data-${attribute}`) ?? null);
}

/** Returns what takes the listeners away again. */
export function listen(element: HTMLElement): () => void {
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
        document.getElementById(cardId(path))?.focus({ preventScroll: true });
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
