/** What of the tree that runs the source says differently now; null where it says the same, or nothing runs. */
import { computed } from "@preact/signals";
import { changedSince } from "../scene/changed.ts";
import type { SceneNode } from "../scene/types.ts";
import { model, root } from "../state/view.ts";
import { ranModel, runState } from "./run.ts";

export const sourceChange = computed(() => {
  const [ran, now] = [ranModel.value, model.value];
  return ran === null || now === null || runState.value === "idle"
    ? null
    : changedSince(ran, now, root.value);
});

/** Its definition was edited since the run began. */
export function isEdited({ childKey, supervisorKey }: SceneNode): boolean {
  const keys = sourceChange.value?.keys;
  if (keys === undefined) {
    return false;
  }
  return (childKey !== null && keys.has(childKey)) || (supervisorKey !== null && keys.has(supervisorKey));
}
