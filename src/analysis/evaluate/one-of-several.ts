/** One of several things is done, it is not known which. */
import { perhaps } from "./conditions.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Changes } from "./journal.ts";
import type { Origins } from "./origins.ts";
import type { Unknown } from "./values.ts";

/** Tries each of them (null: nothing is done): none sees what another would have changed. Returns what they give. */
export function oneOfSeveral<T>(
  I: Interpreter,
  ways: readonly ((() => T) | null)[],
  under: Origins,
  why: Unknown,
): T[] {
  const results: T[] = [];
  let all: Changes | null = null;
  for (const way of ways) {
    let changes: Changes = new Map();
    if (way !== null) {
      const [own, result] = I.journal.branch(() => perhaps(I, under, way));
      changes = own;
      results.push(result);
    }
    const before: Changes | null = all;
    I.charge(changes.size + (before?.size ?? 0));
    all = before === null ? changes : I.journal.branch(() => I.journal.merge(before, changes, why))[0];
  }
  if (all !== null) I.journal.apply(all);
  return results;
}
