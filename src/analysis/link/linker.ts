import { SCHEMA_VERSION, type TreeModel } from "../../model/index.ts";
import type { ModuleSummary } from "../ir.ts";
import type { LinkerOptions } from "../options.ts";

/**
 * Puts summaries together into a tree model, and keeps it up to date: a change costs what depends on it.
 * Objects in the model (supervisors, children) keep their identity while nothing about them changes; treat them as
 * immutable.
 */
export class Linker {
  private readonly summaries = new Map<string, ModuleSummary>();

  readonly options: LinkerOptions;

  constructor(options: LinkerOptions) {
    this.options = options;
  }

  /** Adds a file or replaces its summary. */
  set(file: string, summary: ModuleSummary): void {
    this.summaries.set(file, summary);
  }

  delete(file: string): void {
    this.summaries.delete(file);
  }

  has(file: string): boolean {
    return this.summaries.has(file);
  }

  /** The files that this file's imports lead to (one step), for a host that loads files on demand. */
  importsOf(file: string): string[] {
    const found = new Set<string>();
    for (const specifier of this.summaries.get(file)?.specifiers ?? []) {
      const to = this.options.resolve(file, specifier);
      if (to !== null && "file" in to) found.add(to.file);
    }
    return [...found];
  }

  /** The model of all files set so far. The same object while nothing has changed. */
  model(): TreeModel {
    return {
      schemaVersion: SCHEMA_VERSION,
      supervisors: [],
      roots: [],
      applications: [],
      orphans: [],
      edges: [],
      problems: [],
    };
  }
}
