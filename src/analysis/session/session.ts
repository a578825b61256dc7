/**
 * A long-lived analysis of a workspace: scans once, then follows edits and changes on disk file by file. What is kept of a
 * file are its facts; syntax trees only of files that are open in an editor.
 */
import { emptyModel, type FileProblem, type TreeModel } from "../../model/index.ts";
import { decode, HostError, isPromise, Workspace } from "../discover/index.ts";
import { commonFolder, dirname, join, normalize, relative } from "../discover/paths.ts";
import { Yielder } from "../discover/yielding.ts";
import { Changes } from "./changes.ts";
import { Documents } from "./documents.ts";
import { Facts } from "./facts.ts";
import { hashText } from "./hash.ts";
import { Markers } from "./markers.ts";
import {
  DEFAULT_MAX_FILE_SIZE,
  type DiskChange,
  leftOutInWords,
  type RunOptions,
  type SessionOptions,
  type SessionResult,
  type SessionStats,
  type Sources,
  sortProblems,
} from "./options.ts";
import { type Recognition, recognitionOf } from "./recognition.ts";
import { Relevance } from "./relevance.ts";
import { SourceCache } from "./source-cache.ts";

export class AnalysisSession {
  /** The folder that paths in the model are relative to; absolute. */
  readonly base: string;
  readonly #options: SessionOptions;
  readonly #roots: string[];
  readonly #files: string[];
  readonly #maxFileSize: number;
  readonly #markers: Markers;
  readonly #documents = new Documents();
  readonly #disk = new SourceCache();
  /** Texts that were asked for and are on their way, by path. */
  readonly #missed = new Map<string, Promise<string | undefined>>();
  readonly #facts: Facts;
  #workspace: Workspace;
  #relevance: Relevance;
  #scanned = false;
  #current: TreeModel = emptyModel();
  /** The linker's model behind `current`. */
  #behind: TreeModel | undefined;
  /** The workspace's own problems are others than in `current`. */
  #problemsChanged = true;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#roots = options.roots.map(normalize);
    this.#files = (options.files ?? []).map(normalize);
    this.#maxFileSize = options.settings?.maxFileSize ?? DEFAULT_MAX_FILE_SIZE;
    this.base =
      options.base === undefined
        ? (commonFolder([...this.#roots, ...this.#files.map(dirname)]) ?? "/")
        : normalize(options.base);
    this.#markers = new Markers(options.settings ?? {}, (path) => this.namesOf(path));
    this.#workspace = this.#newWorkspace();
    this.#facts = new Facts({
      host: options.host,
      settings: options.settings ?? {},
      place: this,
      documents: this.#documents,
      maxFileSize: this.#maxFileSize,
      workspace: this.#workspace,
      turnsTo: options.turnsTo,
    });
    this.#relevance = new Relevance(this.#workspace, this.#markers, this.#facts, this.#documents);
  }

  #newWorkspace(): Workspace {
    const { host, settings = {} } = this.#options;
    return new Workspace({
      host,
      roots: this.#roots,
      files: this.#files,
      exclude: settings.exclude ?? [],
      respectGitignore: settings.respectGitignore ?? true,
      respectTsconfig: settings.respectTsconfig ?? true,
      maxFileSize: this.#maxFileSize,
    });
  }

  /**
   * Walks the roots and builds the model; called again it looks at everything anew and keeps what did not change.
   * Rejects only with the signal's reason; the session then keeps what it has and can scan again.
   */
  scan(options: RunOptions = {}): Promise<SessionResult> {
    return this.#enqueue(() => this.#runScan(options));
  }

  /** An editor holds this text; it takes precedence over the disk until `close`. */
  update(path: string, text: string): Promise<SessionResult> {
    const file = normalize(path);
    this.#documents.set(file, text);
    return this.#enqueue(() => this.#documentChanged(file));
  }

  /** The editor is closed: the disk counts again. */
  close(path: string): Promise<SessionResult> {
    const file = normalize(path);
    this.#documents.delete(file);
    this.#workspace.closed(file);
    return this.#enqueue(() => this.#diskChanged(new Map([[file, false]])));
  }

  /** A file or a folder appeared on disk, or a file changed. */
  changed(path: string): Promise<SessionResult> {
    return this.watched([{ path, removed: false }]);
  }

  /** A file or a folder is gone from disk. */
  removed(path: string): Promise<SessionResult> {
    return this.watched([{ path, removed: true }]);
  }

  /** What a file watcher saw, in this order, taken as one: changing branches is hundreds of files and one new model. */
  watched(changes: readonly DiskChange[]): Promise<SessionResult> {
    // The last word on a path counts, at its place in the order.
    const last = new Map<string, boolean>();
    for (const { path, removed } of changes) {
      const file = normalize(path);
      last.delete(file);
      last.set(file, removed);
    }
    return this.#enqueue(() => this.#diskChanged(last));
  }

  /** The model as of the last finished operation. */
  model(): TreeModel {
    return this.#current;
  }

  stats(): SessionStats {
    let candidates = 0;
    for (const file of this.#workspace.files.values())
      if (this.#markers.isCandidate(file, this.#workspace)) candidates++;
    return { files: this.#workspace.files.size, candidates, summarised: this.#facts.known.size };
  }

  /** What the last scan left out on purpose, in words: "3 files by tsconfig's exclude"; empty for nothing. */
  async leftOut(): Promise<string> {
    const workspace = this.#workspace;
    const matches = (specifier: string): boolean => this.#markers.matches(specifier, workspace);
    return leftOutInWords(workspace.leftOut, await workspace.componentsThatImport(matches));
  }

  /**
   * By which imports the definitions of a dialect (null: of any) in this file of the model were recognised; null when none
   * leads there.
   */
  recognition(file: string, dialect: string | null): Promise<Recognition | null> {
    const workspace = this.#workspace;
    const facts = this.#facts;
    return recognitionOf(this.pathOf(file), dialect, {
      workspace,
      settings: this.#options.settings ?? {},
      place: this,
      specifiersOf: (path) =>
        workspace.files.get(path)?.specifiers ?? facts.known.get(path)?.summary?.specifiers ?? [],
    });
  }

  /** The folders that were walked, absolute: those to watch. */
  folders(): string[] {
    return this.#workspace.folders();
  }

  /** Files outside the roots that the model rests on, absolute: to be watched too. */
  outside(): string[] {
    return [...this.#facts.known.keys()].filter((path) => !this.#workspace.files.has(path)).sort();
  }

  /** The absolute path of a file named in the model. */
  pathOf(file: string): string {
    return join(this.base, file);
  }

  /** How the model names a file. */
  fileOf(path: string): string {
    return relative(this.base, path);
  }

  /** What the settings may call a file: its path from any folder that was named, that they stand in, or that the model starts from. */
  namesOf(path: string): string[] {
    const { moduleFolders = [] } = this.#options.settings ?? {};
    const folders = new Set([...this.#roots, ...moduleFolders.map(normalize), this.base]);
    return [...folders].map((folder) => relative(folder, path));
  }

  /**
   * The current text of a file of the model: an editor's, else the disk's. On a host that answers with promises it is
   * undefined at first: `fetchMissed` brings it.
   */
  readonly sources: Sources = {
    get: (file) => {
      const path = this.pathOf(file);
      return this.#documents.text(path) ?? this.#disk.get(path, () => this.#textOnDisk(path));
    },
  };

  /**
   * Tells whether bytes are those that the model was made from. Whoever writes a file asks with what is on disk: an edit made
   * for another content would land in the wrong place. Null when the model has nothing of the file, or an editor's text.
   */
  analysed(file: string): ((bytes: Uint8Array) => boolean) | null {
    const hash = this.#facts.known.get(this.pathOf(file))?.hash;
    if (hash === undefined) return null;
    const { host } = this.#options;
    return (bytes) => (host.hash?.(bytes) ?? hashText(decode(bytes))) === hash;
  }

  /** Looks when everything that was asked so far is in the model and nothing is half done. */
  whenSettled<T>(look: () => T): Promise<T> {
    return this.#enqueue(async () => look());
  }

  #textOnDisk(path: string): string | undefined {
    const bytes = this.#options.host.readFile(path, this.#maxFileSize);
    if (!isPromise(bytes)) return bytes instanceof HostError ? undefined : decode(bytes);
    const text = bytes.then((answer) => (answer instanceof HostError ? undefined : decode(answer)));
    this.#missed.set(path, text);
    return undefined;
  }

  /** True when `sources` had to give undefined for texts that are on their way. */
  get hasMissed(): boolean {
    return this.#missed.size > 0;
  }

  /** Waits for the texts that `sources` did not have. */
  async fetchMissed(): Promise<void> {
    const missed = [...this.#missed];
    this.#missed.clear();
    for (const [path, wait] of missed) {
      const text = await wait;
      this.#disk.forget(path);
      this.#disk.get(path, () => text);
    }
  }

  /** One operation after the other. */
  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(operation);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #runScan({ signal, onProgress }: RunOptions): Promise<SessionResult> {
    const workspace = this.#newWorkspace();
    await workspace.scan({ signal, onProgress });
    for (const path of this.#documents.paths()) {
      if (!workspace.files.has(path) && !(await workspace.accepts(path))) continue;
      workspace.appeared(path);
      workspace.setText(path, this.#documents.text(path)!);
    }
    const before = { workspace: this.#workspace, relevance: this.#relevance, facts: this.#facts.snapshot() };
    try {
      return await this.#adopt(workspace, { signal, onProgress });
    } catch (error) {
      // Cancelled: what was known before goes on to count.
      if (this.#scanned) {
        this.#workspace = before.workspace;
        this.#relevance = before.relevance;
        this.#facts.restore(before.facts);
      }
      throw error;
    }
  }

  /** Takes a workspace that has been scanned for the present one. */
  async #adopt(workspace: Workspace, { signal, onProgress }: RunOptions): Promise<SessionResult> {
    this.#workspace = workspace;
    this.#disk.clear();
    this.#problemsChanged = true;
    this.#facts.resolutionsChanged(workspace);
    const relevance = new Relevance(workspace, this.#markers, this.#facts, this.#documents);
    this.#relevance = relevance;
    // Facts are kept by content; whatever does not matter any more is dropped, and asked for again if it is needed.
    const candidates: string[] = [];
    for (const file of workspace.files.values()) if (relevance.isRoot(file)) candidates.push(file.path);
    const yielder = new Yielder(signal);
    for (const [done, path] of candidates.entries()) {
      await this.#facts.load(path);
      const pause = yielder.pause();
      if (pause !== undefined) {
        onProgress?.({ phase: "parse", done, total: candidates.length });
        await pause;
      }
    }
    const kept = new Set(candidates);
    for (const path of [...this.#facts.known.keys()]) if (!kept.has(path)) this.#facts.drop(path);
    for (const path of candidates) await relevance.loadImporters(path);
    await relevance.link(signal);
    onProgress?.({ phase: "parse", done: candidates.length, total: candidates.length });
    this.#scanned = true;
    return this.#finish();
  }

  async #documentChanged(path: string): Promise<SessionResult> {
    const text = this.#documents.text(path);
    if (text === undefined || !this.#scanned || !this.#documents.isNew(path)) return this.#unchanged();
    const changes = this.#changes();
    await changes.document(path, text);
    return this.#settle(changes);
  }

  async #diskChanged(paths: ReadonlyMap<string, boolean>): Promise<SessionResult> {
    for (const path of paths.keys()) this.#disk.forget(path);
    if (!this.#scanned) return this.#unchanged();
    const changes = this.#changes();
    const yielder = new Yielder(undefined);
    for (const [path, removed] of paths) {
      if (this.#workspace.isConfiguration(path)) return this.#runScan({});
      if (!removed && this.#workspace.files.has(path)) await changes.file(path);
      else if (!(await changes.path(path))) return this.#runScan({});
      const pause = yielder.pause();
      if (pause !== undefined) await pause;
    }
    return this.#settle(changes);
  }

  #changes(): Changes {
    const workspace = this.#workspace;
    const relevance = this.#relevance;
    const facts = this.#facts;
    const documents = this.#documents;
    return new Changes({
      host: this.#options.host,
      workspace,
      relevance,
      facts,
      documents,
      touched: (path) => this.#disk.forget(path),
    });
  }

  async #settle(changes: Changes): Promise<SessionResult> {
    await changes.settle();
    if (changes.problems) this.#problemsChanged = true;
    return this.#finish();
  }

  #unchanged(): SessionResult {
    return { model: this.#current, changed: false };
  }

  #finish(): SessionResult {
    const { linked } = this.#facts;
    // The linker's own problems are defects, hence nearly always none: then there is nothing to compare.
    const same =
      !this.#problemsChanged &&
      !this.#facts.problemsChanged &&
      linked.problems.length === 0 &&
      this.#behind?.problems.length === 0;
    if (same && this.#behind === linked) return this.#unchanged();
    this.#problemsChanged = false;
    this.#facts.problemsChanged = false;
    this.#behind = linked;
    this.#current = { ...linked, problems: same ? this.#current.problems : this.#allProblems() };
    return { model: this.#current, changed: true };
  }

  #allProblems(): FileProblem[] {
    const problems: FileProblem[] = [...this.#facts.linked.problems, ...this.#facts.internal];
    for (const { file, message, kind, line, column } of this.#workspace.problems.values()) {
      if ((this.#facts.known.get(file)?.problems.length ?? 0) > 0) continue; // said already
      const problem: FileProblem = { file: this.fileOf(file), message, kind };
      if (line !== undefined) problem.line = line;
      if (column !== undefined) problem.column = column;
      problems.push(problem);
    }
    for (const entry of this.#facts.known.values()) problems.push(...entry.problems);
    return sortProblems(problems);
  }
}

/** A session on a file system host; call `scan` first. */
export function createSession(options: SessionOptions): AnalysisSession {
  return new AnalysisSession(options);
}
