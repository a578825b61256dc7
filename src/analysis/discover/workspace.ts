/**
 * A workspace on disk as the analysis sees it: its source files with the modules they name, its projects and packages, and
 * where an import leads. Knows nothing of supervision.
 */
import { Aliases } from "./aliases.ts";
import { dependenciesOf } from "./dependencies.ts";
import { globMatcher } from "./glob.ts";
import { type FileSystemHost, HostError, isPromise, type MaybePromise } from "./host.ts";
import { type IgnoreFile, isIgnored } from "./ignore.ts";
import { monorepoAround } from "./monorepo.ts";
import { Outside } from "./outside.ts";
import { basename, childOf, dirname, isDeclaration, isSource, isWithin, join, relative } from "./paths.ts";
import { Projects } from "./projects.ts";
import { ModuleResolver, type Resolved } from "./resolve.ts";
import { Interner, specifiersIn, specifiersInBytes } from "./scan.ts";
import { FileTree, settle } from "./tree.ts";
import type { TsConfig } from "./tsconfig.ts";
import { isEntered, type LeftOut, walk } from "./walk.ts";
import { Yielder } from "./yielding.ts";

export interface WorkspaceOptions {
  host: FileSystemHost;
  /** Absolute folders; walked. */
  roots: readonly string[];
  /** Absolute files that are analysed whatever the excludes say. */
  files: readonly string[];
  /** Globs relative to each root. */
  exclude: readonly string[];
  respectGitignore: boolean;
  respectTsconfig: boolean;
  /** Bytes; a larger file is looked at up to here only, and never parsed. */
  maxFileSize: number;
}

export interface ScannedFile {
  /** Absolute. */
  path: string;
  /** Module specifiers, as far as the cheap scan sees them. */
  specifiers: readonly string[];
  /** Larger than `maxFileSize`. */
  tooLarge: boolean;
}

export interface WorkspaceProblem {
  /** Absolute. */
  file: string;
  message: string;
  kind: "not_found" | "unreadable" | "set_aside" | "config";
  line?: number;
  column?: number;
}

export interface ScanOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: { phase: "walk" | "scan"; done: number; total: number }) => void) | undefined;
}

const CONFIGURATION =
  /(?:^|\/)(?:[tj]sconfig[^/]*\.json|package\.json|lerna\.json|pnpm-workspace\.yaml|\.gitignore)$/;
const PARALLEL_READS = 32;
/** Files above `maxFileSize` are still looked at for the modules they name, up to this size. */
const MAX_LOOK = 32 * 1024 * 1024;

export class Workspace {
  readonly options: WorkspaceOptions;
  readonly tree: FileTree;
  readonly projects: Projects;
  readonly resolver: ModuleResolver;
  readonly interner = new Interner();
  readonly outside: Outside;
  /** Other names of packages, as of the last scan. */
  aliases: Aliases | undefined;
  /** By name: packages of the same monorepo outside the roots, with what they depend on. */
  readonly neighbours = new Map<string, { folder: string; dependencies: readonly string[] }>();
  /** By path; the files that count as source of this workspace. */
  readonly files = new Map<string, ScannedFile>();
  /** Problems by path, replaced by each scan. */
  readonly problems = new Map<string, WorkspaceProblem>();
  /** What the last scan left out on purpose. */
  readonly leftOut: LeftOut[] = [];
  readonly #components: string[] = [];
  readonly #walked = new Map<string, readonly IgnoreFile[]>();
  readonly #excludes: { root: string; test: (path: string) => boolean }[];

  constructor(options: WorkspaceOptions) {
    this.options = options;
    this.tree = new FileTree(options.host);
    this.projects = new Projects(this.tree);
    this.resolver = new ModuleResolver(this.tree, this.projects);
    this.outside = new Outside(this);
    const test = globMatcher(options.exclude);
    this.#excludes = test === undefined ? [] : options.roots.map((root) => ({ root, test }));
  }

  /** Walks the roots and scans every file. Rejects only with the signal's reason. */
  async scan({ signal, onProgress }: ScanOptions = {}): Promise<void> {
    const { options } = this;
    let paths: readonly string[] = [];
    const packages: string[] = [];
    let folders = 0;
    for (const root of options.roots) {
      const walked = await walk(this.tree, root, options.roots, {
        gitignore: options.respectGitignore,
        excluded: (path) => this.excluded(path),
        signal,
        onFolder: (_, files) => {
          if (++folders % 64 === 0) onProgress?.({ phase: "walk", done: paths.length + files, total: 0 });
        },
      });
      packages.push(...walked.packages);
      for (const each of walked.leftOut) if (!options.files.includes(each.path)) this.leftOut.push(each);
      this.#components.push(...walked.components);
      for (const [folder, ignores] of walked.folders) this.#walked.set(folder, ignores);
      for (const { file, error } of walked.problems) this.#problem(file, error);
      for (const folder of walked.projects) {
        const path = await settle(this.tree, () => this.projects.governing(`${folder}/x.ts`)?.config.path);
        if (path !== undefined) this.#reportConfig(path);
      }
      // Roots may lie inside each other.
      paths = paths.length === 0 ? walked.files : [...new Set([...paths, ...walked.files])];
    }
    for (const folder of packages) await this.#addPackage(folder);
    await this.#addNeighbours();
    for (const { folder } of this.neighbours.values()) packages.push(folder);
    this.aliases = await settle(this.tree, () => new Aliases(this.projects, packages));
    const wanted = options.respectTsconfig ? await this.#inProjects(paths, signal) : [...paths];
    for (const file of options.files) if (!wanted.includes(file)) wanted.push(file);
    await this.#scanAll(wanted, { signal, onProgress });
    for (const folder of this.#foldersOutside())
      await settle(this.tree, () => this.projects.packageOf(folder)?.name);
    await this.outside.look(this.files.values());
  }

  /** How many of the components, which are not read, import what `matches`: looked for when somebody asks. */
  async componentsThatImport(matches: (specifier: string) => boolean): Promise<number> {
    let found = 0;
    for (const path of new Set(this.#components)) {
      const answer = this.options.host.readFile(path, this.options.maxFileSize);
      const bytes = isPromise(answer) ? await answer : answer;
      if (bytes instanceof HostError) continue;
      if (specifiersInBytes(bytes, this.interner)?.some(matches) === true) found++;
    }
    return found;
  }

  /** Folders outside the roots that imports lead to: an example beside the library that it shows. */
  #foldersOutside(): Set<string> {
    const found = new Set<string>();
    for (const { path, specifiers } of this.files.values()) {
      let climb: string | undefined;
      for (const specifier of specifiers) {
        if (!specifier.startsWith("../")) continue;
        if (climb === undefined) {
          const root = this.options.roots.find((one) => isWithin(one, path));
          if (root === undefined) break;
          climb = "../".repeat(path.slice(root.length).split("/").length - 1);
        }
        if (specifier.startsWith(climb)) found.add(dirname(join(dirname(path), specifier)));
      }
    }
    return found;
  }

  async #inProjects(paths: Iterable<string>, signal: AbortSignal | undefined): Promise<string[]> {
    const yielder = new Yielder(signal);
    const out: string[] = [];
    let folder = "";
    let config: TsConfig | undefined;
    for (const path of paths) {
      // Files come folder by folder, and most belong to the configuration that the one before belongs to.
      const at = dirname(path);
      if (at !== folder) {
        folder = at;
        config = await settle(this.tree, () => this.projects.nearest(folder));
      }
      if (config?.includes(path) === true) out.push(path);
      else {
        const governed = this.#isGoverned(path);
        if (isPromise(governed) ? await governed : governed) out.push(path);
        else if (!this.options.files.includes(path))
          this.leftOut.push({ by: "tsconfig", what: "file", path });
      }
      const pause = yielder.pause();
      if (pause !== undefined) await pause;
    }
    return out;
  }

  /** False when a configuration inside the analysed roots leaves the file out. */
  #isGoverned(path: string): MaybePromise<boolean> {
    return settle(this.tree, () => {
      const governing = this.projects.governing(path);
      if (governing === undefined || !governing.leftOut) return true;
      // A configuration above the folder that someone named says nothing about what they named.
      return !this.options.roots.some((root) => isWithin(root, governing.config.folder));
    });
  }

  async #scanAll(paths: readonly string[], { signal, onProgress }: ScanOptions): Promise<void> {
    const yielder = new Yielder(signal);
    let pending: Promise<void>[] = [];
    for (const [i, path] of paths.entries()) {
      const wait = this.scanFile(path);
      if (wait !== undefined && pending.push(wait) >= PARALLEL_READS) {
        await Promise.all(pending);
        pending = [];
      }
      const pause = yielder.pause();
      if (pause !== undefined) {
        onProgress?.({ phase: "scan", done: i, total: paths.length });
        await pause;
      }
    }
    await Promise.all(pending);
    onProgress?.({ phase: "scan", done: paths.length, total: paths.length });
  }

  /** Reads a file's specifiers anew; afterwards it is in `files`, or in `problems`, or known to be no source. */
  scanFile(path: string): void | Promise<void> {
    const limit = Math.max(this.options.maxFileSize, MAX_LOOK);
    const answer = this.options.host.readFile(path, limit);
    if (isPromise(answer)) return answer.then((bytes) => this.#take(path, bytes));
    this.#take(path, answer);
  }

  #take(path: string, bytes: Uint8Array | HostError): void {
    this.files.delete(path);
    this.problems.delete(path);
    if (bytes instanceof HostError) {
      if (bytes.kind === "too_large") return; // no one writes 32 MB of source
      // Vanished meanwhile, or replaced by a folder.
      const other = bytes.kind === "not_found" || bytes.kind === "not_a_file";
      if (other && !this.options.files.includes(path)) return;
      this.#problem(path, bytes);
      return;
    }
    const specifiers = specifiersInBytes(bytes, this.interner);
    if (specifiers === undefined) return;
    this.files.set(path, { path, specifiers, tooLarge: bytes.length > this.options.maxFileSize });
  }

  /** Declares a source text that an editor holds, whatever is on disk. Returns what changed hands. */
  setText(path: string, text: string): ScannedFile {
    const specifiers = specifiersIn(text);
    for (let i = 0; i < specifiers.length; i++) specifiers[i] = this.interner.intern(specifiers[i]!, false);
    const file = { path, specifiers, tooLarge: text.length > this.options.maxFileSize };
    this.files.set(path, file);
    this.problems.delete(path);
    this.tree.hold(path);
    return file;
  }

  #problem(path: string, error: HostError): void {
    const kind = error.kind === "not_found" || error.kind === "set_aside" ? error.kind : "unreadable";
    this.problems.set(path, { file: path, message: error.message, kind });
  }

  #reportConfig(path: string): void {
    const config = this.projects.config(path);
    for (const { file, message, line, column } of config?.problems ?? []) {
      const problem: WorkspaceProblem = { file, message, kind: "config" };
      if (line !== undefined) problem.line = line;
      if (column !== undefined) problem.column = column;
      this.problems.set(file, problem);
    }
  }

  async #addPackage(folder: string): Promise<void> {
    const pkg = await settle(this.tree, () => this.projects.packageAt(folder));
    if (pkg === undefined) return;
    if (pkg.problem !== undefined) {
      const file = `${folder}/package.json`;
      this.problems.set(file, { file, message: `is not JSON: ${pkg.problem}`, kind: "config" });
    }
    if (pkg.name !== undefined) this.resolver.addPackage(pkg.name, folder);
  }

  /** Makes known the packages of the monorepos that the named folders and files are part of. */
  async #addNeighbours(): Promise<void> {
    for (const place of new Set([...this.options.roots, ...this.options.files.map(dirname)])) {
      const around = await settle(this.tree, () => monorepoAround(this.tree, place));
      if (around === null) continue;
      const own = await settle(this.tree, () => this.projects.packageOf(place)?.folder ?? around.root);
      // What the root installs, and who is looked at, is there for the neighbours too.
      const shared = [...(await this.#dependenciesAt(around.root)), ...(await this.#dependenciesAt(own))];
      for (const folder of around.packages) {
        if (this.options.roots.some((root) => isWithin(root, folder))) continue;
        const name = await settle(this.tree, () => this.projects.packageAt(folder)?.name);
        if (name === undefined) continue;
        this.resolver.addPackage(name, folder);
        const dependencies = [...(await this.#dependenciesAt(folder)), ...shared];
        this.neighbours.set(name, { folder, dependencies });
      }
    }
  }

  #dependenciesAt(folder: string): MaybePromise<string[]> {
    return settle(this.tree, () => {
      const pkg = this.projects.packageAt(folder);
      return pkg === undefined ? [] : dependenciesOf(pkg);
    });
  }

  /** Whether the settings' globs exclude a path. */
  excluded(path: string): boolean {
    for (const { root, test } of this.#excludes) {
      if (isWithin(root, path) && path.length > root.length && test(relative(root, path))) return true;
    }
    return false;
  }

  /** Where an import leads, fetching what is needed to know. */
  resolve(from: string, specifier: string): MaybePromise<Resolved | null> {
    return settle(this.tree, () => this.resolver.resolve(from, specifier));
  }

  /** Whether a file that appeared counts as source of this workspace, by its name, its place and every exclude. */
  accepts(path: string, byProject = this.options.respectTsconfig): MaybePromise<boolean> {
    if (this.options.files.includes(path)) return true;
    if (!isSource(path) || isDeclaration(path)) return false;
    let known = dirname(path);
    while (!this.#walked.has(known)) {
      if (dirname(known) === known) return false;
      known = dirname(known);
    }
    const ignores = this.#walked.get(known)!;
    let at = known;
    const parts = relative(known, path).split("/");
    for (const [i, part] of parts.entries()) {
      at = childOf(at, part);
      const folder = i < parts.length - 1;
      if (folder && !isEntered(part)) return false;
      if (this.excluded(at) || isIgnored(ignores, at, folder)) return false;
    }
    return byProject ? this.#isGoverned(path) : true;
  }

  /**
   * The files in a folder that appeared, whether or not they count; none in a folder that a walk would not enter. Undefined
   * when only a scan can tell, since links are about.
   */
  async filesIn(folder: string): Promise<string[] | undefined> {
    const { host } = this.options;
    if (!(await this.accepts(`${folder}/x.ts`, false))) return [];
    const above = await host.realPath(dirname(folder));
    const real = await host.realPath(folder);
    if (above instanceof HostError || real instanceof HostError) return [];
    if (dirname(real) !== above || basename(real) !== basename(folder)) return undefined;
    this.tree.forgetFolder(folder);
    const out: string[] = [];
    const queue = [folder];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const entries = await host.readDirectory(at);
      if (entries instanceof HostError) continue;
      for (const { name, kind } of entries) {
        if (kind === "file") out.push(childOf(at, name));
        else if (kind === "directory" && isEntered(name)) queue.push(childOf(at, name));
        else if (kind === "symlink") return undefined;
      }
    }
    return out;
  }

  /** The folders that were walked, absolute. */
  folders(): string[] {
    return [...this.#walked.keys()];
  }

  /** Whether this is a configuration, by its name or because something was concluded from it or its absence. */
  isConfiguration(path: string): boolean {
    return CONFIGURATION.test(path) || this.tree.wasAsked(path);
  }

  /** A file appeared on disk or in an editor. */
  appeared(path: string): void {
    this.tree.addFile(path);
    this.resolver.clear();
  }

  /** No editor holds the file any more. */
  closed(path: string): void {
    this.tree.release(path);
  }

  /** A path of whatever kind is a file now, or nothing. True when that is news to those who follow imports. */
  notice(path: string, isFile: boolean): boolean {
    const { tree } = this;
    const wasFolder = tree.isListed(path);
    if (wasFolder) tree.forgetFolder(path);
    const believed = tree.believes(path);
    if (!wasFolder && (believed === undefined || believed === isFile || tree.isHeld(path))) return false;
    if (isFile) tree.addFile(path);
    else tree.removeFile(path);
    this.resolver.clear();
    return true;
  }

  /** A file vanished. */
  vanished(path: string): void {
    this.tree.removeFile(path);
    this.files.delete(path);
    this.problems.delete(path);
    this.resolver.clear();
  }

  /** Whether one of these packages is part of the workspace. */
  hasPackage(names: ReadonlySet<string>): boolean {
    return this.resolver.hasPackage(names);
  }

  /** The package's name that a file belongs to, once known. */
  packageName(path: string): string | undefined {
    return this.resolver.packageName(path);
  }

  /** The folder of the package that a file belongs to. */
  packageFolder(path: string): string | undefined {
    return this.projects.packageOf(dirname(path))?.folder;
  }
}
