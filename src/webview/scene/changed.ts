/** What of a running tree the source says differently now. Plain data. */
import type { Application, Supervisor, TreeModel } from "../../model/index.ts";

export interface SourceChange {
  /** What runs is no longer in the source: there is nothing to run again. */
  gone: boolean;
  /** Names of the supervisors that are defined differently now, new or gone; the running tree's only. */
  supervisors: string[];
  /** Keys of what runs and is defined differently now, or is gone: supervisors, and children by themselves. */
  keys: ReadonlySet<string>;
}

/** Null when a run of `root` (null: of everything) would be defined as it was; moved text changes nothing. */
export function changedSince(ran: TreeModel, now: TreeModel, root: string | null): SourceChange | null {
  if (ran === now) return null;
  const gone = root !== null && ![...now.supervisors, ...now.applications].some(({ key }) => key === root);
  const [before, after] = [below(ran, root), below(now, root)];
  const names = new Set<string>();
  const keys = new Set<string>();
  for (const [key, supervisor] of before) {
    const other = after.get(key);
    if (other !== undefined && meaning(other) === meaning(supervisor)) continue;
    names.add(supervisor.name);
    for (const changed of changedKeys(supervisor, other)) keys.add(changed);
  }
  for (const [key, { name }] of after) if (!before.has(key)) names.add(name);
  return gone || names.size > 0 ? { gone, supervisors: [...names], keys } : null;
}

/** The children that differ; the supervisor itself where it is gone, has other settings, another order or more children. */
function changedKeys(before: Supervisor, after: Supervisor | undefined): string[] {
  if (after === undefined) return [before.key, ...before.children.map(({ key }) => key)];
  const now = new Map(after.children.map((child) => [child.key, meaning(child)]));
  const changed = before.children
    .filter((child) => now.get(child.key) !== meaning(child))
    .map(({ key }) => key);
  const order = (children: Supervisor["children"]) => children.map(({ key }) => key).join("\n");
  const own = (supervisor: Supervisor) => meaning({ ...supervisor, children: [] });
  const itself = own(before) !== own(after) || order(before.children) !== order(after.children);
  return itself ? [before.key, ...changed] : changed;
}

/** The supervisors that a run of `root` has, by their keys. */
function below(model: TreeModel, root: string | null): Map<string, Supervisor> {
  const all = new Map(model.supervisors.map((each) => [each.key, each]));
  if (root === null) return all;
  const found = new Map<string, Supervisor>();
  const application: Application | undefined = model.applications.find(({ key }) => key === root);
  const waiting = [application?.supervisor ?? root];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const supervisor = all.get(key);
    if (supervisor === undefined || found.has(key)) continue;
    found.set(key, supervisor);
    for (const child of supervisor.children) if (child.supervisor !== null) waiting.push(child.supervisor);
  }
  return found;
}

/** All that is said of a definition but where it is written. */
function meaning(defined: unknown): string {
  return JSON.stringify(defined, (_, value: unknown) =>
    typeof value === "object" && value !== null && "file" in value && "line" in value ? undefined : value,
  );
}
