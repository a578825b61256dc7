/** Files outside a folder that its trees rest on, such as a neighbour's in a monorepo: followed on disk, known by their documents. */
import { dirname } from "node:path";
import * as vscode from "vscode";

export class OutsideFiles implements vscode.Disposable {
  readonly #changed: (path: string, removed: boolean) => void;
  /** Paths as documents have them. */
  #files: ReadonlySet<string> = new Set();
  /** By folder. */
  readonly #watchers = new Map<string, vscode.Disposable>();

  /** `changed` is told of what happens to one of them on disk. */
  constructor(changed: (path: string, removed: boolean) => void) {
    this.#changed = changed;
  }

  has({ uri }: vscode.TextDocument): boolean {
    return uri.scheme === "file" && this.#files.has(uri.fsPath);
  }

  /** Follows these files, and no others. Returns whether there are new ones among them. */
  follow(paths: readonly string[]): boolean {
    const before = this.#files;
    this.#files = new Set(paths.map((path) => vscode.Uri.file(path).fsPath));
    const folders = new Set([...this.#files].map((path) => dirname(path)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.dispose();
      this.#watchers.delete(folder);
    }
    for (const folder of folders)
      if (!this.#watchers.has(folder)) this.#watchers.set(folder, this.#watch(folder));
    return [...this.#files].some((path) => !before.has(path));
  }

  #watch(folder: string): vscode.Disposable {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), "*");
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed =
      (removed: boolean) =>
      ({ fsPath }: vscode.Uri): void => {
        if (this.#files.has(fsPath)) this.#changed(fsPath, removed);
      };
    watcher.onDidCreate(changed(false));
    watcher.onDidChange(changed(false));
    watcher.onDidDelete(changed(true));
    return watcher;
  }

  dispose(): void {
    this.follow([]);
  }
}
