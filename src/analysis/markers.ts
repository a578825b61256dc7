/** How a host finds the files that are worth reading. */
import { dialectsFor } from "./dialects/index.ts";
import type { AnalysisSettings } from "./options.ts";

export interface CandidateMarkers {
  /** Modules whose importers may define something: package names, and the modules of configured spec objects. */
  modules: string[];
}

/**
 * The module of the settings that a file of the workspace is: `src/lib/supervise`, without its extension. `names`: its path, from each
 * folder that settings may start from.
 */
export function describedModule(
  { specObjects = [] }: AnalysisSettings,
  names: () => readonly string[],
): string | null {
  if (specObjects.length === 0) return null;
  const own = names();
  const stems = own.map(stemOf);
  for (const { module } of specObjects)
    if (own.includes(module) || stems.includes(stemOf(module))) return module;
  return null;
}

const stemOf = (file: string): string =>
  file.replace(/^\.?\//, "").replace(/(\/index)?(\.[cm]?[jt]sx?)?$/, "");

export function candidateMarkers(settings: AnalysisSettings = {}): CandidateMarkers {
  const modules = new Set<string>();
  for (const dialect of dialectsFor(settings)) for (const name of dialect.packages) modules.add(name);
  for (const config of settings.specObjects ?? []) modules.add(config.module);
  return { modules: [...modules] };
}
