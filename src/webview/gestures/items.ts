/** What all views of the tree have in common: hover, selection, opening, the menu, the keyboard. */

import { itemId } from "../scene/item-id.ts";
import { pick, toggleInPlace } from "../state/camera.ts";
import { contextMenu } from "../state/context-menu.ts";
import { dismissHover, pointAt } from "../state/hover.ts";
import { treeKey } from "../state/keys.ts";
import { select, selection } from "../state/view.ts";

function pathAt(target: EventTarget | null, attribute: "path" | "toggle" | "hint"): string | null {
  const element = target instanceof Element ? target.closest(`[data-${attribute}]`) : null;
  return element === null ? null : (element.getAttribute(`data-${attribute}`) ?? null);
}

/** Returns what takes the listeners away again. */
export function listenToItems(element: HTMLElement): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener("pointerdown", (event) => dismissHover(pathAt(event.target, "path")), { signal });
  element.addEventListener(
    "pointermove",
    (event) => {
      const path = event.buttons === 0 ? pathAt(event.target, "path") : null;
      const hint = event.buttons === 0 ? pathAt(event.target, "hint") : null;
      const over = path !== null || hint !== null;
      pointAt(over ? { path: path ?? "", hint, x: event.clientX, y: event.clientY } : null);
    },
    { signal },
  );
  element.addEventListener("pointerleave", () => dismissHover(null), { signal });
  element.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Element && event.target.closest("button") !== null) {
        return;
      }
      const open = pathAt(event.target, "toggle");
      if (open !== null) {
        toggleInPlace(open);
        return;
      }
      const path = pathAt(event.target, "path");
      pick(path);
      if (path !== null) {
        document.getElementById(itemId(path))?.focus({ preventScroll: true });
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
      if (path !== null && selection.peek() === null) {
        select(path);
      }
    },
    { signal },
  );
  return () => stop.abort();
}
