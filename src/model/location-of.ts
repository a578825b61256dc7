import type { Location, TreeModel } from "./model.ts";

/** Where the supervisor, child, application or process outside any tree that has this key is written. */
export function locationOf(model: TreeModel, key: string): Location | null {
  for (const supervisor of model.supervisors) {
    if (supervisor.key === key) return supervisor.location;
    const child = supervisor.children.find((each) => each.key === key);
    if (child) return child.location;
  }
  const other = [...model.applications, ...model.orphans].find((each) => each.key === key);
  return other?.location ?? null;
}
