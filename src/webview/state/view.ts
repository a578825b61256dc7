/** What the person looks at: signals that the drawing reads and the toolbar writes. */
import { computed, signal } from "@preact/signals";
import type { Finding, TreeModel } from "../../model/index.ts";
import type { LiveState } from "../../trace/live-types.ts";
import { type Layout, layoutForest, type Size } from "../layout/index.ts";
import { detail } from "../scene/detail.ts";
import { type Experiments, withExperiments } from "../scene/experiment.ts";
import { sceneFromLive } from "../scene/from-live.ts";
import { indexModel, sceneFromModel } from "../scene/from-model.ts";
import { type CardFonts, looksOf } from "../scene/look.ts";
import type { SceneNode } from "../scene/types.ts";

export type Tab = "tree" | "sequence" | "matrix" | "events";

/** As the source has it. */
export const source = signal<TreeModel | null>(null);
/** What the person tries out: other orders of children, other strategies, by the supervisor's key. */
export const experiments = signal<Experiments>(new Map());
/** What is shown and run: the source with the experiments. */
export const model = computed(() =>
  source.value === null ? null : withExperiments(source.value, experiments.value),
);
export const findings = signal<readonly Finding[]>([]);
/** The root that is shown and run; null shows everything. */
export const root = signal<string | null>(null);
/** The moment that is drawn; null before the first run. */
export const live = signal<LiveState | null>(null);
/** Virtual milliseconds of the moment that is drawn. */
export const now = signal(0);

export const selection = signal<string | null>(null);
export const opened = signal<ReadonlyMap<string, number>>(new Map());
export const closed = signal<ReadonlySet<string>>(new Set());
export const search = signal("");
export const tab = signal<Tab>("tree");
export const inspectorOpen = signal(true);
export const relationsShown = signal(true);

/** Size of the canvas in pixels, and the fonts as they are now. */
export const viewport = signal<Size>({ width: 960, height: 600 });
export const fonts = signal<CardFonts | null>(null);
export const reducedMotion = signal(false);

export const modelIndex = computed(() =>
  model.value === null ? null : indexModel(model.value, findings.value),
);

/** Budgets count whole seconds: the picture need not be made anew for every frame of the clock. */
const second = computed(() => Math.floor(now.value / 1000) * 1000);

export const scene = computed(() => {
  const index = modelIndex.value;
  if (index === null) {
    return null;
  }
  return live.value === null
    ? sceneFromModel(index, root.value)
    : sceneFromLive(index, live.value, second.value);
});

export const visible = computed(() =>
  detail(scene.value?.roots ?? [], { opened: opened.value, closed: closed.value }),
);

export const looks = computed(() => (fonts.value === null ? null : looksOf(visible.value, fonts.value)));

/** A side panel: what would be too small to read is scrolled downwards. */
export const narrow = computed(() => viewport.value.width < 560);
/** Room around the drawing when it is fitted. */
export const margin = computed(() => (narrow.value ? 14 : 32));
/** Below it stand the zoom buttons. */
export const bottom = computed(() => margin.value + 18);

let lastKey = "";
let lastLayout: Layout | null = null;

/** Laid out anew only when cards come, go or change their size, or the panel changes its shape. */
export const layout = computed((): Layout | null => {
  const found = looks.value;
  if (found === null) {
    return null;
  }
  // Steps of 40 px: dragging a sash must not make the tree jump at every pixel.
  const step = (length: number) =>
    Math.max(120, Math.floor((length - margin.value - bottom.value) / 40) * 40);
  const { width, height } = viewport.value;
  const room = { width: step(width), height: step(narrow.value ? Math.max(height, width * 1.2) : height) };
  const key = `${room.width},${room.height};${JSON.stringify(found.boxes)}`;
  if (key !== lastKey || lastLayout === null) {
    lastLayout = layoutForest(found.boxes, { viewport: room });
    lastKey = key;
  }
  return lastLayout;
});

export const selectedNode = computed((): SceneNode | null =>
  selection.value === null ? null : (scene.value?.byPath.get(selection.value) ?? null),
);

/** Paths that match the search; null when nothing is searched for. */
export const matches = computed((): ReadonlySet<string> | null => {
  const wanted = search.value.trim().toLowerCase();
  if (wanted === "" || scene.value === null) {
    return null;
  }
  const found = new Set<string>();
  for (const node of scene.value.byPath.values()) {
    const text = `${node.label} ${node.name ?? ""} ${node.strategy ?? ""} ${node.restart ?? ""} ${node.state}`;
    if (text.toLowerCase().includes(wanted)) {
      found.add(node.path);
    }
  }
  return found;
});

/** Opens or closes what is below a card. */
export function toggle(path: string): void {
  const item = findVisible(path);
  if (item === undefined) {
    return;
  }
  const openedNow = new Map(opened.value);
  const closedNow = new Set(closed.value);
  if (item.open && item.more === 0) {
    openedNow.delete(path);
    closedNow.add(path);
  } else {
    closedNow.delete(path);
    openedNow.set(path, item.open ? item.children.length + CHUNK_STEP : CHUNK_STEP);
  }
  opened.value = openedNow;
  closed.value = closedNow;
}

const CHUNK_STEP = 60;

export function findVisible(path: string) {
  return looks.value?.looks.get(path)?.visible;
}

/** Opens everything above a node, so that it has a card of its own. */
export function uncover(path: string): void {
  const openedNow = new Map(opened.value);
  const closedNow = new Set(closed.value);
  let above = path;
  for (let slash = above.lastIndexOf("/"); slash > 0; slash = above.lastIndexOf("/")) {
    const id = above;
    above = above.slice(0, slash);
    const parent = scene.value?.byPath.get(above);
    const place = parent?.children.findIndex((child) => child.path === id) ?? -1;
    if (parent === undefined || place < 0) {
      continue;
    }
    closedNow.delete(above);
    const shown = looks.value?.looks.get(above)?.visible.children.length ?? 0;
    if (place >= shown) {
      openedNow.set(
        above,
        Math.max(openedNow.get(above) ?? 0, place + 1, Math.min(CHUNK_STEP, parent.children.length)),
      );
    }
  }
  opened.value = openedNow;
  closed.value = closedNow;
}

export function select(path: string | null): void {
  if (path !== null) {
    uncover(path);
  }
  selection.value = path;
}
