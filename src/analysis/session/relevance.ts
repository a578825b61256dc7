/**
 * Which files matter: those that name a module of a dialect, those that were named by the user, and those that get
 * supervision from such a file by inheritance or through a re-export.
 */
import { isPromise, passesOn, type ScannedFile, type Workspace } from "../discover/index.ts";
import type { Documents } from "./documents.ts";
import type { Facts } from "./facts.ts";
import { Importers } from "./importers.ts";
import type { Markers } from "./markers.ts";
import { passesToImporters } from "./units.ts";

export class Relevance {
  private readonly workspace: Workspace;
  private readonly markers: Markers;
  private readonly facts: Facts;
  private readonly documents: Documents;
  private readonly importers = new Importers();
  /** Files that import a base class but do not use it yet. */
  private readonly idle = new Set<string>();

  constructor(workspace: Workspace, markers: Markers, facts: Facts, documents: Documents) {
    this.workspace = workspace;
    this.markers = markers;
    this.facts = facts;
    this.documents = documents;
    for (const file of workspace.files.values()) this.importers.add(file);
  }

  /** The specifiers of a file are others now; either may be absent. */
  replace(old: ScannedFile | undefined, file: ScannedFile | undefined): void {
    if (old !== undefined) this.importers.remove(old);
    if (file !== undefined) this.importers.add(file);
  }

  /** A file is gone. */
  remove(file: ScannedFile): void {
    this.importers.remove(file);
    this.idle.delete(file.path);
  }

  /** Whether a changed file has to be read: it was, or it begins to matter. */
  async matters(file: ScannedFile, sameImports: boolean): Promise<boolean> {
    if (this.facts.units.has(file.path)) return true;
    if (!sameImports && (this.isRoot(file) || (await this.importsRelevant(file)))) return true;
    return this.idle.has(file.path) && passesOn(this.documents.text(file.path) ?? "extends");
  }

  /** Files that matter by themselves: candidates, and files that were named. */
  isRoot(file: ScannedFile): boolean {
    return this.markers.isCandidate(file, this.workspace) || this.workspace.options.files.includes(file.path);
  }

  /** Whether a file imports one whose classes or re-exports may make it matter. */
  private async importsRelevant(file: ScannedFile): Promise<boolean> {
    for (const specifier of file.specifiers) {
      const to = await this.workspace.resolve(file.path, specifier);
      const unit = to?.file === undefined ? undefined : this.facts.units.get(to.file);
      if (unit?.summary === undefined) continue;
      if (this.markers.isMarkerFile(unit.path, this.workspace)) return true;
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
  async loadImporters(path: string): Promise<void> {
    // Where every file matters nobody is left to look for.
    if (this.facts.units.size >= this.workspace.files.size) return;
    const queue = [path];
    for (let target = queue.pop(); target !== undefined; target = queue.pop()) {
      const summary = this.facts.units.get(target)?.summary;
      if (summary === undefined) continue;
      const { classes, reexports: passes } = passesToImporters(summary);
      const reexports = passes || this.markers.isMarkerFile(target, this.workspace);
      if (!classes && !reexports) continue;
      const aliases = this.workspace.resolver.aliasesOf(target);
      for (const { importer, specifier } of this.importers.of(target, aliases, this.facts.units)) {
        const answer = this.workspace.resolve(importer, specifier);
        const to = isPromise(answer) ? await answer : answer;
        if (to?.file !== target) continue;
        const read = await this.facts.read(importer);
        if (typeof read !== "string") continue;
        if (!reexports && !passesOn(read)) {
          this.idle.add(importer);
          continue;
        }
        this.idle.delete(importer);
        await this.facts.load(importer);
        queue.push(importer);
      }
    }
  }
}
