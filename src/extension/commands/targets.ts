/** What a command is about: its argument, the cursor, or a choice. */
import * as vscode from "vscode";
import { shortened } from "../../model/index.ts";
import type { ProcessRef } from "../editor/code-lens.ts";
import { placeAt } from "../editor/place.ts";
import type { TreeNode } from "../views/nodes.ts";
import { childrenCount, plainText, supervisorSummary } from "../views/words.ts";
import type { FolderState, Store } from "../workspace/store.ts";

/** A supervisor or application that can be run. */
export interface Runnable {
  folder: FolderState;
  key: string;
  name: string;
}

export function isNode(value: unknown): value is TreeNode {
  return typeof value === "object" && value !== null && "kind" in value && "folder" in value && "id" in value;
}

function isProcessRef(value: unknown): value is ProcessRef {
  return (
    typeof value === "object" &&
    value !== null &&
    "folder" in value &&
    typeof value.folder === "string" &&
    "key" in value &&
    typeof value.key === "string"
  );
}

/** The key of what a node shows, null for groups. */
function keyOfNode(node: TreeNode): string | null {
  switch (node.kind) {
    case "application":
      return node.application.key;
    case "supervisor":
      return node.supervisor.key;
    case "worker":
      return node.child.key;
    case "orphan":
      return node.orphan.key;
    default:
      return null;
  }
}

/** A command's argument as folder and key; null when it is neither an item nor a reference. */
export function toRef(argument: unknown): ProcessRef | null {
  if (isNode(argument)) {
    const key = keyOfNode(argument);
    return key === null ? null : { folder: argument.folder, key };
  }
  return isProcessRef(argument) ? { folder: argument.folder, key: argument.key } : null;
}

/** A supervisor or application by its key; for a child, the supervisor that starts it. */
export function runnable(store: Store, ref: ProcessRef): Runnable | null {
  const folder = store.get(vscode.Uri.parse(ref.folder));
  const model = folder?.model;
  if (!folder || !model) return null;
  const found =
    model.supervisors.find(({ key }) => key === ref.key) ??
    model.applications.find(({ key }) => key === ref.key) ??
    model.supervisors.find(({ children }) => children.some(({ key }) => key === ref.key));
  return found ? { folder, key: found.key, name: found.name } : null;
}

/** The innermost supervisor around the cursor of the active editor. */
export function supervisorAtCursor(store: Store): Runnable | null {
  const editor = vscode.window.activeTextEditor;
  const folder = editor ? store.folderOf(editor.document.uri) : null;
  const place = editor && folder && placeAt(folder, editor.document.uri, editor.selection.active);
  return place ? { folder, key: place.supervisor.key, name: place.supervisor.name } : null;
}

const nameOf = ({ name }: { name: string }): string => plainText(shortened(name));

interface RunnableItem extends vscode.QuickPickItem {
  runnable: Runnable;
}

/** Lets the person choose among applications and supervisors, the tops first. */
export async function pickRunnable(store: Store, placeHolder: string): Promise<Runnable | null> {
  const items: RunnableItem[] = [];
  const several = store.folders.filter(({ model }) => model !== null).length > 1;
  for (const folder of store.folders) {
    if (!folder.model) continue;
    const where = several ? `${plainText(folder.name)} · ` : "";
    for (const application of folder.model.applications) {
      items.push({
        label: `$(package) ${nameOf(application)}`,
        description: `${where}${vscode.l10n.t("application")}`,
        runnable: { folder, key: application.key, name: application.name },
      });
    }
    const roots = new Set(folder.model.roots);
    const supervisors = [...folder.model.supervisors].sort(
      (a, b) => Number(roots.has(b.key)) - Number(roots.has(a.key)),
    );
    for (const supervisor of supervisors) {
      items.push({
        label: `$(type-hierarchy-sub) ${nameOf(supervisor)}`,
        description: `${where}${supervisorSummary(supervisor)} · ${childrenCount(supervisor.children.length)}`,
        detail: plainText(supervisor.location.file),
        runnable: { folder, key: supervisor.key, name: supervisor.name },
      });
    }
  }
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("No supervision tree has been found in this workspace."),
    );
    return null;
  }
  if (items.length === 1) return items[0]?.runnable ?? null;
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.runnable ?? null;
}
