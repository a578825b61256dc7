/** Pids that outlive their process: who keeps one of a sibling that is started again without him. */
import {
  addUnder,
  type Child,
  type Edge,
  keptFor,
  type Location,
  type ProcessFacts,
  sourcePlace,
} from "../model/index.ts";
import { allowsRestarts, isUnread } from "./established.ts";
import { isStatic, type Step, type TreeIndex, type Use } from "./tree-index.ts";

/** A use through a pid that was got once. */
export interface KeptUse extends Use {
  edge: Edge & { keptPid: NonNullable<Edge["keptPid"]> };
}

/** Uses of this supervisor's children, after init, whose pid is dead once its process was started again. */
export function deadUses(tree: TreeIndex, supervisorKey: string): KeptUse[] {
  return tree.uses(supervisorKey).filter((use): use is KeptUse => {
    const { edge, alternatives, targetPath } = use;
    const end = targetPath.at(-1);
    if (edge.possible === "alive") return false;
    if (!edge.keptPid || edge.phase !== "later" || alternatives.length > 0 || end === undefined) return false;
    if (edge.kind !== "call" && edge.kind !== "cast" && edge.kind !== "send") return false;
    if (!targetPath.slice(targetPath.indexOf(use.target)).every(isStatic)) return false;
    const { restart, cardinality } = end.child;
    if ((restart !== "permanent" && restart !== "transient") || cardinality === "many") return false;
    return staysBehind(tree, use as KeptUse) && !isTold(tree, use as KeptUse);
  });
}

/** Is the process used started again without the one that keeps its pid? */
function staysBehind(tree: TreeIndex, use: KeptUse): boolean {
  const { edge, supervisor, user, target, userPath } = use;
  // An argument of a direct child was made before any child ran: it is no pid of a sibling.
  if (edge.keptPid.by === "argument" && userPath.at(-1) === user && isStatic(user)) return false;
  // What its init looks for before it runs is not found: child-order says so.
  const startsWithTree = userPath.slice(userPath.indexOf(user)).every(isStatic);
  if (edge.keptPid.by === "field" && startsWithTree && user.index < target.index) return false;
  const restarting = restartingStep(tree, use);
  if (restarting === null) return false;
  // A supervisor in between starts it again, and nobody above hears of it.
  if (restarting !== target) return restarting.supervisor.strategy !== null;
  // Under rest_for_one one that comes first is child-order's.
  return supervisor.strategy === "one_for_one" && user !== target;
}

/** Where it is started again: by its supervisor, or, where that allows no restart, with it by one above; null for nowhere. */
export function restartingStep(tree: TreeIndex, { target, targetPath }: Use): Step | null {
  const below = targetPath.slice(targetPath.indexOf(target));
  return below.findLast((step) => allowsRestarts(tree, step.supervisor)) ?? null;
}

/** Would the process that keeps the pid notice, and could it get another? */
function isTold(tree: TreeIndex, { edge }: KeptUse): boolean {
  const facts = tree.facts(edge.from);
  if (facts === null || (facts.monitors && facts.handlesDown) || isUnread(facts)) return true;
  // An argument stays what it is, even when the process ends and starts again.
  if (edge.keptPid.by === "argument") return false;
  // One that stops itself when a call fails starts again, and gets the new pid.
  if (edge.guarded && facts.stopsItself.length > 0) return true;
  if (facts.trapsExit || facts.mayTrapExit) return facts.handlesExit;
  return isLinked(tree, facts, edge);
}

function isLinked(tree: TreeIndex, facts: ProcessFacts, edge: Edge): boolean {
  if (facts.unresolved.some(({ kind }) => kind === "link")) return true;
  const links = (from: string, to: string) =>
    tree.edgesFrom(from).some((other) => other.kind === "link" && other.to === to);
  return links(edge.from, edge.to) || links(edge.to, edge.from);
}

/**
 * Does everything that this field holds, as far as the analysis saw, belong to processes of the tree whose restart is a
 * matter of the strategy? Then `strategy-mismatch` judges it.
 */
export function isStrategysMatter(tree: TreeIndex, keys: readonly string[], field: string): boolean {
  // A state is one, whatever is in it.
  const [whole = field] = field.split(".");
  const edges = keys
    .flatMap((key) => tree.edgesFrom(key))
    .filter(({ keptPid }) => keptPid && [field, whole].includes(keptPid.field ?? keptPid.name));
  return (
    edges.length > 0 &&
    edges.every(({ to }) => {
      const step = tree.step(to);
      return step !== null && isStatic(step) && step.child.restart !== "temporary";
    })
  );
}

/** Whether it is the pid of whoever has started the process linked, and has given it its own: they end together. */
export function isOfLinkedStarter(
  tree: TreeIndex,
  keys: readonly string[],
  { argument }: ProcessFacts["keepsPids"][number],
): boolean {
  return keys.every((key) => {
    const orphan = tree.orphan(key);
    if (orphan?.linked !== true) return false;
    if (argument !== undefined && orphan.givesOwnPid?.includes(argument) === true) return true;
    const given = tree.edgesFrom(key).filter(({ via }) => via === argument);
    const isStarter = ({ to }: Edge): boolean =>
      (tree.step(to)?.child ?? tree.orphan(to))?.process?.symbol === orphan.startedBy;
    return given.length > 0 && given.every(isStarter);
  });
}

/**
 * Whether they are references of actors that the process has spawned itself, none of which is known to end: a restart leaves
 * an actor its reference.
 */
export function areToLast(tree: TreeIndex, { startedAt }: ProcessFacts["keepsPids"][number]): boolean {
  const ends = ({ restart, mayEnd, process }: Child): boolean =>
    restart === "temporary" || mayEnd === true || (process?.stopsItself.length ?? 0) > 0;
  return startedAt?.every((place) => !childrenAt(tree).get(sourcePlace(place))?.some(ends)) === true;
}

/** The keys of the children that are started at a place. */
export const keysStartedAt = (tree: TreeIndex, place: Location): string[] =>
  (childrenAt(tree).get(sourcePlace(place)) ?? []).map(({ key }) => key);

/** Children by where they are started. */
const childrenAt = keptFor((tree: TreeIndex): ReadonlyMap<string, Child[]> => {
  const found = new Map<string, Child[]>();
  for (const child of tree.model.supervisors.flatMap(({ children }) => children)) {
    addUnder(found, sourcePlace(child.location), child);
  }
  return found;
});
