/** Pan and zoom of the canvas. The camera maps the drawing's units to pixels: screen = unit * k + (x, y). */
import { batch, computed, signal } from "@preact/signals";
import type { Point } from "../layout/index.ts";
import {
  docked,
  drawer,
  firstLayout,
  layout,
  MARGIN,
  room,
  select,
  toggle,
  treeView,
  viewport,
} from "./view.ts";

export interface Camera extends Point {
  k: number;
}

const MIN_ZOOM = 0.05;
const MAX_ZOOM = 3;

/** Null until the person moves it: then the camera stands where the first picture is read best. */
export const ownCamera = signal<Camera | null>(null);

/** The first picture: whole where it can be read, else its top. Nothing that runs is read here, so nothing moves it. */
const firstCamera = computed((): Camera => {
  const { width, height } = room.value;
  const drawing = firstLayout.value;
  if (drawing === null || drawing.width === 0) {
    return { x: 0, y: 0, k: 1 };
  }
  const k = drawing.scale;
  // A small tree hangs a little above the middle, where the eye looks first.
  const free = height - drawing.height * k;
  return {
    x: Math.round(Math.max(MARGIN, (width - drawing.width * k) / 2)),
    y: Math.round(Math.max(MARGIN, free * 0.38)),
    k,
  };
});

export const camera = computed(() => ownCamera.value ?? firstCamera.value);

/** Below this, names are drawn large and details are left out. */
export const tiny = computed(() => camera.value.k < 0.58);

/** Shows what is drawn now as a whole, or as much of it as can be read. */
export function fitTree(): void {
  batch(() => {
    room.value = viewport.value;
    ownCamera.value = null;
  });
  const drawing = layout.value;
  if (drawing === null || drawing.width === 0) {
    return;
  }
  const { width, height } = viewport.value;
  const k = drawing.scale;
  ownCamera.value = {
    x: Math.round((width - drawing.width * k) / 2),
    y: Math.round(Math.max(MARGIN, (height - drawing.height * k) * 0.38)),
    k,
  };
}

/** Opens or closes what is below a card, which stays where it is on the screen. */
export function toggleInPlace(path: string): void {
  const before = layout.value?.nodes.get(path);
  const { x, y, k } = camera.value;
  batch(() => {
    toggle(path);
    const after = layout.value?.nodes.get(path);
    if (before !== undefined && after !== undefined) {
      ownCamera.value = { k, x: x + (before.x - after.x) * k, y: y + (before.y - after.y) * k };
    }
  });
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

/** Width of the drawer over the tree. */
const DRAWER = 300;

/** Selects what was clicked, or nothing, and shows what there is to say about it. */
export function pick(path: string | null): void {
  select(path);
  if (path === null) {
    drawer.value = "closed";
  } else if (!docked.peek()) {
    const card = treeView.peek() === "diagram" ? layout.peek()?.nodes.get(path) : undefined;
    const { x, k } = camera.peek();
    const hidden = card !== undefined && x + (card.x + card.width) * k > viewport.peek().width - DRAWER;
    drawer.value = hidden && x + card.x * k > DRAWER ? "left" : "right";
  }
}
