/** How a visible node looks: its texts, cut to fit, and its size. Pure; sizes depend on no state that changes. */

import { budgetWords as spent } from "../../model/index.ts";
import type { Box, Measure } from "../layout/index.ts";
import { cutMiddle } from "../layout/index.ts";
import { countsInWords, grouped, type Pack, type Visible } from "./detail.ts";
import type { SceneNode } from "./types.ts";

export interface CardFonts {
  label: Measure;
  strong: Measure;
  small: Measure;
}

export interface Look {
  path: string;
  width: number;
  height: number;
  title: string;
  /** The title for when the tree is drawn small, and how much larger than usual it can be. */
  tinyTitle: string;
  tinyScale: number;
  /** Second line: the strategy, or a worker's restart type. */
  second: string;
  /** Right end of the second line of a supervisor that is a child. */
  restart: string;
  /** Third line of a supervisor, after the pips. */
  budget: string;
  /** Marks per row of the pack, 0 without a pack. */
  columns: number;
  packTop: number;
  packText: string;
  /** The pack's text for when the tree is drawn small. */
  packTiny: string;
  level: number;
  position: number;
  siblings: number;
  visible: Visible;
}

export const PAD = 10;
export const TITLE_X = 28;
/** Kept free for "#12", so that a restart moves nothing; a longer number takes its room from the text beside it. */
const INCARNATION_ROOM = 28;

function incarnationRoom(node: SceneNode, fonts: CardFonts): number {
  return node.incarnation < 100
    ? INCARNATION_ROOM
    : Math.max(INCARNATION_ROOM, fonts.strong(`#${node.incarnation}`));
}
export const WORKER_HEIGHT = 42;
export const SUPERVISOR_HEIGHT = 68;
export const MARK = 7;
const WORKER_WIDTH = { least: 104, most: 190 };
const SUPERVISOR_WIDTH = { least: 190, most: 280 };
const PACK_LINE = 20;
/** The most that a title grows, relative to its usual size, when the tree is drawn small. */
export const TINY = 1.6;
/** At most this many pips; beyond, the number alone. */
const MOST_PIPS = 10;

export function isSupervisor(node: SceneNode): boolean {
  return node.role === "supervisor" || node.role === "pool";
}

/** "rest_for_one", "dynamic", "strategy unknown". */
export function strategyWord(node: SceneNode): string {
  if (node.role === "pool" && (node.strategy === "simple_one_for_one" || node.strategy === null)) {
    return "dynamic";
  }
  return node.strategy ?? "strategy unknown";
}

export function restartWord(node: SceneNode): string {
  if (node.restart === null) {
    return node.childKey === null || node.role === "process" ? "" : "restart unknown";
  }
  return node.significant ? `${node.restart}, significant` : node.restart;
}

/** "2 of 3 in 5 s" restarts used. */
export function budgetWords(node: SceneNode): string {
  const { budget } = node;
  if (budget === null) {
    return "budget unknown";
  }
  return spent({ ...budget, used: Math.min(budget.used, budget.intensity) });
}

/** The widest that the budget's text can get. */
function budgetRoom(node: SceneNode): string {
  const { budget } = node;
  return budget === null ? "budget unknown" : spent({ ...budget, used: budget.intensity });
}

export function pipsOf(node: SceneNode): number {
  return node.budget === null || node.budget.intensity > MOST_PIPS ? 0 : node.budget.intensity;
}

export function titleOf(node: SceneNode): string {
  return node.multiplicity === null || node.multiplicity === "maybe"
    ? node.label
    : `${node.label} ×${node.multiplicity === "many" ? "n" : node.multiplicity}`;
}

function clamp(value: number, range: { least: number; most: number }): number {
  return Math.ceil(Math.max(range.least, Math.min(range.most, value)));
}

function workerWidth(node: SceneNode, fonts: CardFonts): number {
  const title = TITLE_X + fonts.label(titleOf(node)) + PAD;
  const second = TITLE_X + fonts.small(secondOf(node)) + 6 + INCARNATION_ROOM + PAD;
  return clamp(Math.max(title, second), WORKER_WIDTH);
}

function ownWidth(node: SceneNode, fonts: CardFonts): number {
  return isSupervisor(node) ? supervisorWidth(node, fonts) : workerWidth(node, fonts);
}

function secondOf(node: SceneNode): string {
  if (isSupervisor(node)) {
    return strategyWord(node);
  }
  return node.role === "process" ? "unsupervised" : restartWord(node);
}

function supervisorWidth(node: SceneNode, fonts: CardFonts): number {
  const chevron = 18;
  const title = TITLE_X + fonts.strong(titleOf(node)) + INCARNATION_ROOM + chevron + PAD;
  const second = TITLE_X + 30 + fonts.small(strategyWord(node)) + 12 + fonts.small(restartWord(node)) + PAD;
  const third = TITLE_X + pipsOf(node) * 10 + 8 + fonts.small(budgetRoom(node)) + PAD;
  return clamp(Math.max(title, second, third), SUPERVISOR_WIDTH);
}

/** Looks for a whole forest, and the boxes for its layout. */
export function looksOf(
  roots: readonly Visible[],
  fonts: CardFonts,
): { looks: Map<string, Look>; boxes: Box[] } {
  const looks = new Map<string, Look>();
  const visit = (item: Visible, place: Place): Box => {
    const look = kept(item, fonts, place);
    looks.set(look.path, look);
    // Siblings of a kind are equally wide: a grid of them is a grid.
    const widths = { worker: 0, supervisor: 0 };
    for (const { node } of item.children) {
      const kind = isSupervisor(node) ? "supervisor" : "worker";
      widths[kind] = Math.max(widths[kind], ownWidth(node, fonts));
    }
    // Siblings have names of one size.
    const workers = item.children.filter(({ node }) => !isSupervisor(node));
    const tinyScale = Math.min(...workers.map(({ node }) => tinyScaleOf(node, widths.worker, fonts)));
    const children = item.children.map((child, i) => {
      const wide = isSupervisor(child.node);
      const width = wide ? widths.supervisor : widths.worker;
      return visit(child, {
        width,
        tinyScale: wide ? tinyScaleOf(child.node, width, fonts) : tinyScale,
        level: place.level + 1,
        position: i + 1,
        siblings: item.children.length + item.more,
      });
    });
    return { id: look.path, width: look.width, height: look.height, children };
  };
  const boxes = roots.map((root, i) => {
    const width = ownWidth(root.node, fonts);
    const tinyScale = tinyScaleOf(root.node, width, fonts);
    return visit(root, { width, tinyScale, level: 1, position: i + 1, siblings: roots.length });
  });
  return { looks, boxes };
}

/** What a card's place gives to it. */
type Place = Pick<Look, "width" | "tinyScale" | "level" | "position" | "siblings">;

/** By node, which is the same object as long as nothing about it or below it has changed. */
const known = new WeakMap<SceneNode, { look: Look; fonts: CardFonts }>();

/** The same object as the last time where nothing has changed: whoever draws it has nothing to do. */
function kept(visible: Visible, fonts: CardFonts, place: Place): Look {
  const before = known.get(visible.node);
  if (before?.fonts === fonts) {
    const { look } = before;
    if (
      look.visible.pack === visible.pack &&
      look.visible.open === visible.open &&
      look.visible.children.length === visible.children.length &&
      look.width === place.width &&
      look.tinyScale === place.tinyScale &&
      look.level === place.level &&
      look.position === place.position &&
      look.siblings === place.siblings
    ) {
      return look;
    }
  }
  const look = lookOf(visible, fonts, place);
  known.set(visible.node, { look, fonts });
  return look;
}

function tinyScaleOf(node: SceneNode, width: number, fonts: CardFonts): number {
  const measure = isSupervisor(node) ? fonts.strong : fonts.label;
  return Math.max(1, Math.min(TINY, tinyRoom(width) / Math.max(1, measure(titleOf(node)))));
}

function tinyRoom(width: number): number {
  return width - TITLE_X - 10;
}

function lookOf(visible: Visible, fonts: CardFonts, place: Place): Look {
  const { node, pack } = visible;
  const { width } = place;
  const wide = isSupervisor(node);
  const chevron = node.children.length > 0 ? 18 : 0;
  const titleRoom = width - TITLE_X - PAD - (wide ? incarnationRoom(node, fonts) + chevron : 0);
  const measure = wide ? fonts.strong : fonts.label;
  const base = wide ? SUPERVISOR_HEIGHT : WORKER_HEIGHT;
  const look: Look = {
    ...place,
    path: node.path,
    height: base,
    title: cutMiddle(titleOf(node), titleRoom, measure),
    tinyTitle: cutMiddle(titleOf(node), tinyRoom(width), measure),
    second: cutMiddle(
      secondOf(node),
      width - TITLE_X - PAD - (wide ? 0 : 6 + incarnationRoom(node, fonts)),
      fonts.small,
    ),
    restart: wide ? restartWord(node) : "",
    budget: wide ? budgetWords(node) : "",
    columns: 0,
    packTop: base,
    packText: "",
    packTiny: "",
    visible,
  };
  if (pack === null) {
    return look;
  }
  const columns = Math.floor((width - 2 * PAD) / MARK);
  const rows = Math.ceil(pack.marks.length / columns);
  return {
    ...look,
    columns,
    packText: packThatFits(visible, width - 2 * PAD - 18, fonts.small),
    packTiny: packThatFits(visible, (width - 2 * PAD - 18) / TINY, fonts.small),
    height: base + PACK_LINE + rows * MARK + 8,
  };
}

/** All counts where there is room, else what needs attention, and the total: "3 crashed of 25". */
function packThatFits(visible: Visible, room: number, measure: Measure): string {
  const all = packWords(visible);
  const { pack } = visible;
  if (pack === null || measure(all) <= room) {
    return all;
  }
  return cutMiddle(urgentWords(pack), room, measure);
}

const URGENT = ["crashed", "hanging", "stopping", "restarting", "starting", "stopped"] as const;

/** What needs attention most, of how many: "3 crashed of 25"; "25 running" where all are in one state. */
export function urgentWords({ counts, total }: Pack): string {
  const urgent = URGENT.find((state) => counts[state] > 0 && counts[state] < total);
  return urgent === undefined
    ? countsInWords(counts)
    : `${grouped(counts[urgent])} ${urgent} of ${grouped(total)}`;
}

/** "24 running", with "3 per mark" where marks stand for several. */
export function packWords(visible: Visible): string {
  const { pack, more } = visible;
  if (pack === null) {
    return "";
  }
  const scale = pack.perMark > 1 ? `, ${grouped(pack.perMark)} per mark` : "";
  const prefix = more > 0 ? "+" : "";
  return `${prefix}${countsInWords(pack.counts)}${scale}`;
}
