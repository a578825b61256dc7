/** Children that nothing tells apart: what the failure of one does, that of another does too. */
import type { Plan, PlannedChild, PlannedSupervisor, PlannedWorker } from "./plan-types.ts";
import { targetsOf } from "./users.ts";

/** By key: what all children have in common that are alike. Whoever is not in it is like nobody. */
export function alike({ applications, roots, orphans }: Plan): ReadonlyMap<string, string> {
  const used = new Set<string>();
  const note = (process: PlannedWorker | PlannedSupervisor): void => {
    for (const key of targetsOf(process)) used.add(key);
    if (process.kind === "supervisor")
      for (const child of [...process.children, ...process.templates]) note(child.process);
  };
  const found = new Map<string, string>();
  const look = (tree: PlannedSupervisor): void => {
    const before = new Set<string>();
    for (const child of tree.children) {
      const { process } = child;
      if (process.kind === "supervisor") look(process);
      // Under rest_for_one the place of a child decides; elsewhere whether those that it uses start before it, and
      // what its supervisor's code gives it.
      else if (tree.strategy !== "rest_for_one" && tree.code === null && !used.has(child.key)) {
        const ready = [...targetsOf(process)].filter((key) => before.has(key));
        found.set(child.key, `${tree.key}\n${ready}\n${kindOf(child, process)}`);
      }
      for (const key of keysIn(child)) before.add(key);
    }
  };
  const trees = [...applications.flatMap(({ top }) => top ?? []), ...roots];
  for (const each of [...trees, ...orphans]) note(each);
  for (const tree of trees) look(tree);
  return found;
}

/** Its own, and those of everybody below it. */
function keysIn({ key, process }: PlannedChild): string[] {
  if (process.kind === "worker") return [key];
  return [key, process.key, ...process.children.flatMap(keysIn), ...process.templates.flatMap(keysIn)];
}

/** Everything of a child but how it is called. */
function kindOf(
  { restart, shutdown, significant, name, startTimeout, goesOn, ownLimit, given }: PlannedChild,
  worker: PlannedWorker,
): string {
  const { facts, uses, script, task, once, label, code } = worker;
  const traits = [facts?.trapsExit, facts?.handlesDown, task, once, label, name === null];
  return JSON.stringify(
    [restart, shutdown, significant, startTimeout, goesOn, ownLimit, traits, uses, script, code, given],
    (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value),
  );
}
