/** How many processes a part of a tree is, as far as the model says. */
import type { Child } from "../model/index.ts";
import type { TreeIndex } from "./tree-index.ts";
import { count } from "./words.ts";

/** `open`: there may be more. */
export interface Size {
  least: number;
  open: boolean;
}

export function addSizes(sizes: readonly Size[]): Size {
  return {
    least: sizes.reduce((sum, { least }) => sum + least, 0),
    open: sizes.some(({ open }) => open),
  };
}

/** The child, and everything that it starts. Conditional children and those of run time may be there. */
export function sizeOf(tree: TreeIndex, child: Child, above: ReadonlySet<string> = new Set()): Size {
  if (child.dynamic || child.cardinality === "maybe") return { least: 0, open: true };
  let one: Size = { least: 1, open: false };
  if (child.supervisor !== null) {
    if (above.has(child.supervisor)) return { least: 1, open: true };
    const inside = new Set(above).add(child.supervisor);
    const supervisor = tree.supervisor(child.supervisor);
    const open =
      supervisor === null ||
      supervisor.dynamic ||
      supervisor.unknown.some(({ field }) => field.startsWith("children"));
    const below = addSizes((supervisor?.children ?? []).map((each) => sizeOf(tree, each, inside)));
    one = { least: 1 + below.least, open: open || below.open };
  } else if (child.type !== "worker") one.open = true;
  if (child.cardinality !== "many") return one;
  return child.count === null
    ? { least: one.least, open: true }
    : { least: one.least * child.count, open: one.open };
}

/** "5 processes", "at least 5 processes". */
export const processes = ({ least, open }: Size): string =>
  `${open ? "at least " : ""}${count(least, "process", "processes")}`;
