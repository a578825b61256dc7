/** Why a file counts: by which import, its own or one of a file that it imports, a dialect was recognised in it. */

import { dialectsFor } from "../dialects/index.ts";
import { plainSpecifier } from "../dialects/packages.ts";
import type { Workspace } from "../discover/index.ts";
import { describedModule } from "../markers.ts";
import type { AnalysisSettings } from "../options.ts";
import type { Place } from "./facts.ts";

export interface Recognition {
  /** The imports that lead to the library, nearest first; empty when the file belongs to the library itself. */
  imports: { file: string; specifier: string }[];
  /** The library's name. */
  library: string;
}

/** Files that are followed on the way; recognition goes through few. */
const MOST_FILES = 500;

/**
 * The shortest way from a file (absolute) to a library of the dialect (null: of any); null when there is none, as for a class whose base
 * is handed over at run time. `specifiersOf` gives the imports of a file.
 */
export async function recognitionOf(
  path: string,
  dialect: string | null,
  { workspace, settings, place, specifiersOf }: RecognitionContext,
): Promise<Recognition | null> {
  const libraries = new Set(
    dialectsFor(settings)
      .filter(({ name }) => dialect === null || name === dialect)
      .flatMap(({ packages }) => packages),
  );
  const libraryOf = (specifier: string): string | undefined =>
    [...libraries].find((name) => specifier === name || specifier.startsWith(`${name}/`));
  const described = (file: string): string | undefined => {
    const module = describedModule(settings, () => place.namesOf(file));
    return module !== null && libraries.has(module) ? module : undefined;
  };
  const own = workspace.packageName(path);
  const seen = new Set([path]);
  const queue: { path: string; imports: Recognition["imports"] }[] = [{ path, imports: [] }];
  for (let at = queue.shift(); at !== undefined && seen.size < MOST_FILES; at = queue.shift()) {
    const next: typeof queue = [];
    for (const specifier of specifiersOf(at.path)) {
      const imports = [...at.imports, { file: place.fileOf(at.path), specifier }];
      const named = libraryOf(plainSpecifier(specifier));
      if (named !== undefined) return { imports, library: named };
      const to = await workspace.resolve(at.path, specifier);
      const file = to?.file === undefined ? undefined : described(to.file);
      if (file !== undefined) return { imports, library: file };
      if (to?.package !== undefined && libraries.has(to.package) && to.package !== own)
        return { imports, library: to.package };
      if (to?.file !== undefined && !seen.has(to.file)) {
        seen.add(to.file);
        next.push({ path: to.file, imports });
      }
    }
    queue.push(...next);
  }
  return own !== undefined && libraries.has(own) ? { imports: [], library: own } : null;
}

export interface RecognitionContext {
  workspace: Workspace;
  settings: AnalysisSettings;
  place: Place;
  specifiersOf(path: string): readonly string[];
}
