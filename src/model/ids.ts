/** How the children of a model are called when they run, and back. */
import type { Child, Supervisor } from "./model.ts";

/**
 * The id under which the `n`-th (from 1) process of a child runs. An id with a `*` is a pattern that takes the
 * number; a child without a known id takes its position, as its key does.
 */
export function runningId(child: Child, n = 1): string {
  const id = child.id ?? child.key.slice(child.key.lastIndexOf("/") + 1);
  if (child.cardinality !== "many" && !child.dynamic) return id;
  return id.includes("*") ? id.replace("*", String(n)) : `${id}-${n}`;
}

/** What the ids of a dynamic child's processes begin with: its own id, or its code's name. */
export function dynamicStem(child: Child): string {
  return child.id ?? child.start.symbol?.toLowerCase() ?? child.key.slice(child.key.lastIndexOf("/") + 1);
}

/** The child of `supervisor` that runs under `id`, if the model has one. `symbol` helps where ids are dynamic. */
export function childRunningAs(supervisor: Supervisor, id: string, symbol?: string): Child | null {
  let candidate: Child | null = null;
  for (const child of supervisor.children) {
    if (child.cardinality !== "many" && !child.dynamic) {
      if (runningId(child) === id) return child;
    } else if (matchesPattern(child, id)) {
      return child;
    }
    if (child.dynamic && (symbol === undefined || child.start.symbol === symbol)) candidate ??= child;
  }
  return candidate;
}

function matchesPattern(child: Child, id: string): boolean {
  const pattern = child.dynamic
    ? dynamicStem(child)
    : (child.id ?? child.key.slice(child.key.lastIndexOf("/") + 1));
  const star = pattern.indexOf("*");
  const [before, after] =
    star < 0 ? [`${pattern}-`, ""] : [pattern.slice(0, star), pattern.slice(star + 1).replaceAll("*", "")];
  return id.length > before.length + after.length && id.startsWith(before) && id.endsWith(after);
}
