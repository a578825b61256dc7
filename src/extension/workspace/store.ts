/**
 * What is known about every analysed folder, and the one event that says it changed. Whoever shows something
 * reads from here; only analysis.ts writes.
 */
import * as vscode from "vscode";
import type { Finding, Supervisor, TreeModel } from "../../model/index.ts";
import { below } from "../uri-paths.ts";
import { type Notices, noticesOf } from "./notices.ts";

export type FolderStatus =
  | { kind: "scanning"; percent: number | null }
  | { kind: "ready" }
  | { kind: "failed"; message: string }
  | { kind: "off" };

export interface FolderState {
  /** The analysed root: paths of the model are relative to it. */
  uri: vscode.Uri;
  name: string;
  status: FolderStatus;
  /** The last good model; kept while a new one is made. */
  model: TreeModel | null;
  findings: Finding[];
  /** The last scan was stopped: the model is of before, or of a part. */
  stopped: boolean;
  /** What is wrong with the folder's settings, in sentences. */
  settings: readonly string[];
  /** Goes up with every model, so that what is derived from one can be kept. */
  version: number;
}

export interface SupervisorAt {
  folder: FolderState;
  supervisor: Supervisor;
}

export class Store implements vscode.Disposable {
  readonly #folders = new Map<string, FolderState>();
  readonly #changed = new vscode.EventEmitter<FolderState | null>();
  /** The folder that changed; null when folders came or went. */
  readonly onDidChange = this.#changed.event;

  get folders(): FolderState[] {
    return [...this.#folders.values()];
  }

  add(uri: vscode.Uri, name: string): FolderState {
    const known = this.#folders.get(uri.toString());
    if (known) return known;
    const state: FolderState = {
      uri,
      name,
      status: { kind: "scanning", percent: null },
      model: null,
      findings: [],
      stopped: false,
      settings: [],
      version: 0,
    };
    this.#folders.set(uri.toString(), state);
    this.#changed.fire(null);
    return state;
  }

  remove(uri: vscode.Uri): void {
    if (this.#folders.delete(uri.toString())) this.#changed.fire(null);
  }

  get(uri: vscode.Uri): FolderState | null {
    return this.#folders.get(uri.toString()) ?? null;
  }

  setStatus(uri: vscode.Uri, status: FolderStatus): void {
    const state = this.#folders.get(uri.toString());
    if (!state) return;
    state.status = status;
    this.#changed.fire(state);
  }

  /** A scan has begun or ended: at its end, or before. */
  setStopped(uri: vscode.Uri, stopped: boolean): void {
    const state = this.#folders.get(uri.toString());
    if (!state || state.stopped === stopped) return;
    state.stopped = stopped;
    this.#changed.fire(state);
  }

  setSettings(uri: vscode.Uri, problems: readonly string[]): void {
    const state = this.#folders.get(uri.toString());
    if (!state || state.settings.join("\n") === problems.join("\n")) return;
    state.settings = problems;
    this.#changed.fire(state);
  }

  setResult(uri: vscode.Uri, model: TreeModel, findings: Finding[]): void {
    const state = this.#folders.get(uri.toString());
    if (!state) return;
    state.status = { kind: "ready" };
    state.model = model;
    state.findings = findings;
    state.version += 1;
    this.#changed.fire(state);
  }

  /** The innermost analysed folder that holds this file. */
  folderOf(uri: vscode.Uri): FolderState | null {
    let best: FolderState | null = null;
    for (const state of this.#folders.values()) {
      if (!contains(state.uri, uri)) continue;
      if (best === null || state.uri.path.length > best.uri.path.length) best = state;
    }
    return best;
  }

  supervisor(folder: vscode.Uri, key: string): SupervisorAt | null {
    const state = this.get(folder);
    const supervisor = state?.model?.supervisors.find((each) => each.key === key);
    return state && supervisor ? { folder: state, supervisor } : null;
  }

  dispose(): void {
    this.#folders.clear();
    this.#changed.dispose();
  }
}

/** What the trees of all folders lack. */
export function folderNotices(store: Store): Notices<vscode.Uri> {
  return noticesOf(
    store.folders
      .filter(({ status }) => status.kind !== "off")
      .map(({ uri, model, stopped, settings }) => ({
        folder: uri,
        problems: model?.problems ?? [],
        stopped,
        settings,
      })),
  );
}

export function contains(folder: vscode.Uri, uri: vscode.Uri): boolean {
  if (folder.scheme !== uri.scheme || folder.authority !== uri.authority) return false;
  return below(folder.path, uri.path) !== null;
}
