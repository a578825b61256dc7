/**
 * The fix of `child-order`: puts the children of one supervisor into an order in which everything starts after
 * what it uses, moving as little as possible and keeping comments, commas and layout.
 *
 * Invariants: nothing moves across an element whose children are not known; the order of elements that do not
 * need each other stays; there is no plan when no order helps.
 */
import type { Child, Fix, Supervisor } from "../../model/index.ts";
import { type Arc, reaches, stableTopologicalOrder, stronglyConnected } from "../graph.ts";
import { Positions } from "../positions.ts";
import type { SourceReader } from "../rule.ts";
import { isStatic, type Step, type TreeIndex, type Use } from "../tree-index.ts";
import { listChildren, quote } from "../words.ts";
import { type ListLiteral, parseList, permuteList } from "./list-literal.ts";

export interface ReorderPlan {
  fix: Fix;
  /** Does the fix make `target` start before `user`? Both are children of the supervisor. */
  answers(user: Step, target: Step): boolean;
}

/** Plans the reorder; null when no order of the source's elements would help, or none is safe to offer. */
export function planReorder(
  tree: TreeIndex,
  supervisor: Supervisor,
  sources: SourceReader,
): ReorderPlan | null {
  const place = supervisor.childrenLocation;
  const text = place && sources.get(place.file);
  if (!place || text === undefined || text === null) return null;
  const positions = new Positions(text);
  const range = positions.range(place);
  const list = range && parseList(text.slice(range.start, range.end));
  if (!range || !list) return null;
  const elementOf = matchChildren(supervisor, list, positions, range.start);
  if (!elementOf) return null;
  const opaque = opaqueElements(supervisor, list, elementOf, positions, range.start);
  const order = chooseOrder(tree, supervisor, list.elements.length, elementOf, opaque);
  if (!order) return null;
  const changed = permuteList(list, order);
  if (changed === null) return null;
  const placeOf = new Map(order.map((element, at) => [element, at]));
  return {
    fix: {
      title: title(supervisor, elementOf, order),
      edits: [narrow(place.file, positions, range.start, list.text, changed)],
      safe: inversionsAreKnown(tree, supervisor, elementOf, placeOf),
    },
    answers(user, target) {
      const a = elementOf.get(user.child.key);
      const b = elementOf.get(target.child.key);
      if (a === undefined || b === undefined || a === b) return false;
      return placeOf.get(b)! < placeOf.get(a)!;
    },
  };
}

/** Which element of the literal each static child stands in; null when the source does not match the model. */
function matchChildren(
  supervisor: Supervisor,
  list: ListLiteral,
  positions: Positions,
  base: number,
): Map<string, number> | null {
  const elementOf = new Map<string, number>();
  let last = -1;
  for (const child of supervisor.children) {
    if (child.dynamic) continue;
    const range =
      child.location.file === supervisor.childrenLocation?.file && positions.range(child.location);
    if (!range) continue;
    const element = list.elements.findIndex(
      ({ start, end }) => base + start <= range.start && range.end <= base + end,
    );
    if (element === -1) continue; // from a spread list that stands elsewhere
    if (element < last) return null;
    last = element;
    elementOf.set(child.key, element);
  }
  return elementOf;
}

/** Elements that may hold children which the model does not know or does not place: nothing moves across them. */
function opaqueElements(
  supervisor: Supervisor,
  list: ListLiteral,
  elementOf: ReadonlyMap<string, number>,
  positions: Positions,
  base: number,
): Set<number> {
  const known = new Set(elementOf.values());
  const opaque = new Set<number>();
  for (const index of list.elements.keys()) if (!known.has(index)) opaque.add(index);
  for (const { field, location } of supervisor.unknown) {
    if (!field.startsWith("children")) continue;
    const range = location && positions.range(location);
    for (const [index, { start, end, text }] of list.elements.entries()) {
      const inside = range ? base + start <= range.start && range.end <= base + end : text.startsWith("...");
      if (inside) opaque.add(index);
    }
  }
  return opaque;
}

const MUST_RUN: ReadonlySet<string> = new Set(["init", "continue"]);

/** Does the user need the other one to run already when it starts? */
const isHard = (use: Use): boolean => MUST_RUN.has(use.edge.phase);

function chooseOrder(
  tree: TreeIndex,
  supervisor: Supervisor,
  count: number,
  elementOf: ReadonlyMap<string, number>,
  opaque: ReadonlySet<number>,
): number[] | null {
  const hard: Arc[] = [];
  const soft: Arc[] = [];
  for (const use of tree.uses(supervisor.key)) {
    if (!isStatic(use.user) || !isStatic(use.target)) continue;
    const from = elementOf.get(use.user.child.key);
    const to = elementOf.get(use.target.child.key);
    if (from === undefined || to === undefined || from === to) continue;
    (isHard(use) ? hard : soft).push([from, to]);
  }
  const arcs = withoutCycles(count, hard, soft);
  // Elements before and after an opaque one keep their sides.
  for (const wall of opaque) {
    for (let element = 0; element < count; element++) {
      if (element !== wall) arcs.push(element < wall ? [wall, element] : [element, wall]);
    }
  }
  const movable = arcs.filter(([from, to]) => !splits(from, to, opaque));
  const candidates = [stableTopologicalOrder(count, movable), targetsFirst(count, movable)];
  const useful = candidates.filter(
    (order): order is number[] => order?.some((element, at) => element !== at) ?? false,
  );
  const rated = useful.map((order) => {
    const placeOf = new Map(order.map((element, at) => [element, at]));
    return {
      order,
      known: inversionsAreKnown(tree, supervisor, elementOf, placeOf),
      inversions: countInversions(order),
    };
  });
  rated.sort((a, b) => Number(b.known) - Number(a.known) || a.inversions - b.inversions);
  return rated[0]?.order ?? null;
}

/** An arc that would have to move something across an opaque element can not be served. */
function splits(from: number, to: number, opaque: ReadonlySet<number>): boolean {
  if (to < from) return false;
  for (const wall of opaque) if (from <= wall && wall <= to && from !== to) return true;
  return false;
}

/** All hard arcs outside cycles, then the soft ones that add no cycle; a cycle's own arcs order nothing. */
function withoutCycles(count: number, hard: readonly Arc[], soft: readonly Arc[]): Arc[] {
  const kept = dropCycles(count, hard);
  for (const arc of soft) {
    // The other way round is needed more, or the two need each other: order cannot help.
    if (!reaches(count, [...kept, ...soft], arc[1], arc[0])) kept.push(arc);
  }
  return kept;
}

function dropCycles(count: number, arcs: readonly Arc[]): Arc[] {
  const component = new Map<number, number>();
  for (const [index, members] of stronglyConnected(count, arcs).entries()) {
    for (const member of members) component.set(member, index);
  }
  return arcs.filter(([from, to]) => component.get(from) !== component.get(to));
}

/** Like a topological order, but what is used moves up to its first user instead of the users moving down. */
function targetsFirst(count: number, arcs: readonly Arc[]): number[] | null {
  const placed = new Set<number>();
  const order: number[] = [];
  const visit = (node: number, open: ReadonlySet<number>): boolean => {
    if (placed.has(node)) return true;
    if (open.has(node)) return false;
    const inner = new Set(open).add(node);
    const targets = arcs.filter(([from]) => from === node).map(([, to]) => to);
    for (const target of targets.sort((a, b) => a - b)) if (!visit(target, inner)) return false;
    placed.add(node);
    order.push(node);
    return true;
  };
  for (let node = 0; node < count; node++) if (!visit(node, new Set())) return null;
  return order;
}

function countInversions(order: readonly number[]): number {
  let inversions = 0;
  for (const [at, element] of order.entries()) {
    for (const later of order.slice(at + 1)) if (later < element) inversions++;
  }
  return inversions;
}

/**
 * Is it established, for each child that now starts before another which used to start earlier, that it does
 * not need that one when it starts?
 */
function inversionsAreKnown(
  tree: TreeIndex,
  supervisor: Supervisor,
  elementOf: ReadonlyMap<string, number>,
  placeOf: ReadonlyMap<number, number>,
): boolean {
  const children = supervisor.children.filter((child) => elementOf.has(child.key));
  return children.every((child) => {
    const element = elementOf.get(child.key)!;
    const overtakes = children.some((other) => {
      const before = elementOf.get(other.key)!;
      return before < element && placeOf.get(element)! < placeOf.get(before)!;
    });
    return !overtakes || startIsKnown(tree, [...tree.below(child)]);
  });
}

/** Are all uses at the start of these processes resolved? */
function startIsKnown(tree: TreeIndex, keys: readonly string[]): boolean {
  return keys.every((key) => {
    const facts = tree.facts(key);
    // A supervisor whose init only returns its spec may come without facts of its own.
    if (!facts) return tree.supervisor(key) !== null || (tree.step(key)?.child.supervisor ?? null) !== null;
    return facts.unresolved.every((use) => !MUST_RUN.has(use.phase));
  });
}

/** What moves, when that is one child; else the whole new order. */
function title(
  supervisor: Supervisor,
  elementOf: ReadonlyMap<string, number>,
  order: readonly number[],
): string {
  const moved = theOneThatMoves(order);
  if (moved !== null) {
    const childrenOf = (element: number | undefined): Child[] =>
      supervisor.children.filter(({ key }) => element !== undefined && elementOf.get(key) === element);
    const at = order.indexOf(moved);
    const [child, next, last] = [moved, order[at + 1], order[at - 1]].map(childrenOf);
    if (child?.length === 1 && next?.length === 1)
      return `Move ${listChildren(child, 1)} before ${listChildren(next, 1)}`;
    if (child?.length === 1 && last?.length === 1 && at === order.length - 1)
      return `Move ${listChildren(child, 1)} after ${listChildren(last, 1)}`;
  }
  const sorted = order
    .flatMap((element) => supervisor.children.filter((child) => elementOf.get(child.key) === element))
    .filter((child) => !child.dynamic);
  return `Reorder the children of ${quote(supervisor.name)}: ${listChildren(sorted, 8)}`;
}

/** The only element that is not where the others are in order; of two that are swapped, the one that comes to stand first. */
function theOneThatMoves(order: readonly number[]): number | null {
  const first = order.findIndex((element, at) => element !== at);
  if (first < 0) return null;
  const isTheRest = (element: number): boolean => {
    const others = order.filter((each) => each !== element);
    return others.every((each, at) => at === 0 || each > others[at - 1]!);
  };
  return [order[first]!, first].find(isTheRest) ?? null;
}

/** One edit that replaces no more lines than it must. */
function narrow(file: string, positions: Positions, base: number, before: string, after: string) {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  while (start > 0 && before[start - 1] !== "\n") start--;
  while (end > 0 && before[before.length - end - 1] !== "\n" && before[before.length - end] !== "\n") end--;
  return {
    location: positions.location(file, base + start, base + before.length - end),
    newText: after.slice(start, after.length - end),
  };
}
