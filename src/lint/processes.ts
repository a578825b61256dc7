/** Rules about a process's own code: each class once, however many children run it. */
import type { Location, ProcessFacts } from "../model/index.ts";
import type { Step, TreeIndex } from "./tree-index.ts";

export interface ProcessClass {
  facts: ProcessFacts;
  /** The children that run it; empty for orphans. */
  steps: Step[];
  /** All model keys of it. */
  keys: string[];
}

/** Several rules ask for the same. */
const known = new WeakMap<TreeIndex, readonly ProcessClass[]>();

/** Every class or function that the model has facts of, in the order of the model. */
export function processClasses(tree: TreeIndex): readonly ProcessClass[] {
  const classes = known.get(tree) ?? collectClasses(tree);
  known.set(tree, classes);
  return classes;
}

function collectClasses(tree: TreeIndex): ProcessClass[] {
  const { model } = tree;
  const found = new Map<string, ProcessClass>();
  const add = (facts: ProcessFacts | null, key: string, step: Step | null) => {
    if (!facts) return;
    const { file, line, column } = facts.location;
    const id = `${file}:${line}:${column}`;
    const entry = found.get(id) ?? { facts, steps: [], keys: [] };
    found.set(id, entry);
    entry.keys.push(key);
    if (step) entry.steps.push(step);
  };
  for (const supervisor of model.supervisors) {
    for (const child of supervisor.children) {
      // A supervisor's own init is for the rules about supervisors.
      if (child.supervisor === null && child.type !== "supervisor")
        add(child.process, child.key, tree.step(child.key));
    }
  }
  for (const orphan of model.orphans) add(orphan.process, orphan.key, null);
  return [...found.values()];
}

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
  return keys.some(
    (key) =>
      tree.edgesTo(key).some(({ kind }) => kind === "link") ||
      tree
        .edgesFrom(key)
        .some(({ kind, to }) => kind === "link" || (kind === "start" && tree.orphan(to)?.linked === true)),
  );
}
