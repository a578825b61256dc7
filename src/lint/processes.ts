/** Rules about a process's own code: each class once, however many children run it in the same way. */
import {
  addUnder,
  type Edge,
  keptFor,
  type Location,
  type ProcessFacts,
  sourcePlace,
} from "../model/index.ts";
import type { Step, TreeIndex } from "./tree-index.ts";

export interface ProcessClass {
  facts: ProcessFacts;
  /** The children that run it; empty for orphans. */
  steps: Step[];
  /** All model keys of it. */
  keys: string[];
}

/** What a rule looks at. A function of its module: what it says of facts is kept for as long as there are such facts. */
export type Aspect = (facts: ProcessFacts) => unknown;

/** What children share that are one class to a rule. */
const lookOf = keptFor((aspect: Aspect) => keptFor((facts: ProcessFacts) => JSON.stringify(aspect(facts))));

/**
 * Every class or function that the model has facts of, in the order of the model. `aspect` is what a rule looks at: children
 * whose arguments make a difference there are apart.
 */
export function processClasses(tree: TreeIndex, aspect: Aspect): readonly ProcessClass[] {
  const look = lookOf(aspect);
  return classesOf(tree).flatMap((variants) =>
    variants.length === 1 ? variants : joined(variants, ({ facts }) => look(facts)),
  );
}

/** Those that have the same key are one. */
function joined(variants: readonly ProcessClass[], keyOf: (of: ProcessClass) => string): ProcessClass[] {
  const found = new Map<string, ProcessClass>();
  for (const variant of variants) {
    const key = keyOf(variant);
    const known = found.get(key);
    if (known === undefined)
      found.set(key, { ...variant, steps: [...variant.steps], keys: [...variant.keys] });
    else {
      known.steps.push(...variant.steps);
      known.keys.push(...variant.keys);
    }
  }
  return [...found.values()];
}

const placeOf = keptFor(({ location }: ProcessFacts) => sourcePlace(location));

/** Of each code its processes, one by one. */
const classesOf = keptFor((tree: TreeIndex): readonly (readonly ProcessClass[])[] => {
  const { model } = tree;
  const byPlace = new Map<string, ProcessClass[]>();
  const add = (facts: ProcessFacts, key: string, steps: Step[]): void =>
    addUnder(byPlace, placeOf(facts), { facts, steps, keys: [key] });
  for (const supervisor of model.supervisors) {
    for (const { key, process: facts, supervisor: own, type } of supervisor.children) {
      if (facts === null) continue;
      // A supervisor's own init is for the rules about supervisors; an actor that has children is a process like others.
      const inner = own === null ? null : tree.supervisor(own);
      const supervises =
        type === "supervisor" || (inner !== null && tree.traits(inner).definition === "class");
      if (!supervises) add(facts, key, [tree.step(key)!]);
    }
  }
  for (const { key, process: facts } of model.orphans) if (facts !== null) add(facts, key, []);
  return [...byPlace.values()];
});

/** The first line of a process's code: where a finding about all of it is shown. */
export function headOfProcess({ location }: ProcessFacts): Location {
  const { file, line, column, endLine, endColumn } = location;
  return endLine === line
    ? { file, line, column, endLine, endColumn }
    : { file, line, column, endLine: line, endColumn: column + 1 };
}

/** Is anything, as far as the analysis saw, linked to one of these processes, or started linked by it? */
export function hasLinks(tree: TreeIndex, { keys, facts }: ProcessClass): boolean {
  if (facts.unresolved.some(({ kind }) => kind === "link" || kind === "start")) return true;
  // A linked start outside any tree.
  const mayLink = (process: ProcessFacts | null): boolean =>
    process?.unresolved.some(({ kind }) => kind === "link") === true;
  if (tree.orphansOf(facts.symbol).some(({ linked, process }) => linked || mayLink(process))) return true;
  return keys.some((key) => linksOf(tree, key).length > 0);
}

/** Its links, and what it starts linked. */
const linksOf = (tree: TreeIndex, key: string): Edge[] => [
  ...tree.edgesTo(key).filter(({ kind }) => kind === "link"),
  ...tree
    .edgesFrom(key)
    .filter(({ kind, to }) => kind === "link" || (kind === "start" && tree.orphan(to)?.linked === true)),
];

/** Since when these processes are linked to somebody, in words: from their start on, from a message on, or perhaps never. */
export function sinceWhenLinked(tree: TreeIndex, { keys }: ProcessClass): string {
  const certain = keys.flatMap((key) => linksOf(tree, key)).filter(({ possible }) => !possible);
  if (certain.some(isAtStart)) return "is linked to others";
  return certain.length > 0
    ? "is linked to others as soon as a message has made it so"
    : "may come to be linked to others";
}

/** Whether it is done without anybody asking. */
export const isAtStart = ({ phase }: Edge): boolean => phase !== "later";
