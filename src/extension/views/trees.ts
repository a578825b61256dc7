/** The view "Supervision Trees". */
import * as vscode from "vscode";
import { VIEW_TREES } from "../ids.ts";
import type { Store } from "../workspace/store.ts";
import { folderNotices } from "../workspace/store.ts";
import { tooltip, treeItem } from "./item.ts";
import { buildNodes, findPath, type TreeNode } from "./nodes.ts";

export class TreesView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: Store;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscription: vscode.Disposable;
  #nodes: TreeNode[] = [];
  #parents = new Map<string, TreeNode>();
  #versions = "";

  constructor(store: Store) {
    this.#store = store;
    this.#view = vscode.window.createTreeView(VIEW_TREES, { treeDataProvider: this, showCollapseAll: true });
    this.#subscription = store.onDidChange(() => this.#refresh());
    this.#refresh();
  }

  get nodes(): readonly TreeNode[] {
    return this.#nodes;
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  readonly onDidChangeVisibility = (listener: () => void): vscode.Disposable =>
    this.#view.onDidChangeVisibility(listener);

  /** Progress changes nothing here: the items are made anew only when there is a new model. */
  #refresh(): void {
    this.#view.message = this.#message() ?? "";
    const versions = this.#store.folders
      .map(({ uri, version, status }) => `${uri} ${version} ${status.kind === "off"}`)
      .join("\n");
    if (versions === this.#versions) return;
    this.#versions = versions;
    this.#nodes = buildNodes(
      this.#store.folders.flatMap(({ uri, name, model, findings, status }) =>
        model && status.kind !== "off" ? [{ folder: uri.toString(), name, model, findings }] : [],
      ),
    );
    this.#parents = new Map();
    const remember = (node: TreeNode): void => {
      for (const child of node.children) {
        this.#parents.set(child.id, node);
        remember(child);
      }
    };
    for (const node of this.#nodes) remember(node);
    const count = this.#store.folders.reduce((sum, { findings }) => sum + findings.length, 0);
    this.#view.badge =
      count === 0
        ? undefined
        : {
            value: count,
            tooltip: count === 1 ? vscode.l10n.t("1 problem") : vscode.l10n.t("{0} problems", count),
          };
    this.#changed.fire(undefined);
  }

  /** Above the trees: what they lack. */
  #message(): string | undefined {
    const { leftOut, stopped, settings } = folderNotices(this.#store);
    const lines = [...settings];
    if (leftOut.length > 0) {
      lines.push(
        vscode.l10n.t(
          "Left out, since the analysis died at it twice: {0}. It is tried again when it changes.",
          leftOut.map(({ file }) => file).join(", "),
        ),
      );
    }
    if (stopped) lines.push(vscode.l10n.t("The scan was stopped: this may not be all. Refresh looks again."));
    return lines.length === 0 ? undefined : lines.join("\n");
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    item.tooltip = tooltip(node);
    return item;
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return node ? node.children : this.#nodes;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#parents.get(node.id);
  }

  /** Shows and selects the first item of this supervisor, child or orphan. False when there is none. */
  async show(folder: vscode.Uri, key: string, focus: boolean): Promise<boolean> {
    const inFolder = folder.toString();
    const path = findPath(this.#nodes, (node) => node.folder === inFolder && keysOf(node).includes(key));
    const node = path?.at(-1);
    if (!node) return false;
    await this.#view.reveal(node, { select: true, focus, expand: true });
    return true;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }
}

function keysOf(node: TreeNode): string[] {
  switch (node.kind) {
    case "supervisor":
      return node.as ? [node.as.key, node.supervisor.key] : [node.supervisor.key];
    case "worker":
      return [node.child.key];
    case "application":
      return [node.application.key];
    case "orphan":
      return [node.orphan.key];
    default:
      return [];
  }
}
