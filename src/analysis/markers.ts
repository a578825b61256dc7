/** How a host finds the files that are worth reading. */
import { dialectsFor } from "./dialects/index.ts";
import type { AnalysisSettings } from "./options.ts";

export interface CandidateMarkers {
  /** Modules whose importers may define something: package names, and the modules of configured spec objects. */
  modules: string[];
}

export function candidateMarkers(settings: AnalysisSettings = {}): CandidateMarkers {
  const modules = new Set<string>();
  for (const dialect of dialectsFor(settings)) for (const name of dialect.packages) modules.add(name);
  for (const config of settings.specObjects ?? []) modules.add(config.module);
  return { modules: [...modules] };
}
