/** The view "Supervision Trees". */
import * as vscode from "vscode";
import { shortened } from "../../model/index.ts";
import type { ProcessRef } from "../editor/code-lens.ts";
import { VIEW_TREES } from "../ids.ts";
import type { Store } from "../workspace/store.ts";
import { folderNotices } from "../workspace/store.ts";
import { tooltip, treeItem } from "./item.ts";
import { buildNodes, findPath, type TreeNode } from "./nodes.ts";
import { MOST_OF_NOTICE, plainText } from "./words.ts";

export class TreesView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: Store;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscription: vscode.Disposable;
  #nodes: TreeNode[] = [];
  #parents = new Map<string, TreeNode>();
  #versions = "";
  readonly #chosen = new vscode.EventEmitter<ProcessRef>();
  /** The person selected an item; what was selected from here is not told. */
  readonly onDidChoose = this.#chosen.event;
  /** Ids of items that were selected from here, until the view says so. */
  readonly #following = new Set<string>();
  #wanted: { folder: vscode.Uri; key: string } | null = null;

  constructor(store: Store) {
    this.#store = store;
    this.#view = vscode.window.createTreeView(VIEW_TREES, { treeDataProvider: this, showCollapseAll: true });
    this.#subscription = vscode.Disposable.from(
      store.onDidChange(() => this.#refresh()),
      this.#view.onDidChangeSelection(({ selection }) => this.#selected(selection)),
    );
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
    const lines = settings.map((sentence) => plainText(shortened(sentence, MOST_OF_NOTICE)));
    if (leftOut.length > 0) {
      lines.push(
        vscode.l10n.t(
          "Left out, since the analysis died at it twice: {0}. It is tried again when it changes.",
          leftOut.map(({ file }) => plainText(file)).join(", "),
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
    const path = findPath(this.#nodes, (node) => isIn(folder, node) && keysOf(node).includes(key));
    const node = path?.at(-1);
    if (!node) return false;
    if (!focus) {
      this.#following.delete(node.id);
      this.#following.add(node.id);
    }
    await this.#view.reveal(node, { select: true, focus, expand: true });
    return true;
  }

  /** Selects what was selected elsewhere, when the view is open: it takes neither the focus nor anybody's room. */
  async follow(folder: vscode.Uri, key: string): Promise<void> {
    const busy = this.#wanted !== null;
    const wanted = { folder, key };
    this.#wanted = wanted;
    if (busy) return;
    try {
      // Of what was asked for meanwhile only the newest is shown.
      for (let done: typeof wanted | null = null; done !== this.#wanted; ) {
        done = this.#wanted;
        if (this.visible && !this.#selects(done.folder, done.key))
          await this.show(done.folder, done.key, false);
      }
    } finally {
      this.#wanted = null;
    }
  }

  #selects(folder: vscode.Uri, key: string): boolean {
    return this.#view.selection.some((node) => isIn(folder, node) && keysOf(node).includes(key));
  }

  #selected([node]: readonly TreeNode[]): void {
    if (!node) return;
    const followed = this.#following.has(node.id);
    const newest = node.id === [...this.#following].at(-1);
    if (!followed || newest) this.#following.clear();
    if (followed) return;
    const [key] = keysOf(node);
    if (key !== undefined) this.#chosen.fire({ folder: node.folder, key });
  }

  dispose(): void {
    this.#chosen.dispose();
    this.#subscription.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }
}

function isIn(folder: vscode.Uri, node: TreeNode): boolean {
  return node.folder === folder.toString();
}

/** The key of the item as a child comes first: of all places of a supervisor it names one. */
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
