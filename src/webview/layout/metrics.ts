/** Distances of the drawing, in its own units (pixels at scale 1). */

/** From a supervisor's lower edge to the bus that its children hang on. */
export const TRUNK = 14;
/** From the bus to a child's upper edge: room for the start-order number. */
export const DROP = 22;
export const LEVEL_GAP = TRUNK + DROP;
/** Between siblings. */
export const SIBLING_GAP = 18;
/** Between the trees of a forest. */
export const TREE_GAP = 44;
/** Left of wrapped rows: the spine that joins their buses. */
export const GUTTER = 18;
/** Between two wrapped rows: what hangs above the second one and a little air. */
export const ROW_GAP = DROP + 9;
/** A ladder: children below one another, each on a rung of the spine that leaves the supervisor's left side. */
export const LADDER = { indent: 36, spine: 15, first: 12, gap: 9 };
export const DEFAULT_MAX_SCALE = 1.15;
/** At this scale the smallest text of a card, 11 px, is still 10 px high. */
export const READABLE_SCALE = 10 / 11;
