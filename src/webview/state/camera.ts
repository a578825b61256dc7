/** Pan and zoom of the canvas. The camera maps the drawing's units to pixels: screen = unit * k + (x, y). */
import { computed, signal } from "@preact/signals";
import type { Point } from "../layout/index.ts";
import { bottom, layout, margin, narrow, viewport } from "./view.ts";

export interface Camera extends Point {
  k: number;
}

export const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 3;
/** Below this, a narrow panel shows a part of the tree rather than all of it. */
const READABLE = 0.5;

/** Null follows the layout: the whole tree stays in view until the person moves it. */
export const ownCamera = signal<Camera | null>(null);

export const fitCamera = computed((): Camera => {
  const { width, height } = viewport.value;
  const drawing = layout.value;
  if (drawing === null || drawing.width === 0) {
    return { x: 0, y: 0, k: 1 };
  }
  const edge = margin.value;
  const byWidth = (width - 2 * edge) / drawing.width;
  const byHeight = (height - edge - bottom.value) / Math.max(drawing.height, 1);
  const least = narrow.value ? Math.min(byWidth, READABLE) : MIN_ZOOM;
  const k = Math.max(least, Math.min(drawing.scale, byWidth, byHeight));
  // A small tree hangs a little above the middle, where the eye looks first.
  const free = height + edge - bottom.value - drawing.height * k;
  return {
    x: Math.round((width - drawing.width * k) / 2),
    y: Math.round(Math.max(edge, free * 0.38)),
    k,
  };
});

export const camera = computed(() => ownCamera.value ?? fitCamera.value);

/** Below this, names are drawn large and details are left out. */
export const tiny = computed(() => camera.value.k < 0.58);

export function fitTree(): void {
  ownCamera.value = null;
}

export function panBy(dx: number, dy: number): void {
  const { x, y, k } = camera.value;
  ownCamera.value = keepInReach({ x: x + dx, y: y + dy, k });
}

/** Zooms by `factor` around a point of the screen; without one, around the middle. */
export function zoomBy(factor: number, around?: Point): void {
  const { x, y, k } = camera.value;
  const centre = around ?? { x: viewport.value.width / 2, y: viewport.value.height / 2 };
  const next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, k * factor));
  const grow = next / k;
  ownCamera.value = keepInReach({
    x: centre.x - (centre.x - x) * grow,
    y: centre.y - (centre.y - y) * grow,
    k: next,
  });
}

/** Moves the camera no more than needed to show a card. */
export function bringIntoView(path: string): void {
  const card = layout.value?.nodes.get(path);
  if (card === undefined) {
    return;
  }
  const { x, y, k } = camera.value;
  const { width, height } = viewport.value;
  const shift = (start: number, end: number, room: number): number => {
    if (end - start > room - 2 * 16 || start < 16) {
      return 16 - start;
    }
    return end > room - 16 ? room - 16 - end : 0;
  };
  const dx = shift(x + card.x * k, x + (card.x + card.width) * k, width);
  const dy = shift(y + card.y * k, y + (card.y + card.height) * k, height);
  if (Math.abs(dx) > 1 || Math.abs(dy) > 1) {
    panBy(dx, dy);
  }
}

/** Zooms so that a card is readable, and centres it. */
export function focusOn(path: string): void {
  const card = layout.value?.nodes.get(path);
  if (card === undefined) {
    return;
  }
  const k = Math.max(0.9, camera.value.k);
  ownCamera.value = {
    k,
    x: viewport.value.width / 2 - (card.x + card.width / 2) * k,
    y: viewport.value.height / 2 - (card.y + card.height / 2) * k,
  };
}

/** The drawing cannot be lost: a corner of it always stays in sight. */
function keepInReach(wanted: Camera): Camera {
  const drawing = layout.value;
  if (drawing === null) {
    return wanted;
  }
  const { width, height } = viewport.value;
  const clamp = (value: number, length: number, room: number) =>
    Math.max(60 - length * wanted.k, Math.min(room - 60, value));
  return { ...wanted, x: clamp(wanted.x, drawing.width, width), y: clamp(wanted.y, drawing.height, height) };
}
