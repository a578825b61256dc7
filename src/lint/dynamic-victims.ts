/** Dynamic supervisors that fall with a sibling which they do not need: what runs under them is not started again. */
import type { Child, EdgeKind, Supervisor } from "../model/index.ts";
import { allowsRestarts, cannotUse, childrenAreKnown } from "./established.ts";
import { type Arc, reaches } from "./graph.ts";
import type { TreeIndex, Use } from "./tree-index.ts";
import { childName, list, listChildren, quote } from "./words.ts";

const NEEDS: ReadonlySet<EdgeKind> = new Set(["call", "start", "link", "monitor", "lookup"]);

/** Uses that want an answer or a living process; a message that may be lost is no need, but for who keeps the pid for it. */
const isNeed = ({ edge: { kind, keptPid } }: Use): boolean => NEEDS.has(kind) || keptPid !== undefined;

export interface DynamicVictim {
  /** The dynamic supervisor. */
  child: Child;
  /** Siblings whose crash stops it, though neither needs the other. */
  unrelated: Child[];
  words: { dynamic: string; unrelated: string; anyOf: string; needs: string };
}

/** Under rest_for_one and one_for_all only. */
export function dynamicVictims(tree: TreeIndex, supervisor: Supervisor): DynamicVictim[] {
  if (supervisor.strategy !== "rest_for_one" && supervisor.strategy !== "one_for_all") return [];
  if (!allowsRestarts(tree, supervisor)) return [];
  const fixed = supervisor.children.filter((child) => !child.dynamic);
  const size = supervisor.children.length;
  const uses = tree.uses(supervisor.key);
  const arcsOf = (some: readonly Use[]) =>
    some.flatMap((use): Arc[] =>
      [use.target, ...use.alternatives].map((step) => [use.user.index, step.index]),
    );
  const needs = arcsOf(uses.filter(isNeed));
  return fixed.flatMap((child) => {
    const held = child.supervisor === null ? null : tree.supervisor(child.supervisor);
    if (!held?.dynamic) return [];
    const index = supervisor.children.indexOf(child);
    const unrelated = fixed.filter((other) => {
      const at = supervisor.children.indexOf(other);
      if (other === child || other.restart === "temporary" || other.restart === null) return false;
      if (supervisor.strategy === "rest_for_one" && at > index) return false;
      if (reaches(size, needs, index, at) || reaches(size, needs, at, index)) return false;
      return needsAreKnown(tree, supervisor, index, other);
    });
    if (unrelated.length === 0) return [];
    const sends = uses.some((use) => use.user.index === index && unrelated.includes(use.target.child));
    const words = {
      dynamic: quote(childName(child)),
      unrelated: listChildren(unrelated),
      anyOf: list(
        unrelated.map((other) => quote(childName(other))),
        6,
        "or",
      ),
      needs: sends ? "only sent to" : "not used",
    };
    return [{ child, unrelated, words }];
  });
}

/** Is it established that the child at `index`, and what it needs in turn, does not need `other`? */
function needsAreKnown(tree: TreeIndex, supervisor: Supervisor, index: number, other: Child): boolean {
  if (!childrenAreKnown(supervisor)) return false;
  const size = supervisor.children.length;
  const all = tree.uses(supervisor.key).map((use): Arc => [use.user.index, use.target.index]);
  const needed = supervisor.children.filter((_, at) => at === index || reaches(size, all, index, at));
  return needed.every((child) => child === other || cannotUse(tree, child, other));
}

/** The first that runs for sure, where there is one: a demonstration needs somebody who is there. */
export function certainOf(children: readonly Child[]): Child {
  return children.find(({ cardinality }) => cardinality !== "maybe") ?? children[0]!;
}
