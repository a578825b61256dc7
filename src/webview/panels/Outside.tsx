/** For real code: what the world around the program does. */
import type { OutsideMode, WaitingMode } from "../../model/index.ts";
import { give } from "../run/give.ts";
import { viewing } from "../run/moments.ts";
import { outside } from "../run/outside.ts";
import { runState } from "../run/present.ts";
import { t } from "../state/strings.ts";
import { Menu, type MenuItem } from "./controls.tsx";

const fetches = (): [OutsideMode, string][] => [
  ["answers", t("fetch answers")],
  ["slow", t("fetch is slow: 30 s")],
  ["fails", t("fetch fails")],
  ["absent", t("fetch is not there")],
];

const waits = (): [WaitingMode, string][] => [
  ["answers", t("waiting takes as long as it is written")],
  ["slow", t("waiting is slow: 30 s longer")],
  ["fails", t("waiting fails")],
];

export function OutsideMenu() {
  const world = outside.value;
  const state = runState.value;
  const over = viewing.value !== null || (state !== "running" && state !== "paused");
  const items: MenuItem[] = [
    ...fetches().map(([fetch, label]) => ({
      label,
      checked: world.fetch === fetch,
      run: () => void give({ kind: "outside", fetch }),
    })),
    ...waits().map(([waiting, label]) => ({
      label,
      checked: world.waiting === waiting,
      run: () => void give({ kind: "outside", waiting }),
    })),
  ];
  items[0]!.heading = t("The network");
  items[fetches().length]!.heading = t("Timers, and what doubles promise");
  const changed = [
    ...(world.fetch === "slow" ? [t("slow fetch")] : world.fetch === "fails" ? [t("fetch fails")] : []),
    ...(world.waiting === "slow"
      ? [t("slow waiting")]
      : world.waiting === "fails"
        ? [t("waiting fails")]
        : []),
  ].join(", ");
  return (
    <Menu
      label={t("The world outside the program")}
      icon="globe"
      items={items}
      disabled={over}
      {...(changed === "" ? {} : { text: changed })}
    />
  );
}
