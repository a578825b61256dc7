/** What changed files mean: which facts are read again, and what has to be done once for all of them. */
import { sameList } from "../../model/index.ts";
import { type FileSystemHost, HostError, type ScannedFile, type Workspace } from "../discover/index.ts";
import { isWithin } from "../discover/paths.ts";
import type { Documents } from "./documents.ts";
import type { Facts } from "./facts.ts";
import type { Relevance } from "./relevance.ts";

export interface ChangesContext {
  host: FileSystemHost;
  workspace: Workspace;
  relevance: Relevance;
  facts: Facts;
  documents: Documents;
  /** The text of this file may be another. */
  touched(path: string): void;
}

/** The changes of one moment; `settle` ends them. */
export class Changes {
  /** The workspace's problems may be others. */
  problems = false;
  /** Imports lead elsewhere now. */
  #resolutions = false;
  /** Files may not be needed any more. */
  #imports = false;
  #link = false;
  /** Others may inherit supervision from these. */
  readonly #importersOf: string[] = [];
  readonly #context: ChangesContext;

  constructor(context: ChangesContext) {
    this.#context = context;
  }

  /** An editor holds another text. */
  async document(path: string, text: string): Promise<void> {
    const { workspace, facts, documents } = this.#context;
    const old = workspace.files.get(path);
    if (workspace.problems.has(path)) this.problems = true;
    if (old === undefined) {
      if (facts.known.has(path)) return this.#outside(path);
      if (!(await workspace.accepts(path))) {
        documents.seen(path);
        return;
      }
      workspace.appeared(path);
      this.#resolutions = true;
    }
    await this.#changed(path, old, workspace.setText(path, text));
  }

  /**
   * Watchers tell of a folder that came or went without what is in it, and in an order of their own: the disk has the last
   * word. False when only a scan can tell what it means.
   */
  async path(path: string): Promise<boolean> {
    const { host, workspace, facts, documents } = this.#context;
    const stat = await host.stat(path);
    const kind = stat instanceof HostError ? undefined : stat.kind;
    const inside = kind === "directory" ? await workspace.filesIn(path) : [];
    if (inside === undefined || inside.some((file) => workspace.isConfiguration(file))) return false;
    const there = new Set(kind === "file" ? [path] : inside);
    const { files, problems } = workspace;
    for (const known of [files, facts.known, problems]) {
      for (const file of [...known.keys()])
        if (isWithin(path, file) && !there.has(file) && documents.text(file) === undefined)
          this.#forget(file, files.get(file));
    }
    if (kind !== "directory" && workspace.notice(path, kind === "file")) this.#resolutions = true;
    for (const file of there) await this.file(file);
    return true;
  }

  /** A file on disk appeared, changed, or is gone. */
  async file(path: string): Promise<void> {
    const { workspace, facts, documents, touched } = this.#context;
    touched(path);
    if (documents.text(path) !== undefined) return;
    const old = workspace.files.get(path);
    if (old === undefined) {
      if (facts.known.has(path)) return this.#outside(path);
      if (!(await workspace.accepts(path))) {
        // Nothing to read, but an import may lead to it.
        if (workspace.notice(path, true)) this.#resolutions = true;
        return;
      }
      workspace.appeared(path);
      this.#resolutions = true;
    }
    const before = workspace.problems.get(path)?.message;
    await workspace.scanFile(path);
    if (workspace.problems.get(path)?.message !== before) this.problems = true;
    const file = workspace.files.get(path);
    // Gone meanwhile, or no source any more.
    if (file === undefined && !workspace.problems.has(path)) this.#forget(path, old);
    else await this.#changed(path, old, file);
  }

  /** It lies outside the workspace and is imported by it. */
  async #outside(path: string): Promise<void> {
    await this.#context.facts.load(path);
    this.#link = true;
  }

  #forget(path: string, old: ScannedFile | undefined): void {
    const { workspace, relevance, facts, touched } = this.#context;
    touched(path);
    if (old !== undefined) relevance.remove(old);
    workspace.vanished(path);
    facts.drop(path);
    this.problems = true;
    this.#resolutions = true;
    this.#imports = true;
  }

  /** The specifiers of a file of the workspace are known anew: what does that mean for the model? */
  async #changed(path: string, old: ScannedFile | undefined, file: ScannedFile | undefined): Promise<void> {
    const { relevance, facts, documents } = this.#context;
    const sameImports = old !== undefined && file !== undefined && sameList(old.specifiers, file.specifiers);
    if (!sameImports) relevance.replace(old, file);
    const matters = file === undefined ? facts.known.has(path) : await relevance.matters(file, sameImports);
    // A new file may be what an import was waiting for.
    if (!matters && old !== undefined) {
      documents.seen(path);
      return;
    }
    if (matters) await facts.load(path);
    this.#importersOf.push(path);
    this.#link = true;
    if (!sameImports) this.#imports = true;
  }

  /** Brings the facts together. */
  async settle(): Promise<void> {
    const { workspace, relevance, facts } = this.#context;
    if (this.#resolutions) facts.resolutionsChanged(workspace);
    for (const path of this.#importersOf) await relevance.loadImporters(path);
    if (!this.#link && !this.#resolutions) return;
    await relevance.link();
    if (this.#imports && facts.collect()) await relevance.link();
  }
}
