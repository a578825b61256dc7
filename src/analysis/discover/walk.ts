/** Walks a folder for source files: .gitignore, the settings' globs, links, folders that vanish meanwhile. */

import { decode } from "./decode.ts";
import { type DirectoryEntry, type FileSystemHost, HostError, isPromise } from "./host.ts";
import { type IgnoreFile, isIgnored, parseIgnore } from "./ignore.ts";
import { childOf, dirname, isComponent, isDeclaration, isSource, isWithin } from "./paths.ts";
import type { FileTree, Listing } from "./tree.ts";
import { Yielder } from "./yielding.ts";

/** Folders that never hold a project's own source. Folders whose name starts with a dot are skipped too. */
const SKIPPED = new Set(["node_modules", "bower_components", "jspm_packages", "dist"]);
const MAX_IGNORE_FILE = 1024 * 1024;
/** Folders read at once on hosts that answer with promises. */
const PARALLEL = 16;

export interface WalkOptions {
  gitignore: boolean;
  /** True for an absolute path that the settings exclude. */
  excluded(path: string): boolean;
  signal: AbortSignal | undefined;
  onFolder?: (folders: number, files: number) => void;
}

export interface Walked {
  /** Absolute paths of source files, declaration files left out. */
  files: string[];
  /** Folders with a package.json. */
  packages: string[];
  /** Folders with a tsconfig.json or jsconfig.json. */
  projects: string[];
  problems: { file: string; error: HostError }[];
  /** What was passed by. */
  leftOut: LeftOut[];
  /** Components whose scripts stand in markup (`.vue`, `.svelte`, `.astro`): nothing reads them. */
  components: string[];
  /** Every folder that was read, with the .gitignore files that apply to what it holds. */
  folders: Map<string, readonly IgnoreFile[]>;
}

/** Source files and folders that were left out on purpose, by what said so. */
export interface LeftOut {
  by: "settings" | ".gitignore" | "tsconfig";
  what: "file" | "folder";
  path: string;
}

/** Whether a walk enters a folder of this name. */
export function isEntered(name: string): boolean {
  return !SKIPPED.has(name) && !name.startsWith(".");
}

interface Task {
  folder: string;
  ignores: readonly IgnoreFile[];
}

/** Walks `root`; `roots` are all folders that are walked, so that a link into one of them is not followed. */
export async function walk(
  tree: FileTree,
  root: string,
  roots: readonly string[],
  options: WalkOptions,
): Promise<Walked> {
  const real = await tree.host.realPath(root);
  return new Walk(tree, root, real instanceof HostError ? root : real, roots, options).run();
}

class Walk {
  readonly #tree: FileTree;
  readonly #root: string;
  readonly #realRoot: string;
  readonly #roots: readonly string[];
  readonly #options: WalkOptions;
  readonly #visited: Set<string>;
  readonly #tasks: Task[] = [];
  readonly #out: Walked = {
    files: [],
    packages: [],
    projects: [],
    problems: [],
    leftOut: [],
    components: [],
    folders: new Map(),
  };

  constructor(
    tree: FileTree,
    root: string,
    realRoot: string,
    roots: readonly string[],
    options: WalkOptions,
  ) {
    this.#tree = tree;
    this.#root = root;
    this.#realRoot = realRoot;
    this.#roots = roots;
    this.#options = options;
    this.#visited = new Set([root, realRoot]);
  }

  async run(): Promise<Walked> {
    const { host } = this.#tree;
    const { signal, gitignore, onFolder } = this.#options;
    const yielder = new Yielder(signal);
    this.#tasks.push({ folder: this.#root, ignores: gitignore ? await ignoresAbove(host, this.#root) : [] });
    let folders = 0;
    while (this.#tasks.length > 0) {
      const batch = this.#tasks.splice(Math.max(0, this.#tasks.length - PARALLEL)).reverse();
      const answers = batch.map((task) => host.readDirectory(task.folder));
      for (const [i, task] of batch.entries()) {
        const answer = answers[i]!;
        const entries = isPromise(answer) ? await answer : answer;
        if (entries instanceof HostError) this.#failed(task.folder, entries);
        else {
          await this.#visit(task, entries);
          onFolder?.(++folders, this.#out.files.length);
        }
      }
      const pause = yielder.pause();
      if (pause !== undefined) await pause;
    }
    this.#out.files.sort();
    return this.#out;
  }

  #failed(folder: string, error: HostError): void {
    const vanished = folder !== this.#root && error.kind !== "unreadable";
    const told = vanished ? new HostError("not_found", "it vanished while it was searched") : error;
    this.#out.problems.push({ file: folder, error: told });
  }

  async #visit(task: Task, entries: DirectoryEntry[]): Promise<void> {
    const { folder } = task;
    const prefix = childOf(folder, "");
    const listing: Listing = { files: new Set(), folders: new Set() };
    this.#tree.setListing(folder, listing);
    let { ignores } = task;
    if (
      this.#options.gitignore &&
      entries.some((entry) => entry.name === ".gitignore" && entry.kind !== "directory")
    ) {
      const file = await readIgnore(this.#tree.host, folder, `${prefix}.gitignore`);
      if (file !== undefined) ignores = [...ignores, file];
    }
    this.#out.folders.set(folder, ignores);
    for (const { name, kind } of entries) if (kind === "file") listing.files.add(name);
    for (const { name, kind } of entries) {
      const path = prefix + name;
      if (name.includes("\ufffd") && (await this.#isNameless(name, path, kind))) continue;
      if (kind === "file") this.#addFile(name, path, listing, ignores);
      else if (kind === "directory") {
        listing.folders.add(name);
        this.#addFolder(name, path, path, ignores);
      } else if (kind === "symlink") await this.#addLink(name, path, listing, ignores);
    }
    if (listing.files.has("package.json")) this.#out.packages.push(folder);
    if (listing.files.has("tsconfig.json") || listing.files.has("jsconfig.json"))
      this.#out.projects.push(folder);
  }

  /** Names that are not UTF-8 come with U+FFFD in them, and nothing can be opened by such a name. */
  async #isNameless(name: string, path: string, kind: DirectoryEntry["kind"]): Promise<boolean> {
    const matters = kind === "directory" ? isEntered(name) : isSource(name) && !isDeclaration(name);
    if (
      !matters ||
      this.#options.excluded(path) ||
      !((await this.#tree.host.stat(path)) instanceof HostError)
    )
      return false;
    this.#out.problems.push({ file: path, error: new HostError("unreadable", "its name is not UTF-8") });
    return true;
  }

  #addFile(name: string, path: string, listing: Listing, ignores: readonly IgnoreFile[]): void {
    if (isComponent(name) && this.#leftOutBy(path, ignores, false) === null) this.#out.components.push(path);
    if (!isSource(name) || isDeclaration(name)) return;
    if (isCompiled(name, listing) || this.#isLeftOut("file", path, ignores)) return;
    this.#out.files.push(path);
  }

  #isLeftOut(what: LeftOut["what"], path: string, ignores: readonly IgnoreFile[]): boolean {
    const by = this.#leftOutBy(path, ignores, what === "folder");
    if (by !== null) this.#out.leftOut.push({ by, what, path });
    return by !== null;
  }

  #leftOutBy(path: string, ignores: readonly IgnoreFile[], isFolder: boolean): LeftOut["by"] | null {
    if (this.#options.excluded(path)) return "settings";
    return isIgnored(ignores, path, isFolder) ? ".gitignore" : null;
  }

  #addFolder(name: string, path: string, target: string, ignores: readonly IgnoreFile[]): void {
    if (!isEntered(name)) return;
    if (this.#isLeftOut("folder", path, ignores)) return;
    if (this.#visited.has(target)) return;
    this.#visited.add(target);
    this.#tasks.push({ folder: target, ignores });
  }

  async #addLink(
    name: string,
    path: string,
    listing: Listing,
    ignores: readonly IgnoreFile[],
  ): Promise<void> {
    const stat = await this.#tree.host.stat(path);
    const target = await this.#tree.host.realPath(path);
    if (stat instanceof HostError || target instanceof HostError) return; // dangling, or a circle of links
    const own = isWithin(this.#realRoot, target) ? this.#root + target.slice(this.#realRoot.length) : target;
    const walked = this.#roots.some((other) => isWithin(other, own));
    if (stat.kind === "file") {
      listing.files.add(name);
      if (!walked) this.#addFile(name, path, listing, ignores);
    } else if (stat.kind === "directory") {
      listing.folders.add(name);
      this.#tree.link(path, own);
      // What lies in a walked root is met there. A link to a folder above a root would walk everything around it.
      if (!walked && !this.#roots.some((other) => isWithin(own, other))) this.#addFolder(name, path, own, []);
    }
  }
}

/** `a.js` beside `a.ts` is its output. */
function isCompiled(name: string, listing: Listing): boolean {
  if (!name.includes("js")) return false;
  const match = /^(.*)\.([cm]?)js(x?)$/.exec(name);
  if (match === null) return false;
  const [, stem, kind, x] = match;
  return listing.files.has(`${stem}.${kind}ts${x}`) || (x === "" && listing.files.has(`${stem}.tsx`));
}

async function readIgnore(
  host: FileSystemHost,
  folder: string,
  path: string,
): Promise<IgnoreFile | undefined> {
  const answer = host.readFile(path, MAX_IGNORE_FILE);
  const bytes = isPromise(answer) ? await answer : answer;
  return bytes instanceof HostError ? undefined : parseIgnore(folder, decode(bytes));
}

/** The .gitignore files above a root, up to the repository's top; none when it is in no repository. */
async function ignoresAbove(host: FileSystemHost, root: string): Promise<IgnoreFile[]> {
  const found: IgnoreFile[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    if (folder !== root) {
      const file = await readIgnore(host, folder, childOf(folder, ".gitignore"));
      if (file !== undefined) found.unshift(file);
    }
    const git = await host.stat(childOf(folder, ".git"));
    if (!(git instanceof HostError)) {
      const info = await readIgnore(host, folder, `${folder}/.git/info/exclude`);
      if (info !== undefined) found.unshift(info);
      return found;
    }
    if (dirname(folder) === folder) return [];
  }
}
