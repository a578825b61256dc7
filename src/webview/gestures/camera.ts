/** Moving the camera over the diagram: wheel, drag, double click. */
import { panBy, zoomBy } from "../state/camera.ts";
import { dismissHover } from "../state/hover.ts";

/** Returns what takes the listeners away again. */
export function listenToCamera(element: HTMLElement): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        zoomBy(Math.exp((-event.deltaY * unit) / 240), within(element, event));
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
      if (event.button <= 1) {
        drag = { x: event.clientX, y: event.clientY, moved: false };
      }
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (drag === null) {
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
    if (drag?.moved === true) {
      // The click that ends a drag selects nothing.
      const swallow = (event: Event) => event.stopPropagation();
      element.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => element.removeEventListener("click", swallow, { capture: true }));
    }
    drag = null;
    element.classList.remove("dragging");
  };
  element.addEventListener("pointerup", release, { signal });
  element.addEventListener("pointercancel", release, { signal });
  element.addEventListener(
    "dblclick",
    (event) => {
      const toggles = event.target instanceof Element && event.target.closest("[data-toggle]") !== null;
      if (!toggles) {
        zoomBy(event.altKey ? 1 / 1.8 : 1.8, within(element, event));
      }
    },
    { signal },
  );
  return () => stop.abort();
}

function within(element: HTMLElement, event: MouseEvent): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.x, y: event.clientY - box.y };
}
