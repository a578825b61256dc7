/** What of the tree that runs the source says differently now; null where it says the same, or nothing runs. */
import { computed } from "@preact/signals";
import { changedSince } from "../scene/changed.ts";
import type { SceneNode } from "../scene/types.ts";
import { t } from "../state/strings.ts";
import { model, root } from "../state/view.ts";
import { mode, standsIn } from "./code.ts";
import { difference } from "./difference.ts";
import { driftOf } from "./live.ts";
import { ranModel, runState } from "./present.ts";

export const sourceChange = computed(() => {
  const [ran, now] = [ranModel.value, model.value];
  return ran === null || now === null || runState.value === "idle"
    ? null
    : changedSince(ran, now, root.value);
});

/** What is to be said of a card beside its state. */
export type Remark = "differs" | "edited" | "stand-in" | "drift";

export function remarkWords(remark: Remark): string {
  switch (remark) {
    case "differs":
      return t("differs from the run before");
    case "edited":
      return t("edited since the run began");
    case "drift":
      return t("differs from the source");
    case "stand-in":
      return t("a stand-in runs in its place");
  }
}

/** The most urgent one. */
export function remarkOf(node: SceneNode): Remark | null {
  if (difference.value?.nodes.has(node.path) === true) return "differs";
  if (node.pid !== null && driftOf.value.has(node.pid)) return "drift";
  if (isEdited(node)) return "edited";
  return mode.value === "code" && standsIn(node) ? "stand-in" : null;
}

/** Its definition was edited since the run began. */
function isEdited({ childKey, supervisorKey }: SceneNode): boolean {
  const keys = sourceChange.value?.keys;
  if (keys === undefined) {
    return false;
  }
  return (childKey !== null && keys.has(childKey)) || (supervisorKey !== null && keys.has(supervisorKey));
}
