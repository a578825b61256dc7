/** In a run of real code: whether a child runs itself or its stand-in, and the way to change that. */
import { mode, standIns } from "../run/code.ts";
import { switchStandIn } from "../run/replay.ts";
import type { SceneNode } from "../scene/types.ts";
import { t } from "../state/strings.ts";
import type { MenuItem } from "./controls.tsx";

/** Null where nothing can be switched: of a child that was not read, nothing is known that could stand in. */
function switchOf({ childKey, label }: SceneNode): { on: boolean; flip: () => void } | null {
  if (mode.value !== "code" || childKey === null) return null;
  const on = standIns.value.has(childKey);
  return { on, flip: () => void switchStandIn(childKey, label, !on) };
}

export function standInItems(node: SceneNode): MenuItem[] {
  const found = switchOf(node);
  if (found === null) return [];
  return [
    {
      label: found.on ? t("Run its real code") : t("Run its stand-in"),
      icon: found.on ? "code" : "beaker",
      run: found.flip,
    },
  ];
}

export function StandInSwitch({ node }: { node: SceneNode }) {
  const found = switchOf(node);
  if (found === null) return null;
  return (
    <p class="stand-in">
      <i class={`codicon codicon-${found.on ? "beaker" : "code"}`} aria-hidden="true" />
      <span class="quiet">{found.on ? t("Its stand-in runs.") : t("Its own code runs.")}</span>{" "}
      <button
        type="button"
        class="link-button"
        title={t("The run is replayed with the same inputs.")}
        onClick={found.flip}
      >
        {found.on ? t("Run its real code") : t("Run its stand-in")}
      </button>
    </p>
  );
}
