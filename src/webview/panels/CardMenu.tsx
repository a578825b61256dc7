/** The menu of a card: faults, and the way to its source. */
import { perform } from "../state/commands.ts";
import { contextMenu } from "../state/context-menu.ts";
import { reveal } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { selectedNode } from "../state/view.ts";
import { FloatingMenu } from "./controls.tsx";
import { faultItems } from "./fault-items.ts";
import { standInItems } from "./StandIn.tsx";

function close(back: boolean): void {
  contextMenu.value = null;
  if (back && selectedNode.value !== null) {
    reveal(selectedNode.value.path, true);
  }
}

export function CardMenu() {
  const at = contextMenu.value;
  const node = selectedNode.value;
  if (at === null || node === null) {
    return null;
  }
  const open = {
    label: t("Open the source"),
    icon: "go-to-file",
    hint: "O",
    disabled: node.location === null,
    run: () => perform({ kind: "open", path: node.path }),
  };
  return (
    <FloatingMenu
      label={node.label}
      at={at}
      items={[...faultItems(), ...standInItems(node), open]}
      close={close}
    />
  );
}
