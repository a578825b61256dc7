/**
 * The analysis of the workspace: sleeps until there is a reason to look, then keeps every folder's trees in step
 * with its files, with unsaved editors before the disk. The work itself is done in a worker.
 */
import * as vscode from "vscode";
import type { TextEdit } from "../../model/index.ts";
import { SECTION } from "../settings.ts";
import { documentHasEvidence, isSource, manifestsHaveEvidence, settingsHaveEvidence } from "./evidence.ts";
import { type ExperimentChange, openDocuments, writeExperiment } from "./experiment.ts";
import { FolderAnalysis } from "./folder-analysis.ts";
import type { Store } from "./store.ts";

/** Sources, and what decides which sources count and where imports lead. */
const TELLING = /\.(?:[cm]?[jt]sx?|json)$|(?:^|\/)(?:\.gitignore|pnpm-workspace\.yaml)$/;
/** What lies below these is not the workspace's own, and changes by the thousand. */
const FOREIGN = /\/(?:node_modules|\.git)\//;

export class AnalysisService implements vscode.Disposable {
  readonly #store: Store;
  readonly #script: string;
  readonly #setDormant: (dormant: boolean) => void;
  readonly #folders = new Map<string, FolderAnalysis>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #watchers = new Map<string, vscode.Disposable>();
  #awake = false;

  /** `setDormant` is told when the sleep ends. */
  constructor(extension: vscode.Uri, store: Store, setDormant: (dormant: boolean) => void) {
    this.#store = store;
    this.#setDormant = setDormant;
    this.#script = vscode.Uri.joinPath(extension, "dist", "analysis-worker.cjs").fsPath;
  }

  /** Wakes at once when `wanted`, else when the first evidence is seen. Returns without waiting for any of it. */
  start(wanted: boolean): void {
    if (wanted || settingsHaveEvidence() || vscode.workspace.textDocuments.some(documentHasEvidence)) {
      void this.wake();
      return;
    }
    const looking = new vscode.CancellationTokenSource();
    const wake = (): void => {
      looking.cancel();
      for (const subscription of sleeping.splice(0)) subscription.dispose();
      void this.wake();
    };
    const sleeping = [
      looking,
      vscode.workspace.onDidOpenTextDocument((document) => documentHasEvidence(document) && wake()),
      vscode.workspace.onDidSaveTextDocument((document) => documentHasEvidence(document) && wake()),
      vscode.workspace.onDidChangeConfiguration(() => settingsHaveEvidence() && wake()),
    ];
    this.#subscriptions.push({
      dispose: () => {
        for (const subscription of sleeping.splice(0)) subscription.dispose();
      },
    });
    void manifestsHaveEvidence(looking.token).then((found) => {
      if (found && !this.#awake) wake();
    });
  }

  /** Starts the analysis of all folders; resolves when the first of it is done. */
  async wake(): Promise<void> {
    if (!this.#awake) {
      this.#awake = true;
      this.#subscriptions.push(
        vscode.workspace.onDidOpenTextDocument((document) => this.#edited(document)),
        vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
          if (contentChanges.length > 0) this.#edited(document);
        }),
        vscode.workspace.onDidCloseTextDocument((document) => {
          for (const folder of this.#with(document)) folder.closed(document);
        }),
        vscode.workspace.onDidChangeWorkspaceFolders(() => this.#syncFolders()),
        vscode.workspace.onDidChangeConfiguration((event) => {
          for (const folder of this.#folders.values()) {
            if (event.affectsConfiguration(SECTION, folder.uri)) folder.configure();
          }
        }),
      );
      this.#syncFolders();
      this.#setDormant(false);
    }
    await this.settled();
  }

  /** A folder that is not of the workspace: the sample. */
  async analyseExtra(uri: vscode.Uri, name: string): Promise<void> {
    if (!this.#folders.has(uri.toString())) this.#add(uri, name);
    await this.#folders.get(uri.toString())?.idle();
  }

  /** Looks at everything again. */
  async rescan(): Promise<void> {
    if (!this.#awake) return this.wake();
    await Promise.all([...this.#folders.values()].map((folder) => folder.rescan()));
  }

  cancel(): void {
    for (const folder of this.#folders.values()) folder.cancel();
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#folders.values()].map((folder) => folder.idle()));
  }

  /** Waits until the findings are those of the document as it is now; false when cancelled before that. */
  async settle(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<boolean> {
    const folder = this.#of(document);
    if (!folder) return false;
    if (folder.isIdle) return true;
    const cancelled = new Promise<boolean>((done) => token.onCancellationRequested(() => done(false)));
    return Promise.race([folder.idle().then(() => true), cancelled]);
  }

  /** The edits that write an order experiment into the source; null when it does not have the shape for it. */
  async experiment(folder: vscode.Uri, change: ExperimentChange): Promise<TextEdit[] | null> {
    await this.settled();
    const state = this.#store.get(folder);
    const documents = state && (await openDocuments(state, change.supervisor));
    // A file that was opened only now may be another one than was read from the disk.
    await this.settled();
    return state && documents ? writeExperiment(this.#script, state, change, documents) : null;
  }

  #of(document: vscode.TextDocument): FolderAnalysis | null {
    const state = this.#store.folderOf(document.uri);
    return (state && this.#folders.get(state.uri.toString())) ?? null;
  }

  #edited(document: vscode.TextDocument): void {
    if (isSource(document)) for (const folder of this.#with(document)) folder.edited(document);
  }

  /** The folders of whose programs a document is part: its own, and those that import it. */
  #with(document: vscode.TextDocument): FolderAnalysis[] {
    const own = this.#of(document);
    return [...this.#folders.values()].filter((folder) => folder === own || folder.follows(document));
  }

  #syncFolders(): void {
    const wanted = new Map(
      (vscode.workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === "file")
        .map((folder) => [folder.uri.toString(), folder]),
    );
    for (const [key, folder] of this.#folders) {
      if (wanted.has(key) || !this.#watchers.has(key)) continue;
      folder.dispose();
      this.#folders.delete(key);
      this.#watchers.get(key)?.dispose();
      this.#watchers.delete(key);
      this.#store.remove(folder.uri);
    }
    for (const [key, { uri, name }] of wanted) {
      if (this.#folders.has(key)) continue;
      this.#watchers.set(key, this.#watch(uri));
      this.#add(uri, name);
    }
  }

  #add(uri: vscode.Uri, name: string): void {
    const folder = new FolderAnalysis(uri, this.#store, this.#script);
    this.#folders.set(uri.toString(), folder);
    this.#store.add(uri, name);
    folder.configure();
  }

  #watch(uri: vscode.Uri): vscode.Disposable {
    // Of a folder that is moved or removed nothing but the folder itself may be told: all names are listened to.
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(uri, "**"));
    const changed = (file: vscode.Uri, removed: boolean): void => {
      if (!FOREIGN.test(`${file.path}/`)) this.#folders.get(uri.toString())?.watched(file.fsPath, removed);
    };
    watcher.onDidCreate((file) => changed(file, false));
    watcher.onDidChange((file) => {
      if (TELLING.test(file.path)) changed(file, false);
    });
    watcher.onDidDelete((file) => changed(file, true));
    return watcher;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
    for (const folder of this.#folders.values()) folder.dispose();
    this.#watchers.clear();
    this.#folders.clear();
  }
}
