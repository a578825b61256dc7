/** The context keys of `when` clauses: set here and nowhere else (but for the run panels' focus). */
import * as vscode from "vscode";
import { CONTEXT, type ViewState } from "./ids.ts";
import { relativeFile } from "./locations.ts";
import type { Store } from "./workspace/store.ts";

/** Keeps `suptree.state` true to the store. `dormant` says that nothing has been asked of us yet. */
export class ContextKeys implements vscode.Disposable {
  readonly #store: Store;
  readonly #subscriptions: vscode.Disposable[];
  #dormant = true;
  readonly #last = new Map<string, ViewState | boolean>();

  constructor(store: Store) {
    this.#store = store;
    this.#subscriptions = [
      store.onDidChange(() => this.update()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
    ];
    this.update();
  }

  set dormant(dormant: boolean) {
    this.#dormant = dormant;
    this.update();
  }

  update(): void {
    this.#set(CONTEXT.state, viewState(this.#store, this.#dormant));
    this.#set(CONTEXT.editorHasTree, activeEditorHasTree(this.#store));
  }

  #set(key: string, value: ViewState | boolean): void {
    if (this.#last.get(key) === value) return;
    this.#last.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

export function viewState(store: Store, dormant: boolean): ViewState {
  const { folders } = store;
  if (folders.length === 0)
    return (vscode.workspace.workspaceFolders?.length ?? 0) === 0 ? "noFolder" : "dormant";
  if (dormant) return "dormant";
  const kinds = folders.map(({ status }) => status.kind);
  if (folders.some(({ model, status }) => status.kind !== "off" && model && hasContent(model)))
    return "ready";
  if (kinds.includes("scanning")) return "scanning";
  if (kinds.includes("failed")) return "failed";
  return kinds.every((kind) => kind === "off") ? "off" : "empty";
}

function hasContent(model: { supervisors: unknown[]; orphans: unknown[]; applications: unknown[] }): boolean {
  return model.supervisors.length + model.orphans.length + model.applications.length > 0;
}

function activeEditorHasTree(store: Store): boolean {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (!uri) return false;
  const folder = store.folderOf(uri);
  if (!folder?.model) return false;
  const file = relativeFile(folder.uri, uri);
  return folder.model.supervisors.some(({ location }) => location.file === file);
}
