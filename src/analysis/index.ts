/**
 * TypeScript source → tree model. `summarize` reads one file, `Linker` puts files together, `analyzeSources` does
 * both for sources in memory.
 */
export { type ExplainedField, type ExplainOptions, type Explanation, explain, nearest } from "./explain.ts";
export type { ModuleSummary } from "./ir.ts";
export { Linker } from "./link/linker.ts";
export { type CandidateMarkers, candidateMarkers } from "./markers.ts";
export type { AnalysisSettings, LinkerOptions, SpecObjectConfig } from "./options.ts";
export type { Resolution, Resolver } from "./resolver.ts";
export { analyzeSources, sourceResolver } from "./sources.ts";
export { summarize } from "./summarize/summarize.ts";
