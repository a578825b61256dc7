/**
 * What counts as established when a rule argues from something that is *not* there: an absent edge means
 * nothing unless the code of every process involved was read and all its uses were resolved.
 */
import {
  type Child,
  type Edge,
  isLibraryRegistry,
  isTaskSupervisor,
  keptFor,
  type Location,
  type ProcessFacts,
  type Supervisor,
} from "../model/index.ts";
import type { Arc } from "./graph.ts";
import type { TreeIndex } from "./tree-index.ts";

/** Is the same for as long as the tree is. */
function ofChild<T>(find: (tree: TreeIndex, child: Child) => T): (tree: TreeIndex, child: Child) => T {
  const known = keptFor((tree: TreeIndex) => keptFor((child: Child) => find(tree, child)));
  return (tree, child) => known(tree)(child);
}

/** May code that was not read do something in the name of this process? Then nothing is known to be absent. */
export const isUnread = (facts: ProcessFacts): boolean => (facts.unread?.length ?? 0) > 0;

/** Are all uses of this child, and of everything below it, known? */
export function usesAreKnown(tree: TreeIndex, child: Child): boolean {
  for (const key of tree.below(child)) {
    const supervisor = tree.supervisor(key);
    if (supervisor && !childrenAreKnown(supervisor)) return false;
    const facts = tree.facts(key);
    if (!facts && standsForSupervisor(tree, key)) return false;
    if (facts) {
      if (facts.unresolved.length > 0 || isUnread(facts)) return false;
      continue;
    }
    if (supervisor === null && isUnknownWorker(tree, key)) return false;
  }
  return true;
}

/**
 * Is this a process without facts, of which nothing is known? A supervisor whose init only returns its spec may come without
 * any, and so do the library's own processes.
 */
function isUnknownWorker(tree: TreeIndex, key: string): boolean {
  const child = tree.step(key)?.child;
  return (
    child === undefined ||
    (child.supervisor === null && !isLibraryRegistry(child) && !isTaskSupervisor(child))
  );
}

/** Is a server's code, which was not read, what runs there, and the supervisor only what it has started? */
function standsForSupervisor(tree: TreeIndex, key: string): boolean {
  const child = tree.step(key)?.child;
  const supervisor = child?.supervisor == null ? null : tree.supervisor(child.supervisor);
  if (child === undefined || supervisor === null || tree.traits(supervisor).definition !== "call")
    return false;
  const { file, line } = child.start;
  return file !== null && (file !== supervisor.location.file || line !== supervisor.location.line);
}

/**
 * Is it established that `child`, and everything below it, has no other uses of `target` than the model's edges?
 * A use of a name that is known in part can only mean processes whose names fit.
 */
export function cannotUse(tree: TreeIndex, child: Child, target: Child): boolean {
  return !mayMean(openUses(tree, child), namesOf(tree, target));
}

/**
 * What this child, and everything below it, may use besides the model's edges: names as far as they are known (what
 * stands before the `*` of `room:*`), or null for anything.
 */
const openUses = ofChild((tree, child): readonly string[] | null => {
  const starts: string[] = [];
  for (const key of withHelpers(tree, child)) {
    const supervisor = tree.supervisor(key);
    if (supervisor && !childrenAreKnown(supervisor)) return null;
    const facts = tree.facts(key);
    if (!facts && standsForSupervisor(tree, key)) return null;
    if (!facts && supervisor === null && isUnknownWorker(tree, key)) return null;
    if (facts && isUnread(facts)) return null;
    for (const { pattern } of facts?.unresolved ?? []) {
      if (pattern === undefined || pattern.startsWith("*")) return null;
      starts.push(pattern.slice(0, pattern.indexOf("*")));
    }
  }
  return starts;
});

/** Every key below this child, and the processes outside any tree that these start: what they use, the child uses. */
const withHelpers = ofChild((tree, child): ReadonlySet<string> => {
  const keys = tree.below(child);
  for (const key of keys) {
    for (const { kind, to } of tree.edgesFrom(key)) if (kind === "start" && tree.orphan(to)) keys.add(to);
    const code = tree.facts(key);
    if (code) for (const orphan of tree.orphansOf(code.symbol)) keys.add(orphan.key);
  }
  return keys;
});

function mayMean(starts: readonly string[] | null, names: readonly string[] | null): boolean {
  if (starts === null) return true;
  if (starts.length === 0) return false;
  return (
    names === null ||
    starts.some((start) => names.some((name) => name.startsWith(start) || name.includes("*")))
  );
}

/**
 * Which children of a supervisor use which, by their index: the model's edges, and every pair of which it is not
 * established that there is none. A child has an arc to itself when something in it uses, or may use, something in it.
 */
export function possibleUses(tree: TreeIndex, supervisor: Supervisor): Arc[] {
  const arcs = tree
    .uses(supervisor.key)
    .flatMap((use): Arc[] => [use.target, ...use.alternatives].map((step) => [use.user.index, step.index]));
  const names = supervisor.children.map((child) => namesOf(tree, child));
  const owner = new Map<string, number>();
  for (const [index, child] of supervisor.children.entries())
    for (const key of withHelpers(tree, child)) if (!owner.has(key)) owner.set(key, index);
  for (const [user, child] of supervisor.children.entries()) {
    const starts = openUses(tree, child);
    for (const target of names.keys()) if (mayMean(starts, names[target]!)) arcs.push([user, target]);
    for (const key of withHelpers(tree, child)) {
      const isHelper = tree.orphan(key) !== null;
      const add = ({ from, to }: Edge): void => {
        const a = owner.get(from);
        const b = owner.get(to);
        // The model's uses between children are there already; not those of helpers, and not those within one child.
        if (a !== undefined && b !== undefined && (a === b || isHelper)) arcs.push([a, b]);
      };
      tree.edgesFrom(key).forEach(add);
      tree.edgesTo(key).forEach(add);
    }
  }
  return arcs;
}

/**
 * All registered names of a worker; null when they may not be all. The model lists the names that a process takes
 * in its code only as far as they are constant, so a supervisor's subtree is never known well enough.
 */
function namesOf(tree: TreeIndex, child: Child): string[] | null {
  if (child.type !== "worker" || child.name === null || child.unknown.some(({ field }) => field === "name"))
    return null;
  return [child.name, ...(tree.facts(child.key)?.registers ?? [])];
}

/** Does the model list all children of this supervisor? */
export const childrenAreKnown = (supervisor: Supervisor): boolean =>
  supervisor.unknown.every(({ field }) => !field.startsWith("children")) &&
  supervisor.children.every(
    (child) => child.type !== "supervisor" || child.supervisor !== null || isTaskSupervisor(child),
  );

/** Where a finding about a whole supervisor is shown: its name, or the first line of its definition. */
export function headOf(supervisor: Supervisor): Location {
  if (supervisor.nameLocation) return supervisor.nameLocation;
  const { file, line, column, endLine, endColumn } = supervisor.location;
  return endLine === line
    ? { file, line, column, endLine, endColumn }
    : { file, line, column, endLine: line, endColumn: column + 1 };
}

/** Whether it ever starts a child again: without a single restart allowed the first crash ends it, whatever its strategy is. */
export const allowsRestarts = (tree: TreeIndex, supervisor: Supervisor): boolean =>
  supervisor.intensity !== 0 || tree.traits(supervisor).pastLimit === "children_stop";
