/** What changed between two models. Unchanged parts keep their identity in the session, so comparing is cheap. */
import type { TreeModel } from "../../model/index.ts";
import type { ModelDelta, Splice } from "./protocol.ts";

const LISTS = [
  "supervisors",
  "roots",
  "applications",
  "orphans",
  "edges",
  "problems",
  "dialects",
  "testFiles",
  "code",
] as const;

/** The smallest run of items whose replacement turns `before` into `after`; undefined when nothing changed. */
export function spliceBetween<T>(before: readonly T[], after: readonly T[]): Splice<T> | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (start === shorter && before.length === after.length) return undefined;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { start, deleted: before.length - start - end, inserted: after.slice(start, after.length - end) };
}

/** What turns the model `before` into `after`. */
export function deltaBetween(before: TreeModel, after: TreeModel): ModelDelta {
  const delta: Record<string, Splice<unknown>> = {};
  for (const list of LISTS) {
    const splice = spliceBetween<unknown>(before[list], after[list]);
    if (splice !== undefined) delta[list] = splice;
  }
  return delta as ModelDelta;
}

function spliced<T>(list: readonly T[], splice: Splice<T> | undefined): T[] {
  if (splice === undefined) return list as T[];
  return [...list.slice(0, splice.start), ...splice.inserted, ...list.slice(splice.start + splice.deleted)];
}

/** The model after a delta. What did not change is the same object as in `model`. */
export function applyDelta(model: TreeModel, delta: ModelDelta): TreeModel {
  return {
    ...model,
    supervisors: spliced(model.supervisors, delta.supervisors),
    roots: spliced(model.roots, delta.roots),
    applications: spliced(model.applications, delta.applications),
    orphans: spliced(model.orphans, delta.orphans),
    edges: spliced(model.edges, delta.edges),
    problems: spliced(model.problems, delta.problems),
    dialects: spliced(model.dialects, delta.dialects),
    testFiles: spliced(model.testFiles, delta.testFiles),
    code: spliced(model.code, delta.code),
  };
}
