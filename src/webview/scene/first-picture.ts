/**
 * The first picture of a tree: as many levels as can be read at once, from the top down. It depends on the definition
 * and on the room alone, never on what runs, so a run moves nothing.
 */
import { type Layout, layoutForest, type Size } from "../layout/index.ts";
import { detail, shownAtOnce, type Visible } from "./detail.ts";
import { type CardFonts, looksOf } from "./look.ts";
import type { SceneNode } from "./types.ts";

/** Cards that are drawn at most; beyond, nobody reads them. */
export const CARD_BUDGET = 260;
/** Groups that are tried in vain before the search ends: what is further down is larger still. */
const ATTEMPTS = 16;

/** Which paths are open in the picture of cards, and that picture; no picture before the fonts are known. */
export function firstCards(
  roots: readonly SceneNode[],
  fonts: CardFonts | null,
  viewport: Size,
): { unfolded: ReadonlySet<string>; layout: Layout | null } {
  if (fonts === null) {
    return { unfolded: new Set(), layout: null };
  }
  const draw = (unfolded: ReadonlySet<string>) =>
    layoutForest(looksOf(untouched(roots, unfolded), fonts).boxes, { viewport });
  const unfolded = foldToFit(roots, (open) => {
    const { width, height, scale } = draw(open);
    return width * scale <= viewport.width + 1 && height * scale <= viewport.height + 1;
  });
  return { unfolded, layout: draw(unfolded) };
}

/** Which paths are open in an outline that has room for `lines`. */
export function firstLines(roots: readonly SceneNode[], lines: number): ReadonlySet<string> {
  return foldToFit(roots, (open) => count(untouched(roots, open)) <= lines);
}

/**
 * The paths that are open, roots first. Two levels are always named, but where their cards alone are more than
 * anybody reads; below, the supervisors of one supervisor open together or not at all.
 * @param fits whether a picture with these paths open is read without moving
 */
export function foldToFit(
  roots: readonly SceneNode[],
  fits: (open: ReadonlySet<string>) => boolean,
): ReadonlySet<string> {
  let open: ReadonlySet<string> = new Set();
  let cards = roots.length;
  const queue: (readonly SceneNode[])[] = [roots];
  let failures = 0;
  for (let i = 0; i < queue.length && failures < ATTEMPTS; i++) {
    const group = queue[i]!.filter((node) => node.children.length > 0);
    if (group.length === 0) {
      continue;
    }
    const more = group.reduce((sum, node) => sum + shownAtOnce(node.children.length), 0);
    const candidate = new Set([...open, ...group.map(({ path }) => path)]);
    if (cards + more > CARD_BUDGET || (i > 0 && !fits(candidate))) {
      failures += 1;
      continue;
    }
    open = candidate;
    cards += more;
    queue.push(...group.map((node) => node.children));
  }
  return open;
}

/** As the person has touched nothing yet. */
function untouched(roots: readonly SceneNode[], unfolded: ReadonlySet<string>): Visible[] {
  return detail(roots, { unfolded, opened: new Map(), closed: new Set() });
}

function count(items: readonly Visible[]): number {
  return items.reduce((sum, item) => sum + 1 + count(item.children), 0);
}
