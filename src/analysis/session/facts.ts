/**
 * The facts of the files that matter: read, parsed, summarised, linked, and read on demand where the linker follows an
 * import. Knows nothing of why a file matters.
 */
import { emptyModel, type FileProblem, type TreeModel } from "../../model/index.ts";
import { decode, type FileSystemHost, HostError, isPromise, type Workspace } from "../discover/index.ts";
import { placeOf } from "../lines.ts";
import { Linker } from "../link/linker.ts";
import type { AnalysisSettings } from "../options.ts";
import type { Resolution } from "../resolver.ts";
import { type ParseResult, parseText } from "../summarize/parse.ts";
import type { Documents } from "./documents.ts";
import { hashText } from "./hash.ts";
import { definitionsIn, type KnownFile } from "./known-files.ts";

/** Rounds of "the model needs one more file"; each follows an import one step further. */
const MAX_ROUNDS = 64;

/** Absolute paths and paths as the model names them. */
export interface Place {
  fileOf(path: string): string;
  pathOf(file: string): string;
  /** What the settings may call a file (absolute). */
  namesOf(path: string): readonly string[];
}

export interface FactsOptions {
  host: FileSystemHost;
  settings: AnalysisSettings;
  place: Place;
  documents: Documents;
  maxFileSize: number;
  workspace: Workspace;
  /** Told of each file, by its absolute path, before it is worked on. */
  turnsTo?: ((path: string) => void) | undefined;
}

interface FactsSnapshot {
  workspace: Workspace;
  known: KnownFile[];
  linked: TreeModel;
}

export class Facts {
  /** By absolute path. */
  readonly known = new Map<string, KnownFile>();
  /** The linker's latest model, without the problems of files. */
  linked: TreeModel = emptyModel();
  /** Something in `known` or `internal` says another thing than when this was last set to false. */
  problemsChanged = true;
  /** Defects that were survived. */
  internal: FileProblem[] = [];
  #workspace: Workspace;
  readonly #host: FileSystemHost;
  readonly #place: Place;
  readonly #documents: Documents;
  readonly #maxFileSize: number;
  readonly #turnsTo: FactsOptions["turnsTo"];
  readonly #linker: Linker;
  /** Path in the model → absolute. */
  readonly #paths = new Map<string, string>();
  /** Files that the linker asked for and does not have. */
  readonly #wanted = new Set<string>();
  /** Who asked the linker's resolver for what, to know which imported files are still needed. */
  readonly #uses = new Map<string, Set<string>>();

  constructor({ host, settings, place, documents, maxFileSize, workspace, turnsTo }: FactsOptions) {
    this.#host = host;
    this.#place = place;
    this.#documents = documents;
    this.#maxFileSize = maxFileSize;
    this.#workspace = workspace;
    this.#turnsTo = turnsTo;
    this.#linker = new Linker({
      ...settings,
      resolve: (from, specifier) => this.#resolveForLinker(from, specifier),
      namesOf: (file) => place.namesOf(this.#paths.get(file) ?? place.pathOf(file)),
      ...(turnsTo === undefined
        ? {}
        : { turnsTo: (file) => turnsTo(this.#paths.get(file) ?? place.pathOf(file)) }),
    });
  }

  /** Imports lead elsewhere now: files, configurations or the whole workspace changed. */
  resolutionsChanged(workspace: Workspace): void {
    if (workspace !== this.#workspace) this.#uses.clear();
    this.#workspace = workspace;
    this.#linker.resolutionsChanged();
  }

  /** The facts as they are now, to come back to when a scan is cancelled. */
  snapshot(): FactsSnapshot {
    const known = [...this.known.values()].map((entry) => ({ ...entry }));
    return { workspace: this.#workspace, known, linked: this.linked };
  }

  /** Goes back to a snapshot. */
  restore({ workspace, known, linked }: FactsSnapshot): void {
    for (const path of [...this.known.keys()]) this.drop(path);
    for (const entry of known) {
      this.known.set(entry.path, entry);
      if (entry.summary !== undefined) this.#linker.set(entry.file, entry.summary);
    }
    this.#wanted.clear();
    this.linked = linked;
    this.resolutionsChanged(workspace);
  }

  /** Drops imported files that no file of the workspace leads to any more; true when there were some. */
  collect(): boolean {
    const kept = new Set<string>();
    // A workspace file without definitions of its own adds nothing to the model, so it may stay.
    const queue = [...this.known.keys()].filter((path) => this.#workspace.files.has(path));
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (kept.has(path)) continue;
      kept.add(path);
      for (const to of this.#uses.get(path) ?? []) queue.push(to);
    }
    const gone = [...this.known.keys()].filter((path) => !kept.has(path));
    for (const path of gone) this.drop(path);
    return gone.length > 0;
  }

  /** The text that counts: the editor's, else the disk's. */
  async read(path: string): Promise<string | HostError> {
    const open = this.#documents.text(path);
    if (open !== undefined)
      return open.length > this.#maxFileSize ? new HostError("too_large", "too large") : open;
    const bytes = await this.#host.readFile(path, this.#maxFileSize);
    return bytes instanceof HostError ? bytes : decode(bytes);
  }

  /** Brings the facts of a file up to date. */
  async load(path: string): Promise<void> {
    const file = this.#place.fileOf(path);
    const entry: KnownFile = this.known.get(path) ?? {
      path,
      file,
      hash: undefined,
      summary: undefined,
      problems: [],
    };
    this.known.set(path, entry);
    this.#paths.set(file, path);
    const open = this.#documents.text(path) !== undefined;
    let text: string | HostError;
    // Hashing an open file at every key would cost more than it saves: an editor's text differs each time.
    let hash: string | undefined;
    if (open) text = await this.read(path);
    else {
      const answer = this.#host.readFile(path, this.#maxFileSize);
      const bytes = isPromise(answer) ? await answer : answer;
      if (bytes instanceof HostError) text = bytes;
      else {
        hash = this.#host.hash?.(bytes);
        if (hash !== undefined && hash === entry.hash) return;
        text = decode(bytes);
        hash ??= hashText(text);
        if (hash === entry.hash) return;
      }
    }
    if (typeof text !== "string") {
      this.#documents.seen(path);
      if (text.kind === "not_found") this.drop(path);
      else this.#setProblems(entry, [this.#unreadable(file, text)]);
      entry.hash = undefined;
      return;
    }
    entry.hash = hash;
    this.#turnsTo?.(path);
    const parsed = open ? this.#documents.parse(path, file) : parseText(file, text);
    for (const specifier of specifiersOf(parsed.summary)) {
      const wait = this.#workspace.resolve(path, specifier);
      if (isPromise(wait)) await wait;
    }
    this.#adopt(entry, parsed);
  }

  #unreadable(file: string, error: HostError): FileProblem {
    if (error.kind === "set_aside") return { file, message: error.message, kind: "set_aside" };
    if (error.kind !== "too_large") return { file, message: error.message, kind: "unreadable" };
    const limit = (this.#maxFileSize / (1024 * 1024)).toFixed(1).replace(/\.0$/, "");
    return {
      file,
      message: `not analysed: larger than ${limit} MB`,
      kind: "too_large",
    };
  }

  /**
   * Takes a parse into the model. With syntax errors the new facts count only if they hold as many definitions as the
   * model has of this file: half a child spec is shown, a lost bracket does not wipe out a tree.
   */
  #adopt(entry: KnownFile, { summary, problems }: ParseResult): void {
    const previous = entry.summary;
    let note = "";
    if (summary === undefined) {
      if (previous !== undefined) note = "; showing what was known before";
    } else {
      this.#uses.delete(entry.path);
      if (problems.length === 0 || previous === undefined) this.#setSummary(entry, summary);
      else {
        const before = definitionsIn(this.linked, entry.file);
        this.#setSummary(entry, summary);
        const after = this.#tryModel();
        if (after === undefined || definitionsIn(after, entry.file) < before) {
          this.#setSummary(entry, previous);
          note = "; showing what was known before";
        }
      }
    }
    this.#setProblems(entry, syntaxProblems(entry.file, problems, summary?.lines ?? [0], note));
  }

  #setSummary(entry: KnownFile, summary: NonNullable<KnownFile["summary"]>): void {
    entry.summary = summary;
    this.#linker.set(entry.file, summary);
  }

  #setProblems(entry: KnownFile, problems: FileProblem[]): void {
    if (problems.length === 0 && entry.problems.length === 0) return;
    entry.problems = problems;
    this.problemsChanged = true;
  }

  /** Forgets a file. */
  drop(path: string): void {
    const entry = this.known.get(path);
    if (entry === undefined) return;
    this.known.delete(path);
    this.#uses.delete(path);
    this.#linker.delete(entry.file);
    if (entry.problems.length > 0) this.problemsChanged = true;
  }

  /** Links, loading the files that the linker asks for on the way. */
  async link(signal: AbortSignal | undefined): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const model = this.#tryModel();
      if (model !== undefined) this.linked = model;
      const wanted = [...this.#wanted];
      this.#wanted.clear();
      let more = false;
      for (const path of wanted) {
        if (this.known.has(path)) continue;
        await this.load(path);
        more ||= this.known.get(path)?.summary !== undefined;
        signal?.throwIfAborted();
      }
      if (!more) break;
    }
  }

  /** A defect in the linker must not take the session down: the last model stays, and says so. */
  #tryModel(): TreeModel | undefined {
    try {
      const model = this.#linker.model();
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

  #resolveForLinker(from: string, specifier: string): Resolution {
    const path = this.#paths.get(from) ?? this.#place.pathOf(from);
    const answer = this.#workspace.resolve(path, specifier);
    if (isPromise(answer) || answer === null) return null;
    if (answer.file === undefined) return answer.package === undefined ? null : { package: answer.package };
    let uses = this.#uses.get(path);
    if (uses === undefined) {
      uses = new Set();
      this.#uses.set(path, uses);
    }
    uses.add(answer.file);
    if (!this.known.has(answer.file)) this.#wanted.add(answer.file);
    const file = this.#place.fileOf(answer.file);
    if (answer.package === undefined) return { file };
    const folder = this.#workspace.packageFolder(answer.file);
    return folder === undefined
      ? { file, package: answer.package }
      : { file, package: answer.package, folder: this.#place.fileOf(folder) };
  }
}

/** What the linker may ask for: types come from modules that a file needs for nothing else. */
function specifiersOf(summary: ParseResult["summary"]): ReadonlySet<string> {
  if (summary === undefined) return new Set();
  return new Set([...summary.specifiers, ...Object.values(summary.imports).map(({ module }) => module)]);
}

/** The first syntax error of a file, for people. */
function syntaxProblems(
  file: string,
  problems: ParseResult["problems"],
  lines: readonly number[],
  note: string,
): FileProblem[] {
  return problems.slice(0, 1).map(({ start, message }) => {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    const problem: FileProblem = { file, message: `${message}${more}${note}`, kind: "syntax" };
    return start === undefined ? problem : { ...problem, ...placeOf(lines, start) };
  });
}
