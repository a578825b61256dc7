/** The session on Node's file system. */
import { nodeHost } from "../discover/host-node.ts";
import { type Analysis, type AnalyzeOptions, analyzeOn } from "./analyze-paths.ts";

/**
 * Analyses files and folders of the real file system (see `analyzeOn`); relative paths start from the current folder unless
 * `cwd` says otherwise.
 */
export function analyzePaths(
  paths: readonly string[],
  options: Partial<AnalyzeOptions> = {},
): Promise<Analysis> {
  return analyzeOn(paths, {
    ...options,
    host: options.host ?? nodeHost(),
    cwd: options.cwd ?? process.cwd(),
  });
}
