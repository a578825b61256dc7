/** What the person looks at: signals that the drawing reads and the toolbar writes. */
import { computed, signal } from "@preact/signals";
import { type Finding, placeAbove, type TreeModel } from "../../model/index.ts";
import type { LiveState } from "../../trace/live-types.ts";
import { type Layout, layoutForest, READABLE_SCALE, type Size } from "../layout/index.ts";
import { detail } from "../scene/detail.ts";
import { type Experiments, withExperiments } from "../scene/experiment.ts";
import { firstCards, firstLines } from "../scene/first-picture.ts";
import { LiveScene } from "../scene/from-live.ts";
import { indexForScene, sceneFromModel } from "../scene/from-model.ts";
import { type CardFonts, looksOf } from "../scene/look.ts";
import { inOrder, type SceneNode } from "../scene/types.ts";

export type Tab = "tree" | "sequence" | "matrix" | "events" | "drift";
/** Three ways to look at the tree: cards, indented lines, a table of processes. */
export type TreeView = "diagram" | "outline" | "table";

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
/** Beside the tree, where the page is wide enough. */
export const inspectorOpen = signal(true);
/** Elsewhere it is a drawer over the tree, away from the card that it is about. */
export const drawer = signal<"closed" | "left" | "right">("closed");
export const relationsShown = signal(true);

/** What the person chose; null takes what can be read at this size. */
export const chosenView = signal<TreeView | null>(null);

/** Size of the tree's part of the page in pixels, and the fonts as they are now. */
export const viewport = signal<Size>({ width: 960, height: 600 });
/**
 * The size that the tree is laid out for: the viewport when the window last changed its size, or when *Fit* was asked
 * for; not while an incident goes on. A drawer or a banner changes the viewport only, so it moves nothing.
 */
export const room = signal<Size>({ width: 960, height: 600 });
export const fonts = signal<CardFonts | null>(null);
export const reducedMotion = signal(false);

export const modelIndex = computed(() =>
  model.value === null ? null : indexForScene(model.value, findings.value),
);

/** Budgets count whole seconds: the picture need not be made anew for every frame of the clock. */
const second = computed(() => Math.floor(now.value / 1000) * 1000);

/** As the source has it, whatever runs. */
const definition = computed(() =>
  modelIndex.value === null ? null : sceneFromModel(modelIndex.value, root.value),
);

const liveScene = computed(() => (modelIndex.value === null ? null : new LiveScene(modelIndex.value)));

export const scene = computed(() =>
  live.value === null || liveScene.value === null
    ? definition.value
    : liveScene.value.at(live.value, second.value),
);

/** Room around the drawing when it is fitted. */
export const MARGIN = 20;

/** What is left for the drawing. Steps of 8 px: dragging a sash must not make the tree jump at every pixel. */
const drawingRoom = computed((): Size => {
  const step = (length: number) => Math.max(120, Math.floor((length - 2 * MARGIN) / 8) * 8);
  return { width: step(room.value.width), height: step(room.value.height) };
});

const firstDiagram = computed(() =>
  firstCards(definition.value?.roots ?? [], fonts.value, drawingRoom.value),
);

/** Where the first picture's cards are, and how large it is. */
export const firstLayout = computed(() => firstDiagram.value.layout);

/** A line of the outline. */
export const LINE_HEIGHT = 38;

const firstOutline = computed(() =>
  firstLines(definition.value?.roots ?? [], Math.floor(room.value.height / LINE_HEIGHT)),
);

/** Below this width cards stand in each other's way: lines are read more easily. */
const CARDS_FROM = 640;

export const treeView = computed((): TreeView => {
  if (chosenView.value !== null) {
    return chosenView.value;
  }
  const first = firstLayout.value;
  const readable =
    room.value.width >= CARDS_FROM &&
    (first === null || first.width * READABLE_SCALE <= room.value.width - 2 * MARGIN + 1);
  return readable ? "diagram" : "outline";
});

export const visible = computed(() =>
  detail(scene.value?.roots ?? [], {
    unfolded: treeView.value === "outline" ? firstOutline.value : firstDiagram.value.unfolded,
    opened: opened.value,
    closed: closed.value,
  }),
);

export const looks = computed(() => (fonts.value === null ? null : looksOf(visible.value, fonts.value)));

let lastKey = "";
let lastLayout: Layout | null = null;

/** Laid out anew only when cards come, go or change their size, or the room changes its shape. */
export const layout = computed((): Layout | null => {
  const found = looks.value;
  if (found === null) {
    return null;
  }
  const viewport = drawingRoom.value;
  const key = `${viewport.width},${viewport.height};${JSON.stringify(found.boxes)}`;
  if (key !== lastKey || lastLayout === null) {
    lastLayout = layoutForest(found.boxes, { viewport });
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
  for (const node of inOrder(scene.value)) {
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
function uncover(path: string): void {
  const openedNow = new Map(opened.value);
  const closedNow = new Set(closed.value);
  for (let id = path, above = placeAbove(id); above !== ""; id = above, above = placeAbove(id)) {
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

/** The page is too narrow for an inspector beside the tree. */
const DOCKED_FROM = 1000;
export const pageWidth = signal(1280);
export const docked = computed(() => pageWidth.value >= DOCKED_FROM);
export const inspectorShown = computed(() =>
  docked.value ? inspectorOpen.value : drawer.value !== "closed",
);

export function showInspector(shown: boolean): void {
  if (docked.peek()) {
    inspectorOpen.value = shown;
  } else {
    drawer.value = shown ? "right" : "closed";
  }
}

export function select(path: string | null): void {
  if (path !== null) {
    uncover(path);
  }
  selection.value = path;
}
