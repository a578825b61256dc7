/**
 * Which files matter: those that name a module of a dialect, those that were named by the user, and those that get
 * supervision from such a file by inheritance or through a re-export, or add to its lists.
 */
import { isPromise, type ScannedFile, type Workspace } from "../discover/index.ts";
import type { ModuleSummary } from "../ir.ts";
import type { Documents } from "./documents.ts";
import type { Facts } from "./facts.ts";
import { Importers } from "./importers.ts";
import { type Passes, passesToImporters, takesPart } from "./known-files.ts";
import type { MakerNames } from "./maker-names.ts";
import type { Markers } from "./markers.ts";

const NOBODY: ReadonlyMap<string, unknown> = new Map();

export class Relevance {
  readonly #workspace: Workspace;
  readonly #markers: Markers;
  readonly #facts: Facts;
  readonly #documents: Documents;
  readonly #importers = new Importers();
  /** Files that import something from which they do not take anything yet, and what they could. */
  readonly #idle = new Map<string, Passes>();
  /** Files that get supervision from others. */
  readonly #followers = new Set<string>();
  /** By which specifiers files come to what starts or defines something for them. */
  readonly #leads = new Map<string, Set<string>>();
  /** Files whose importers have been looked for. */
  readonly #asked = new Set<string>();

  constructor(workspace: Workspace, markers: Markers, facts: Facts, documents: Documents) {
    this.#workspace = workspace;
    this.#markers = markers;
    this.#facts = facts;
    this.#documents = documents;
    for (const file of workspace.files.values()) this.#importers.add(file);
  }

  /** The specifiers of a file are others now; either may be absent. */
  replace(old: ScannedFile | undefined, file: ScannedFile | undefined): void {
    if (old !== undefined) this.#importers.remove(old);
    if (file !== undefined) this.#importers.add(file);
  }

  /** A file is gone. */
  remove(file: ScannedFile): void {
    this.#importers.remove(file);
    this.#idle.delete(file.path);
  }

  /** Whether a changed file has to be read: it was, or it begins to matter. */
  async matters(file: ScannedFile, sameImports: boolean): Promise<boolean> {
    if (this.#facts.known.has(file.path)) return true;
    if (!sameImports) await this.#workspace.outside.look([file]);
    if (!sameImports && (this.isRoot(file) || (await this.#importsRelevant(file)))) return true;
    const idle = this.#idle.get(file.path);
    const text = this.#documents.text(file.path);
    return idle !== undefined && (text === undefined || takesPart(text, idle)) && this.#follows(file);
  }

  /** Files that matter by themselves: candidates, and files that were named. */
  isRoot(file: ScannedFile): boolean {
    return (
      this.#markers.isCandidate(file, this.#workspace) || this.#workspace.options.files.includes(file.path)
    );
  }

  /** What importers can get from a file. Of a helper that is read on the way only lists, to which they may add. */
  #passes(path: string, summary: ModuleSummary, known = new Map<string, MakerNames>()): Passes {
    const leads = this.#leads.get(path);
    const makersOf = (specifier: string): MakerNames => {
      const to = leads?.has(specifier) === true ? this.#workspace.resolve(path, specifier) : null;
      const entry = isPromise(to) || to?.file === undefined ? undefined : this.#facts.known.get(to.file);
      if (entry?.summary === undefined) return [];
      const before = known.get(entry.path);
      if (before !== undefined) return before;
      // Modules that pass on each other's exports come to an end.
      known.set(entry.path, []);
      const { makers } = this.#passes(entry.path, entry.summary, known);
      known.set(entry.path, makers);
      return makers;
    };
    const passes = passesToImporters(
      summary,
      (specifier) => leads?.has(specifier) === true || this.#markers.matches(specifier, this.#workspace),
      makersOf,
    );
    // Who imports what the settings describe may define something with it.
    if (this.#markers.isMarkerFile(path)) return { ...passes, reexports: true };
    const file = this.#workspace.files.get(path);
    const supervises = file === undefined || this.isRoot(file) || this.#followers.has(path);
    return supervises ? passes : { classes: false, reexports: false, lists: passes.lists, makers: [] };
  }

  /** A file comes to a maker by this specifier; true when that is new. */
  #leadsTo(path: string, specifier: string): boolean {
    const known = this.#leads.get(path);
    if (known?.has(specifier) === true) return false;
    if (known === undefined) this.#leads.set(path, new Set([specifier]));
    else known.add(specifier);
    return true;
  }

  /** Whether a file imports one whose classes or re-exports may make it matter. */
  async #importsRelevant(file: ScannedFile): Promise<boolean> {
    for (const specifier of file.specifiers) {
      const to = await this.#workspace.resolve(file.path, specifier);
      const entry = to?.file === undefined ? undefined : this.#facts.known.get(to.file);
      if (entry?.summary === undefined) continue;
      const passes = this.#passes(entry.path, entry.summary);
      if (passes.reexports) return this.#follows(file);
      if (passes.makers.length > 0) this.#leadsTo(file.path, specifier);
      else if (!passes.classes && !passes.lists) continue;
      const text = this.#documents.text(file.path);
      if (text === undefined || takesPart(text, passes)) return this.#follows(file);
      this.#idle.set(file.path, passes);
    }
    return false;
  }

  #follows({ path }: ScannedFile): true {
    this.#followers.add(path);
    return true;
  }

  /** Links, and loads whoever takes part in what was read for it, until nobody is left. */
  async link(signal?: AbortSignal): Promise<void> {
    const facts = this.#facts;
    for (;;) {
      await facts.link(signal);
      const before = facts.known.size;
      for (const path of [...facts.known.keys()]) if (!this.#asked.has(path)) await this.loadImporters(path);
      if (facts.known.size === before) return;
    }
  }

  /** Loads the files that may take part in what `path` defines, and those that take part in them. */
  async loadImporters(path: string): Promise<void> {
    // Where every file matters nobody is left to look for.
    if (this.#facts.known.size >= this.#workspace.files.size) return;
    const queue = [path];
    for (let target = queue.pop(); target !== undefined; target = queue.pop()) {
      this.#asked.add(target);
      const summary = this.#facts.known.get(target)?.summary;
      if (summary === undefined) continue;
      const passes = this.#passes(target, summary);
      const makes = passes.makers.length > 0;
      if (!passes.classes && !passes.reexports && !passes.lists && !makes) continue;
      const aliases = this.#workspace.resolver.aliasesOf(target);
      // Those that are read already may pass on what is made for them.
      const { known } = this.#facts;
      for (const { importer, specifier } of this.#importers.of(target, aliases, makes ? NOBODY : known)) {
        const answer = this.#workspace.resolve(importer, specifier);
        const to = isPromise(answer) ? await answer : answer;
        if (to?.file !== target) continue;
        const isNew = makes && this.#leadsTo(importer, specifier);
        if (known.has(importer)) {
          if (isNew) queue.push(importer);
          continue;
        }
        const read = await this.#facts.read(importer);
        if (typeof read !== "string") continue;
        if (!takesPart(read, passes)) {
          this.#idle.set(importer, passes);
          continue;
        }
        this.#idle.delete(importer);
        this.#followers.add(importer);
        await this.#facts.load(importer);
        queue.push(importer);
      }
    }
  }
}
