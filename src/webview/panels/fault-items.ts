/** The faults that can be given to the selected process, for menus. */
import { liveProgram, mayFault } from "../run/live.ts";
import { viewing } from "../run/moments.ts";
import { capabilities } from "../run/present.ts";
import { perform } from "../state/commands.ts";
import { t } from "../state/strings.ts";
import { selectedNode } from "../state/view.ts";
import type { MenuItem } from "./controls.tsx";

/** Faults for the selected process. */
export function faultItems(): MenuItem[] {
  const node = selectedNode.value;
  if (node === null) {
    return [{ label: t("Select a process first"), disabled: true, run: () => undefined }];
  }
  const { path } = node;
  if (!mayFault.value) {
    return [{ label: t("Allow commands first"), disabled: true, run: () => undefined }];
  }
  const dead = node.pid === null || viewing.value !== null;
  return [
    {
      label: t("Crash"),
      icon: "error",
      hint: "C",
      disabled: dead,
      run: () => perform({ kind: "crash", path }),
    },
    {
      label: t("Exit, reason normal"),
      icon: "sign-out",
      hint: "E",
      disabled: dead,
      run: () => perform({ kind: "stop", path, reason: "normal" }),
    },
    {
      label: t("Exit signal, reason shutdown"),
      icon: "debug-disconnect",
      disabled: dead,
      run: () => perform({ kind: "exit", path, reason: "shutdown" }),
    },
    {
      label: t("Kill"),
      icon: "circle-slash",
      hint: "K",
      disabled: dead,
      run: () => perform({ kind: "kill", path }),
    },
    {
      label: t("Hang"),
      icon: "watch",
      hint: "H",
      disabled: dead,
      run: () => perform({ kind: "hang", path }),
    },
    ...(capabilities.value?.resume === false
      ? []
      : [
          {
            label: t("Resume"),
            icon: "debug-continue",
            disabled: dead || node.state !== "hanging",
            run: () => perform({ kind: "resume", path }),
          },
        ]),
    ...(node.role === "pool" && liveProgram.value === null
      ? [
          {
            label: t("Start a child"),
            icon: "add",
            disabled: dead,
            run: () => perform({ kind: "start_child", path, count: 1 }),
          },
        ]
      : []),
  ];
}
