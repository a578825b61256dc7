/**
 * A long-lived analysis of a workspace: scans once, then follows edits and changes on disk file by file. What is kept of a
 * file are its facts; syntax trees only of files that are open in an editor.
 */
import { type FileProblem, SCHEMA_VERSION, type TreeModel } from "../../model/index.ts";
import { Breather } from "../discover/breathe.ts";
import { decode, HostError, isPromise, passesOn, type ScannedFile, Workspace } from "../discover/index.ts";
import { commonFolder, dirname, isWithin, join, normalize, relative } from "../discover/paths.ts";
import { Linker } from "../link/linker.ts";
import type { Resolution } from "../options.ts";
import { Documents } from "./documents.ts";
import { hashText } from "./hash.ts";
import { Importers } from "./importers.ts";
import { Markers, markerModules } from "./markers.ts";
import {
  DEFAULT_MAX_FILE_SIZE,
  type RunOptions,
  type SessionOptions,
  type SessionResult,
  type SessionStats,
  type Sources,
  sortProblems,
} from "./options.ts";
import { type ParseResult, parseText } from "./parse.ts";
import { definitionsIn, passesToImporters, placeOf, type Unit } from "./units.ts";

/** Rounds of "the model needs one more file"; each follows an import one step further. */
const MAX_ROUNDS = 64;

const EMPTY_MODEL: TreeModel = {
  schemaVersion: SCHEMA_VERSION,
  supervisors: [],
  roots: [],
  applications: [],
  orphans: [],
  edges: [],
  problems: [],
};

export class AnalysisSession {
  /** The folder that paths in the model are relative to; absolute. */
  readonly base: string;
  private readonly options: SessionOptions;
  private readonly markers: Markers;
  private readonly documents = new Documents();
  private workspace: Workspace;
  private importers = new Importers();
  private linker: Linker;
  /** By absolute path. */
  private readonly units = new Map<string, Unit>();
  /** The other way round: by path in the model. */
  private readonly paths = new Map<string, string>();
  /** Files that import a base class but do not use it yet. */
  private readonly idle = new Set<string>();
  /** Files that the linker asked for and does not have. */
  private readonly wanted = new Set<string>();
  /** Who asked the linker's resolver for what, to know which imported files are still needed. */
  private readonly uses = new Map<string, Set<string>>();
  private scanned = false;
  private current: TreeModel = EMPTY_MODEL;
  private linked: TreeModel | undefined;
  private problemsChanged = true;
  private internal: FileProblem[] = [];
  private tail: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.options = {
      ...options,
      roots: options.roots.map(normalize),
      files: (options.files ?? []).map(normalize),
    };
    const folders = [...this.options.roots, ...this.options.files!.map(dirname)];
    this.base = options.base === undefined ? (commonFolder(folders) ?? "/") : normalize(options.base);
    this.markers = new Markers(markerModules(options.settings ?? {}));
    this.workspace = this.newWorkspace();
    this.linker = this.newLinker();
  }

  private newWorkspace(): Workspace {
    const { host, roots, files, settings = {} } = this.options;
    return new Workspace({
      host,
      roots,
      files: files ?? [],
      exclude: settings.exclude ?? [],
      respectGitignore: settings.respectGitignore ?? true,
      respectTsconfig: settings.respectTsconfig ?? true,
      maxFileSize: this.maxFileSize,
    });
  }

  private newLinker(): Linker {
    return new Linker({
      ...this.options.settings,
      resolve: (from, specifier) => this.resolveForLinker(from, specifier),
    });
  }

  private get maxFileSize(): number {
    return this.options.settings?.maxFileSize ?? DEFAULT_MAX_FILE_SIZE;
  }

  // ————— what hosts call —————

  /**
   * Walks the roots and builds the model; called again it looks at everything anew and keeps what did not change.
   * Rejects only with the signal's reason; the session then keeps what it has and can scan again.
   */
  scan(options: RunOptions = {}): Promise<SessionResult> {
    return this.enqueue(() => this.runScan(options));
  }

  /** An editor holds this text; it takes precedence over the disk until `close`. */
  update(path: string, text: string): Promise<SessionResult> {
    const file = normalize(path);
    this.documents.set(file, text);
    return this.enqueue(() => this.documentChanged(file));
  }

  /** The editor is closed: the disk counts again. */
  close(path: string): Promise<SessionResult> {
    const file = normalize(path);
    this.documents.delete(file);
    return this.enqueue(() => this.diskChanged(file));
  }

  /** A file appeared or changed on disk. */
  changed(path: string): Promise<SessionResult> {
    const file = normalize(path);
    return this.enqueue(() => (isConfig(file) ? this.runScan({}) : this.diskChanged(file)));
  }

  /** A file or a folder is gone from disk. */
  removed(path: string): Promise<SessionResult> {
    const file = normalize(path);
    return this.enqueue(() => (isConfig(file) ? this.runScan({}) : this.diskRemoved(file)));
  }

  /** The model as of the last finished operation. */
  model(): TreeModel {
    return this.current;
  }

  stats(): SessionStats {
    let candidates = 0;
    for (const file of this.workspace.files.values())
      if (this.markers.isCandidate(file, this.workspace)) candidates++;
    return { files: this.workspace.files.size, candidates, summarised: this.units.size };
  }

  /** The absolute path of a file named in the model. */
  pathOf(file: string): string {
    return join(this.base, file);
  }

  /** How the model names a file. */
  fileOf(path: string): string {
    return relative(this.base, normalize(path));
  }

  /** The current text of a file of the model: an editor's, else the disk's; undefined where only promises have it. */
  readonly sources: Sources = {
    get: (file) => {
      const path = this.pathOf(file);
      const open = this.documents.text(path);
      if (open !== undefined) return open;
      const bytes = this.options.host.readFile(path, this.maxFileSize);
      return isPromise(bytes) || bytes instanceof HostError ? undefined : decode(bytes);
    },
  };

  // ————— operations, one after the other —————

  private enqueue(operation: () => Promise<SessionResult>): Promise<SessionResult> {
    const result = this.tail.then(operation);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async runScan({ signal, onProgress }: RunOptions): Promise<SessionResult> {
    const workspace = this.newWorkspace();
    await workspace.scan({ signal, onProgress });
    for (const path of this.documents.paths()) {
      const accepted = workspace.files.has(path) || (await workspace.accepts(path));
      if (!accepted) continue;
      workspace.appeared(path);
      workspace.setText(path, this.documents.text(path)!);
    }
    this.workspace = workspace;
    this.importers = new Importers();
    for (const file of workspace.files.values()) this.importers.add(file);
    // Facts are kept by content; whatever is no candidate any more is dropped, and asked for again if it is needed.
    this.idle.clear();
    this.uses.clear();
    this.linker.resolutionsChanged();
    const before = new Map(this.units);
    const candidates: string[] = [];
    for (const file of workspace.files.values()) if (this.isRoot(file)) candidates.push(file.path);
    const breather = new Breather(signal);
    for (const [done, path] of candidates.entries()) {
      before.delete(path);
      await this.load(path);
      const pause = breather.pause();
      if (pause !== undefined) {
        onProgress?.({ phase: "parse", done, total: candidates.length });
        await pause;
      }
    }
    for (const path of before.keys()) this.drop(path);
    for (const path of candidates) await this.loadImporters(path);
    await this.link(signal);
    onProgress?.({ phase: "parse", done: candidates.length, total: candidates.length });
    this.scanned = true;
    return this.finish();
  }

  private async documentChanged(path: string): Promise<SessionResult> {
    const text = this.documents.text(path);
    if (text === undefined || !this.scanned || !this.documents.isNew(path)) return this.unchanged();
    const { workspace } = this;
    const old = workspace.files.get(path);
    const unit = this.units.get(path);
    if (old === undefined) {
      if (unit !== undefined) return this.reload(path); // outside the workspace, but imported by it
      if (!(await workspace.accepts(path))) {
        this.documents.seen(path);
        return this.unchanged();
      }
      workspace.appeared(path);
      this.linker.resolutionsChanged();
    }
    const file = workspace.setText(path, text);
    return this.fileChanged(path, old, file);
  }

  private async diskChanged(path: string): Promise<SessionResult> {
    if (!this.scanned || this.documents.text(path) !== undefined) return this.unchanged();
    const { workspace } = this;
    const old = workspace.files.get(path);
    if (old === undefined) {
      if (this.units.has(path)) return this.reload(path);
      if (!(await workspace.accepts(path))) return this.unchanged();
      workspace.appeared(path);
      this.linker.resolutionsChanged();
    }
    const before = workspace.problems.get(path)?.message;
    await workspace.scanFile(path);
    if (workspace.problems.get(path)?.message !== before) this.problemsChanged = true;
    const file = workspace.files.get(path);
    if (file === undefined && !workspace.problems.has(path)) return this.diskRemoved(path);
    return this.fileChanged(path, old, file);
  }

  private async diskRemoved(path: string): Promise<SessionResult> {
    if (!this.scanned) return this.unchanged();
    const gone: string[] = [];
    for (const known of [
      ...this.workspace.files.keys(),
      ...this.units.keys(),
      ...this.workspace.problems.keys(),
    ])
      if (isWithin(path, known) && this.documents.text(known) === undefined) gone.push(known);
    if (gone.length === 0) return this.unchanged();
    for (const file of gone) {
      const old = this.workspace.files.get(file);
      if (old !== undefined) this.importers.remove(old);
      this.workspace.vanished(file);
      this.idle.delete(file);
      this.drop(file);
    }
    this.problemsChanged = true;
    this.linker.resolutionsChanged();
    await this.link(undefined);
    await this.collect();
    return this.finish();
  }

  /** The specifiers of a file of the workspace are known anew: what does that mean for the model? */
  private async fileChanged(
    path: string,
    old: ScannedFile | undefined,
    file: ScannedFile | undefined,
  ): Promise<SessionResult> {
    const sameImports = old !== undefined && file !== undefined && sameList(old.specifiers, file.specifiers);
    if (!sameImports) {
      if (old !== undefined) this.importers.remove(old);
      if (file !== undefined) this.importers.add(file);
    }
    const matters =
      this.units.has(path) ||
      (file !== undefined &&
        ((!sameImports && (this.isRoot(file) || (await this.importsRelevant(file)))) ||
          (this.idle.has(path) && passesOn(this.documents.text(path) ?? "extends"))));
    // A new file may be what an import was waiting for.
    if (!matters && old !== undefined) {
      this.documents.seen(path);
      return this.problemsChanged ? this.finish() : this.unchanged();
    }
    if (matters) await this.load(path);
    await this.loadImporters(path);
    await this.link(undefined);
    if (!sameImports) await this.collect();
    return this.finish();
  }

  private async reload(path: string): Promise<SessionResult> {
    await this.load(path);
    await this.link(undefined);
    return this.finish();
  }

  private unchanged(): SessionResult {
    return { model: this.current, changed: false };
  }

  private finish(): SessionResult {
    const linked = this.linked ?? EMPTY_MODEL;
    if (!this.problemsChanged && this.current !== EMPTY_MODEL && this.sameLinked(linked))
      return this.unchanged();
    this.problemsChanged = false;
    const problems: FileProblem[] = [...linked.problems, ...this.internal];
    for (const { file, message, kind, line, column } of this.workspace.problems.values()) {
      if ((this.units.get(file)?.problems.length ?? 0) > 0) continue; // said already
      const problem: FileProblem = { file: this.fileOf(file), message, kind };
      if (line !== undefined) problem.line = line;
      if (column !== undefined) problem.column = column;
      problems.push(problem);
    }
    for (const unit of this.units.values()) problems.push(...unit.problems);
    this.base_ = linked;
    this.current = { ...linked, problems: sortProblems(problems) };
    return { model: this.current, changed: true };
  }

  /** The linker's model behind `current`. */
  private base_: TreeModel | undefined;

  private sameLinked(linked: TreeModel): boolean {
    return this.base_ === linked;
  }

  // ————— which files matter —————

  /** Files that matter by themselves: candidates, and files that were named. */
  private isRoot(file: ScannedFile): boolean {
    return this.markers.isCandidate(file, this.workspace) || this.options.files!.includes(file.path);
  }

  /** Whether a file imports one whose classes or re-exports may make it matter. */
  private async importsRelevant(file: ScannedFile): Promise<boolean> {
    for (const specifier of file.specifiers) {
      const to = await this.workspace.resolve(file.path, specifier);
      const unit = to?.file === undefined ? undefined : this.units.get(to.file);
      if (unit?.summary === undefined) continue;
      const { classes, reexports } = passesToImporters(unit.summary);
      if (reexports) return true;
      if (!classes) continue;
      const text = this.documents.text(file.path);
      if (text === undefined || passesOn(text)) return true;
      this.idle.add(file.path);
    }
    return false;
  }

  /** Loads the files that may inherit supervision from `path`, and those that inherit from them. */
  private async loadImporters(path: string): Promise<void> {
    // Where every file matters nobody is left to look for.
    if (this.units.size >= this.workspace.files.size) return;
    const queue = [path];
    for (let target = queue.pop(); target !== undefined; target = queue.pop()) {
      const summary = this.units.get(target)?.summary;
      if (summary === undefined) continue;
      const { classes, reexports } = passesToImporters(summary);
      if (!classes && !reexports) continue;
      const aliases = this.workspace.resolver.aliasesOf(target);
      for (const { importer, specifier } of this.importers.of(target, aliases, this.units)) {
        const to = await this.workspace.resolve(importer, specifier);
        if (to?.file !== target) continue;
        const read = await this.read(importer);
        if (typeof read !== "string") continue;
        if (!reexports && !passesOn(read)) {
          this.idle.add(importer);
          continue;
        }
        this.idle.delete(importer);
        await this.load(importer);
        queue.push(importer);
      }
    }
  }

  /** Drops imported files that nobody asks for any more. */
  private async collect(): Promise<void> {
    const kept = new Set<string>();
    const queue: string[] = [];
    for (const path of this.units.keys()) {
      const file = this.workspace.files.get(path);
      // A workspace file without definitions of its own adds nothing to the model, so it may stay.
      if (file !== undefined) queue.push(path);
    }
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (kept.has(path)) continue;
      kept.add(path);
      for (const to of this.uses.get(path) ?? []) queue.push(to);
    }
    const gone = [...this.units.keys()].filter((path) => !kept.has(path));
    if (gone.length === 0) return;
    for (const path of gone) this.drop(path);
    await this.link(undefined);
  }

  // ————— reading and linking —————

  private async read(path: string): Promise<string | HostError> {
    const open = this.documents.text(path);
    if (open !== undefined)
      return open.length > this.maxFileSize ? new HostError("too_large", "too large") : open;
    const bytes = await this.options.host.readFile(path, this.maxFileSize);
    return bytes instanceof HostError ? bytes : decode(bytes);
  }

  /** Brings the facts of a file up to date. */
  private async load(path: string): Promise<void> {
    const file = this.fileOf(path);
    const unit: Unit = this.units.get(path) ?? {
      path,
      file,
      hash: undefined,
      summary: undefined,
      problems: [],
    };
    this.units.set(path, unit);
    this.paths.set(file, path);
    const open = this.documents.text(path) !== undefined;
    let text: string | HostError;
    // Hashing an open file at every key would cost more than it saves: an editor's text differs each time.
    let hash: string | undefined;
    if (open) text = await this.read(path);
    else {
      const answer = this.options.host.readFile(path, this.maxFileSize);
      const bytes = isPromise(answer) ? await answer : answer;
      if (bytes instanceof HostError) text = bytes;
      else {
        hash = this.options.host.hash?.(bytes);
        if (hash !== undefined && hash === unit.hash) return;
        text = decode(bytes);
        hash ??= hashText(text);
        if (hash === unit.hash) return;
      }
    }
    if (typeof text !== "string") {
      this.documents.seen(path);
      if (text.kind === "not_found") this.drop(path);
      else this.setProblems(unit, [this.unreadable(file, text)]);
      unit.hash = undefined;
      return;
    }
    unit.hash = hash;
    const parsed = open ? this.documents.parse(path, file) : parseText(file, text);
    for (const specifier of parsed.summary?.specifiers ?? []) {
      const wait = this.workspace.resolve(path, specifier);
      if (isPromise(wait)) await wait;
    }
    this.adopt(unit, parsed);
  }

  private unreadable(file: string, error: HostError): FileProblem {
    if (error.kind !== "too_large") return { file, message: error.message, kind: "unreadable" };
    const limit = (this.maxFileSize / (1024 * 1024)).toFixed(1).replace(/\.0$/, "");
    return {
      file,
      message: `not analysed: larger than ${limit} MB (setting maxFileSize)`,
      kind: "too_large",
    };
  }

  /**
   * Takes a parse into the model. With syntax errors the new facts count only if they hold as many definitions as the
   * model has of this file: half a child spec is shown, a lost bracket does not wipe out a tree.
   */
  private adopt(unit: Unit, { summary, problems }: ParseResult): void {
    const previous = unit.summary;
    let note = "";
    if (summary === undefined) {
      if (previous !== undefined) note = "; showing what was known before";
    } else {
      this.uses.delete(unit.path);
      if (problems.length === 0 || previous === undefined) this.setSummary(unit, summary);
      else {
        const before = definitionsIn(this.current, unit.file);
        this.setSummary(unit, summary);
        const after = this.tryModel();
        if (after === undefined || definitionsIn(after, unit.file) < before) {
          this.setSummary(unit, previous);
          note = "; showing what was known before";
        }
      }
    }
    const lines = summary?.lines ?? [0];
    this.setProblems(
      unit,
      problems.slice(0, 1).map(({ start, message }) => {
        const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
        const problem: FileProblem = { file: unit.file, message: `${message}${more}${note}`, kind: "syntax" };
        return start === undefined ? problem : { ...problem, ...placeOf(lines, start) };
      }),
    );
  }

  private setSummary(unit: Unit, summary: NonNullable<Unit["summary"]>): void {
    unit.summary = summary;
    this.linker.set(unit.file, summary);
  }

  private setProblems(unit: Unit, problems: FileProblem[]): void {
    if (problems.length === 0 && unit.problems.length === 0) return;
    unit.problems = problems;
    this.problemsChanged = true;
  }

  private drop(path: string): void {
    const unit = this.units.get(path);
    if (unit === undefined) return;
    this.units.delete(path);
    this.uses.delete(path);
    this.linker.delete(unit.file);
    if (unit.problems.length > 0) this.problemsChanged = true;
  }

  /** Links, loading the files that the linker asks for on the way. */
  private async link(signal: AbortSignal | undefined): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const model = this.tryModel();
      if (model !== undefined) this.linked = model;
      const wanted = [...this.wanted];
      this.wanted.clear();
      let more = false;
      for (const path of wanted) {
        if (this.units.has(path)) continue;
        await this.load(path);
        more ||= this.units.get(path)?.summary !== undefined;
        signal?.throwIfAborted();
      }
      if (!more) return;
    }
  }

  /** A defect in the linker must not take the session down: the last model stays, and says so. */
  private tryModel(): TreeModel | undefined {
    try {
      const model = this.linker.model();
      if (this.internal.length > 0) this.problemsChanged = true;
      this.internal = [];
      return model;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.internal = [
        {
          file: ".",
          message: `the analysis failed, showing an earlier result: ${message}`,
          kind: "internal",
        },
      ];
      this.problemsChanged = true;
      return undefined;
    }
  }

  private resolveForLinker(from: string, specifier: string): Resolution {
    const path = this.paths.get(from) ?? this.pathOf(from);
    const answer = this.workspace.resolve(path, specifier);
    if (isPromise(answer) || answer === null) return null;
    if (answer.file === undefined) return answer.package === undefined ? null : { package: answer.package };
    let uses = this.uses.get(path);
    if (uses === undefined) {
      uses = new Set();
      this.uses.set(path, uses);
    }
    uses.add(answer.file);
    if (!this.units.has(answer.file)) this.wanted.add(answer.file);
    const file = this.fileOf(answer.file);
    return answer.package === undefined ? { file } : { file, package: answer.package };
  }
}

function isConfig(path: string): boolean {
  return /(?:^|\/)(?:[tj]sconfig[^/]*\.json|package\.json|\.gitignore)$/.test(path);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** A session on a file system host; call `scan` first. */
export function createSession(options: SessionOptions): AnalysisSession {
  return new AnalysisSession(options);
}
