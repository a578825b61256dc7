/** The world around a program, as the inputs of its run have made it. */
import { computed } from "@preact/signals";
import type { Outside } from "../../model/index.ts";
import { now } from "../state/view.ts";
import { viewing } from "./moments.ts";
import { inputs } from "./present.ts";

/** As it is at the moment that is shown. */
export const outside = computed<Required<Outside>>(() => {
  const until = viewing.value === null ? Number.POSITIVE_INFINITY : now.value;
  const world: Required<Outside> = { fetch: "absent", waiting: "answers" };
  for (const { action, at } of inputs.value) {
    if (action.kind !== "outside" || at > until) continue;
    world.fetch = action.fetch ?? world.fetch;
    world.waiting = action.waiting ?? world.waiting;
  }
  return world;
});
