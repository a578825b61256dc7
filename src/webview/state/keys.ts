/** The tree by keyboard, as ARIA's tree pattern has it, plus zoom and the actions on a process. */

import { cardId } from "../scene/card-id.ts";
import { fitTree, panBy, zoomBy } from "./camera.ts";
import { perform, skipper } from "./commands.ts";
import { findVisible, inspectorOpen, looks, select, selection, toggle } from "./view.ts";

/** Paths in reading order: a supervisor, then everything drawn below it. */
function order(): string[] {
  return [...(looks.value?.looks.keys() ?? [])];
}

function parentOf(path: string): string | null {
  const slash = path.lastIndexOf("/");
  const parent = slash < 0 ? "" : path.slice(0, slash);
  return looks.value?.looks.has(parent) === true ? parent : null;
}

/** Selects a card and puts the focus on it. */
export function moveTo(path: string | null | undefined): void {
  if (path === null || path === undefined) {
    return;
  }
  select(path);
  // The card that was reachable by Tab changes with the selection: focus after it is drawn.
  requestAnimationFrame(() => document.getElementById(cardId(path))?.focus({ preventScroll: true }));
}

/** @returns nothing; prevents the default of the keys that it uses. */
export function treeKey(event: KeyboardEvent): void {
  const target = event.target;
  if (!(target instanceof Element) || target.closest("button, input, select") !== null || event.altKey) {
    return;
  }
  if (handle(event)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function handle(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) {
    return false;
  }
  const paths = order();
  const at = selection.value;
  const index = at === null ? -1 : paths.indexOf(at);
  const item = at === null ? undefined : findVisible(at);
  switch (event.key) {
    case "ArrowDown":
      moveTo(paths[index + 1] ?? paths[index]);
      return true;
    case "ArrowUp":
      moveTo(paths[Math.max(0, index - 1)]);
      return true;
    case "ArrowRight":
      if (at !== null && item !== undefined && item.node.children.length > 0 && !item.open) {
        toggle(at);
      } else {
        moveTo(item?.children[0]?.node.path);
      }
      return true;
    case "ArrowLeft":
      if (at !== null && item?.open === true) {
        toggle(at);
      } else if (at !== null) {
        moveTo(parentOf(at));
      }
      return true;
    case "Home":
      moveTo(paths[0]);
      return true;
    case "End":
      moveTo(paths[paths.length - 1]);
      return true;
    case "Enter":
    case " ":
      inspectorOpen.value = true;
      return true;
    case "+":
    case "=":
      zoomBy(1.25);
      return true;
    case "-":
      zoomBy(1 / 1.25);
      return true;
    case "0":
      fitTree();
      return true;
    case "Escape":
      skipper.value?.();
      return true;
    case "PageDown":
      panBy(0, -200);
      return true;
    case "PageUp":
      panBy(0, 200);
      return true;
    default:
      return action(event.key, at);
  }
}

/** Letters act on the selected process; the inspector's buttons say them. */
function action(key: string, path: string | null): boolean {
  if (path === null) {
    return false;
  }
  switch (key.toLowerCase()) {
    case "c":
      perform({ kind: "crash", path });
      return true;
    case "e":
      perform({ kind: "stop", path, reason: "normal" });
      return true;
    case "k":
      perform({ kind: "kill", path });
      return true;
    case "h":
      perform({ kind: "hang", path });
      return true;
    case "o":
      perform({ kind: "open", path });
      return true;
    default:
      return false;
  }
}
