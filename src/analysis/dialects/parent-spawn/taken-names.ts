/**
 * Names that are taken: a parent has one child of a name, and nact and actor-ts throw at the second. It is said only where
 * one run of one function, or of the module, spawns both for certain: what tests do one after the other is no clash.
 */

import { keptFor } from "../../../model/index.ts";
import { isPossible, SEVERAL } from "../../evaluate/conditions.ts";
import { codeKey } from "../../evaluate/identity.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import type { Origins } from "../../evaluate/origins.ts";
import type { Value } from "../../evaluate/values.ts";
import type { ChildDraft } from "../../link/unresolved-definitions.ts";

interface Taken {
  child: ChildDraft;
  /** The calls that lead there, and the place. */
  way: string;
  parent: string;
}

/** What one place spawns without a name of its own, in the turns of loops. */
interface Nameless {
  children: ChildDraft[];
  turns: Set<string>;
  /** Whether each of the turns spawns one for certain. */
  certain: boolean;
}

interface Names {
  taken: Map<string, Taken>;
  /** Names that something has given back. */
  open: Set<string>;
  /** In which turns of loops each parent was made, and behind which conditions. */
  made: Map<string, { turns: readonly string[]; conditions: readonly Origins[] }>;
  nameless: Map<string, Nameless>;
}

const of = keptFor(
  (_: Interpreter): Names => ({
    taken: new Map(),
    open: new Set(),
    made: new Map(),
    nameless: new Map(),
  }),
);

/** An actor or a system is made here, which may get children. */
export function noteMade(I: Interpreter, site: string): void {
  of(I).made.set(site, { turns: [...I.turns], conditions: [...I.conditions] });
}

/** Whether a child is spawned only perhaps where its parent is there: what makes both in one go is sure of the child. */
export function isPossibleUnder(I: Interpreter, parent: string | null): boolean {
  return isPossible(I, parent === null ? [] : of(I).made.get(parent)?.conditions);
}

/** The run that this place belongs to: of the innermost function that nothing seen calls, else of the module. */
function runOf(I: Interpreter): string {
  for (let i = I.calls.length - 1; i >= 0; i--) {
    const fn = I.calls[i]!;
    const site = I.sites[i]!;
    if (fn.start === site.start && fn.end === site.end) return codeKey(site);
  }
  return "";
}

/** Notes that the child takes its name, or that it cannot: where that is certain. */
export function takeName(
  I: Interpreter,
  parent: string | null,
  name: Value | undefined,
  child: ChildDraft,
): void {
  if (parent === null || name?.kind !== "literal" || typeof name.value !== "string" || name.value === "")
    return;
  if (I.conditions.length > 0 || I.guarded > 0) return;
  const { taken, open } = of(I);
  const { made, again } = turnsSince(I, parent);
  const key = JSON.stringify([runOf(I), parent, name.value, made]);
  const way = [...I.sites.map(codeKey), codeKey(child.at), ...again].join(" ");
  const first = taken.get(key);
  if (first === undefined) taken.set(key, { child, way, parent });
  if (again.includes(SEVERAL)) child.nameTaken = child.at;
  else if (first === undefined) return;
  else if (first.way !== way && !open.has(key)) {
    // What one place spawns twice is one child in the model.
    const isSamePlace = codeKey(first.child.at) === codeKey(child.at);
    (isSamePlace ? first.child : child).nameTaken = first.child.at;
  }
}

/** In which turns the parent was made, and in which turns since then something is done with it. */
function turnsSince(I: Interpreter, parent: string): { made: readonly string[]; again: readonly string[] } {
  // Each turn of a loop that makes the parent too has another one.
  const made = of(I).made.get(parent)?.turns ?? [];
  const isOfTheSame = made.every((turn, i) => turn === I.turns[i]);
  return isOfTheSame ? { made, again: I.turns.slice(made.length) } : { made: [], again: [] };
}

/** What a loop spawns without a name of its own is there once for each turn: the model has one child for the place. */
export function countTurns(I: Interpreter, parent: string | null, child: ChildDraft): void {
  if (parent === null || (child.id !== null && !child.id.includes("*"))) return;
  const { made, again } = turnsSince(I, parent);
  if (again.length === 0) return;
  const { nameless } = of(I);
  const key = JSON.stringify([...I.sites.map(codeKey), parent, codeKey(child.at), made]);
  const all = nameless.get(key) ?? { children: [], turns: new Set(), certain: true };
  nameless.set(key, all);
  all.children.push(child);
  all.turns.add(again.join(" "));
  all.certain &&= child.cardinality === "one" && !again.includes(SEVERAL);
  if (all.turns.size === 1 && !again.includes(SEVERAL)) return;
  const count = all.certain ? all.turns.size : null;
  for (const one of all.children) Object.assign(one, { cardinality: "many", count });
}

/** A child that is stopped, or whose parent is, gives its name back by and by. */
export function giveBack(I: Interpreter, who: Value | undefined): void {
  const { taken, open } = of(I);
  const site = siteOf(who);
  for (const [key, one] of taken)
    if (site === null || one.child.site === site || one.parent === site) open.add(key);
}

/** The place that a reference leads to; null where that is not known. */
export function siteOf(v: Value | undefined): string | null {
  return v?.kind === "term" && v.tag === "proc" && v.data.site?.kind === "literal"
    ? String(v.data.site.value)
    : null;
}
