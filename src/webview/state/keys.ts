/** The tree by keyboard, as ARIA's tree pattern has it, plus zoom and the actions on a process. */

import { signal } from "@preact/signals";
import { placeAbove } from "../../model/index.ts";
import { fitTree, panBy, pick, toggleInPlace, zoomBy } from "./camera.ts";
import { perform, skipTelling } from "./commands.ts";
import { reveal } from "./reveal.ts";
import { docked, drawer, findVisible, inspectorOpen, looks, selection, treeView } from "./view.ts";

/** The rows of the table from top to bottom while it is shown. */
export const tableOrder = signal<readonly string[] | null>(null);

/** Paths in reading order: a supervisor, then everything drawn below it. */
function order(): readonly string[] {
  return tableOrder.value ?? [...(looks.value?.looks.keys() ?? [])];
}

function parentOf(path: string): string | null {
  const parent = placeAbove(path);
  return looks.value?.looks.has(parent) === true ? parent : null;
}

function moveTo(path: string | null | undefined): void {
  if (path !== null && path !== undefined) {
    reveal(path, true);
  }
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
      if (tableOrder.value !== null) {
        return false;
      }
      if (at !== null && item !== undefined && item.node.children.length > 0 && !item.open) {
        toggleInPlace(at);
      } else {
        moveTo(item?.children[0]?.node.path);
      }
      return true;
    case "ArrowLeft":
      if (tableOrder.value !== null) {
        return false;
      }
      if (at !== null && item?.open === true) {
        toggleInPlace(at);
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
      pick(at);
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
      if (!docked.value && drawer.value !== "closed") {
        drawer.value = "closed";
      } else {
        skipTelling.value?.();
      }
      return true;
    case "PageDown":
    case "PageUp":
      if (treeView.value === "diagram") {
        panBy(0, event.key === "PageDown" ? -200 : 200);
        return true;
      }
      return false;
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
