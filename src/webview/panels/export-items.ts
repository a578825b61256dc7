/** What can be exported. */
import { transcript } from "../../trace/narrate.ts";
import { treeToMermaid } from "../export/mermaid.ts";
import { pngBase64, svgText } from "../export/picture.ts";
import { saveBinary, saveText } from "../export/save.ts";
import { told } from "../run/moments.ts";
import { savedRun } from "../run/saved-run.ts";
import { t } from "../state/strings.ts";
import { live, scene } from "../state/view.ts";
import type { MenuItem } from "./controls.tsx";

/** "AppSup", as a file's name. */
function fileName(): string {
  const label = scene.value?.roots[0]?.label ?? "tree";
  return label.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60) || "tree";
}

export function exportItems(): MenuItem[] {
  const idle = live.value === null;
  return [
    {
      label: t("Picture (SVG)"),
      icon: "file-media",
      run: () => {
        const picture = svgText();
        if (picture !== null) {
          void saveText(`${fileName()}.svg`, "image/svg+xml", picture.text);
        }
      },
    },
    {
      label: t("Picture (PNG)"),
      icon: "file-media",
      run: () =>
        void pngBase64().then((data) =>
          data === null ? undefined : saveBinary(`${fileName()}.png`, "image/png", data),
        ),
    },
    {
      label: t("Tree as Mermaid"),
      icon: "type-hierarchy-sub",
      run: () => {
        if (scene.value !== null) {
          void saveText(`${fileName()}.mmd`, "text/vnd.mermaid", treeToMermaid(scene.value));
        }
      },
    },
    {
      label: t("Transcript"),
      icon: "output",
      disabled: idle,
      run: () =>
        void saveText(`${fileName()}.txt`, "text/plain", transcript(told.value.sentences, { steps: true })),
    },
    {
      label: t("Run, to be replayed"),
      icon: "save",
      disabled: idle,
      run: () => {
        const run = savedRun();
        if (run !== null) {
          void saveText(`${fileName()}.run.json`, "application/json", `${JSON.stringify(run, null, 2)}\n`);
        }
      },
    },
  ];
}
