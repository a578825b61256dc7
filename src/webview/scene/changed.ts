/** What of a running tree the source says differently now. Plain data. */
import type { Application, Supervisor, TreeModel } from "../../model/index.ts";

export interface SourceChange {
  /** What runs is no longer in the source: there is nothing to run again. */
  gone: boolean;
  /** Names of the supervisors that are defined differently now, new or gone; the running tree's only. */
  supervisors: string[];
}

/** Null when a run of `root` (null: of everything) would be defined as it was; moved text changes nothing. */
export function changedSince(ran: TreeModel, now: TreeModel, root: string | null): SourceChange | null {
  if (ran === now) return null;
  const gone = root !== null && ![...now.supervisors, ...now.applications].some(({ key }) => key === root);
  const [before, after] = [below(ran, root), below(now, root)];
  const names = new Set<string>();
  for (const [key, supervisor] of before) {
    const other = after.get(key);
    if (other === undefined || meaning(other) !== meaning(supervisor)) names.add(supervisor.name);
  }
  for (const [key, { name }] of after) if (!before.has(key)) names.add(name);
  return gone || names.size > 0 ? { gone, supervisors: [...names] } : null;
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

/** All that is said of a supervisor but where it is written. */
function meaning(supervisor: Supervisor): string {
  return JSON.stringify(supervisor, (_, value: unknown) =>
    typeof value === "object" && value !== null && "file" in value && "line" in value ? undefined : value,
  );
}
