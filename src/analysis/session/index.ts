/**
 * The analysis of a workspace that lives on: `createSession` for editors, `analyzePaths` for one look. This entry uses
 * Node's file system; a web worker imports `session.ts` and `analyze-paths.ts` with a host of its own.
 */
export { nodeHost } from "../discover/host-node.ts";
export {
  type Analysis,
  type AnalyzeOptions,
  analyzeOn,
  type OpenedPaths,
  openPaths,
  withProblems,
} from "./analyze-paths.ts";
export { analyzePaths } from "./node.ts";
export {
  DEFAULT_MAX_FILE_SIZE,
  type DiskChange,
  type RunOptions,
  type ScanProgress,
  type SessionOptions,
  type SessionResult,
  type SessionSettings,
  type SessionStats,
  type Sources,
} from "./options.ts";
export type { Recognition } from "./recognition.ts";
export { AnalysisSession, createSession } from "./session.ts";
