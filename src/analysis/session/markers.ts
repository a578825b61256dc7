/** Which files are candidates: those that name a module of an enabled dialect. */

import { keptFor } from "../../model/index.ts";
import { plainSpecifier } from "../dialects/packages.ts";
import type { ScannedFile, Workspace } from "../discover/index.ts";
import type { Naming } from "../discover/outside.ts";
import { splitSpecifier } from "../discover/packages.ts";
import { dirname, isWithin, join } from "../discover/paths.ts";
import { candidateMarkers, describedModule } from "../markers.ts";
import type { AnalysisSettings } from "../options.ts";

export class Markers {
  /** Package names, matched with their subpaths. */
  readonly #packages = new Set<string>();
  /** A workspace names few modules, many times. */
  readonly #known = new Map<string, boolean>();
  /** Those that `known` was made with. */
  #aliases: Workspace["aliases"];
  /** Of a workspace: the packages beside it that may define supervision. */
  readonly #neighbours = keptFor((workspace: Workspace) => this.#withDialects(workspace));
  /** Of a workspace: whether a file outside what is analysed may define supervision, or hand it on. */
  readonly #supervises = keptFor((workspace: Workspace) => (file: Naming) => {
    if (this.isMarkerFile(file.path) || this.#usesNeighbour(file, workspace)) return true;
    return file.specifiers.some((specifier) => this.matches(specifier, workspace));
  });
  readonly #settings: AnalysisSettings;
  readonly #namesOf: (path: string) => readonly string[];

  /** `namesOf`: what the settings may call a file. */
  constructor(settings: AnalysisSettings, namesOf: (path: string) => readonly string[]) {
    this.#settings = settings;
    this.#namesOf = namesOf;
    for (const name of candidateMarkers(settings).modules) this.#packages.add(name);
  }

  /** True for `suptree` and `suptree/testing`, not for `suptree-extras`; and for what else the workspace calls them. */
  matches(specifier: string, { aliases }: Workspace): boolean {
    if (aliases !== this.#aliases) {
      this.#aliases = aliases;
      this.#known.clear();
    }
    let known = this.#known.get(specifier);
    if (known === undefined) {
      known = this.#match(specifier);
      for (const name of aliases?.packagesOf(specifier) ?? []) known ||= this.#packages.has(name);
      this.#known.set(specifier, known);
    }
    return known;
  }

  #match(written: string): boolean {
    const specifier = plainSpecifier(written);
    if (this.#packages.has(specifier)) return true;
    for (let at = specifier.indexOf("/"); at > 0; at = specifier.indexOf("/", at + 1))
      if (this.#packages.has(specifier.slice(0, at))) return true;
    return false;
  }

  isCandidate(file: ScannedFile, workspace: Workspace): boolean {
    for (const specifier of file.specifiers) if (this.matches(specifier, workspace)) return true;
    return (
      this.#isOwnSource(file.path, workspace) ||
      this.isMarkerFile(file.path) ||
      this.#usesNeighbour(file, workspace) ||
      this.#reachesOwnSource(file, workspace) ||
      workspace.outside.leadsTo(file.path, this.#supervises(workspace))
    );
  }

  /** A package beside what is analysed may define supervision, or hand on what does, where it depends on a dialect. */
  #usesNeighbour({ specifiers }: Naming, workspace: Workspace): boolean {
    if (workspace.neighbours.size === 0) return false;
    const known = this.#neighbours(workspace);
    return specifiers.some((specifier) => known.has(splitSpecifier(specifier)[0]));
  }

  /** The neighbours that depend on a dialect, themselves or by others of them. */
  #withDialects({ neighbours }: Workspace): ReadonlySet<string> {
    const found = new Set<string>();
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const [name, { dependencies }] of neighbours)
        if (dependencies.some((each) => this.#packages.has(each) || found.has(each))) found.add(name);
    }
    return found;
  }

  /** Another package of the library's own repository: an example that imports `../../src/index.ts`. */
  #reachesOwnSource({ path, specifiers }: ScannedFile, workspace: Workspace): boolean {
    let within: boolean | undefined;
    for (const specifier of specifiers) {
      if (!specifier.startsWith("../")) continue;
      within ??= workspace.hasPackage(this.#packages);
      const target = join(dirname(path), specifier);
      // A path that leaves what is analysed may lead into the library around it.
      if (!within && workspace.options.roots.some((root) => isWithin(root, target))) continue;
      const name = workspace.packageName(target);
      if (name !== undefined && this.#packages.has(name)) return true;
    }
    return false;
  }

  /** The library's own repository: its tests and examples import it by relative paths. */
  #isOwnSource(path: string, workspace: Workspace): boolean {
    if (!workspace.hasPackage(this.#packages)) return false;
    const name = workspace.packageName(path);
    return name !== undefined && this.#packages.has(name);
  }

  /** A file of the workspace that the settings name as the module of spec objects: who imports it may define something. */
  isMarkerFile(path: string): boolean {
    return describedModule(this.#settings, () => this.#namesOf(path)) !== null;
  }
}
