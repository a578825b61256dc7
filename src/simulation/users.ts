/** Who has to do with whom, also by others in between. */
import type { Plan, PlannedSupervisor, PlannedWorker } from "./plan-types.ts";

/** Tells whose uses may come to any of some keys: theirs and those of all who use them. */
export function usersOf(plan: Plan): (keys: Iterable<string>) => ReadonlySet<string> {
  const users = new Map<string, Set<string>>();
  const add = (of: string, by: string) => {
    const known = users.get(of);
    if (known === undefined) users.set(of, new Set([by]));
    else known.add(by);
  };
  const note = (process: PlannedWorker | PlannedSupervisor, key: string): void => {
    for (const to of targetsOf(process)) add(to, key);
    if (process.kind === "worker") return;
    // A supervisor goes by two keys, and is asked for its children.
    add(process.key, key);
    add(key, process.key);
    for (const child of [...process.children, ...process.templates]) note(child.process, child.key);
  };
  for (const tree of [...plan.applications.flatMap(({ top }) => top ?? []), ...plan.roots])
    note(tree, tree.key);
  for (const orphan of plan.orphans) note(orphan, orphan.key);
  return (keys) => {
    const found = new Set(keys);
    // A set that grows is gone through to its end.
    for (const key of found) for (const user of users.get(key) ?? []) found.add(user);
    return found;
  };
}

/** The keys that a process's uses lead to. */
export function targetsOf(process: PlannedWorker | PlannedSupervisor): ReadonlySet<string> {
  const found = new Set(process.uses.map(({ to }) => to));
  const look = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if ("to" in part && typeof part.to === "string") found.add(part.to);
    if (part instanceof Set) {
      for (const each of part) if (typeof each === "string") found.add(each);
    } else for (const each of part instanceof Map ? part.values() : Object.values(part)) look(each);
  };
  look(process.kind === "worker" ? process.script : process.init);
  return found;
}
