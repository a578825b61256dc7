/** Watches the folders of an analysis. Says which paths to look at again, not what happened there: the disk knows better. */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import path from "node:path";

export interface FolderWatcherOptions {
  /** Absolute folders that were analysed. */
  roots: readonly string[];
  /** Absolute files that were named by themselves. */
  files: readonly string[];
  /** Called with absolute paths after `quiet` milliseconds without another event. */
  onChange(paths: string[]): void;
  /** Changes are not seen any more, of one folder or at all. */
  onError(error: unknown): void;
  quiet: number;
}

const FOREIGN = /(?:^|[\\/])(?:node_modules|bower_components|jspm_packages|dist|\.[^\\/]+)(?:[\\/]|$)/;

/** Elsewhere one watcher sees all that is below a folder; Linux needs one for each. */
const NATIVE = process.platform === "darwin" || process.platform === "win32";

export class FolderWatcher {
  readonly #options: FolderWatcherOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  /** Watched by themselves. */
  readonly #files = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: FolderWatcherOptions) {
    this.#options = options;
    if (NATIVE) for (const root of options.roots) this.#watch(root, true);
    this.#addFiles(options.files);
  }

  /** Watches these folders, those that come to be in them, and single files elsewhere. */
  add(folders: readonly string[], files: readonly string[]): void {
    if (!NATIVE) for (const folder of folders) this.#watch(folder, false);
    this.#addFiles(files);
  }

  /** A file is watched through its folder: editors replace files when they save. */
  #addFiles(files: readonly string[]): void {
    for (const file of files) this.#files.add(path.resolve(file));
    const folders = new Set(files.map((file) => path.dirname(path.resolve(file))));
    for (const folder of folders) if (!this.#isWatched(folder)) this.#watch(folder, false);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #isWatched(folder: string): boolean {
    return this.#watchers.has(folder) || (NATIVE && this.#rootOf(folder) !== undefined);
  }

  #rootOf(file: string): string | undefined {
    return this.#options.roots.find((root) => file === root || file.startsWith(root + path.sep));
  }

  #watch(folder: string, recursive: boolean): void {
    if (this.#watchers.has(folder)) return;
    const gone = (): void => {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
    };
    try {
      const watcher = watch(folder, { recursive }, (_, name) => this.#seen(folder, name));
      watcher.on("error", (error) => {
        gone();
        if (exists(folder)) this.#options.onError(error);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      if (exists(folder)) this.#options.onError(error);
    }
  }

  #seen(folder: string, name: string | null): void {
    // Without a name anything in it may have changed.
    const changed = name === null ? folder : path.join(folder, name);
    const root = this.#rootOf(changed);
    if (root === undefined) {
      if (!this.#files.has(changed)) return;
    } else {
      const inside = path.relative(root, changed);
      if (FOREIGN.test(inside) && path.basename(inside) !== ".gitignore") return;
      if (!NATIVE && changed !== folder) this.#follow(changed);
    }
    this.#changed.add(changed);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const all = [...this.#changed];
      this.#changed.clear();
      this.#options.onChange(all);
    }, this.#options.quiet);
  }

  /** A folder that is new here is watched too, with all below it. */
  #follow(folder: string): void {
    const old = this.#watchers.get(folder);
    if (old !== undefined) {
      // Another folder of the same name may be there now.
      old.close();
      this.#watchers.delete(folder);
    }
    try {
      if (!statSync(folder).isDirectory()) return;
      this.#watch(folder, false);
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory() && !FOREIGN.test(entry.name)) this.#follow(path.join(folder, entry.name));
      }
    } catch {
      // Gone again.
    }
  }
}

function exists(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false }) !== undefined;
}
