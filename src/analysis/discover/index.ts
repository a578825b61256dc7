/** The file system side of the analysis: hosts, the walk, the cheap scan, projects and module resolution. */
export { decode } from "./decode.ts";
export {
  type DirectoryEntry,
  type FileFailure,
  type FileStat,
  type FileSystemHost,
  HostError,
  isPromise,
  type MaybePromise,
} from "./host.ts";
export { passesOn, specifiersIn } from "./scan.ts";
export type { LeftOut } from "./walk.ts";
export { type ScannedFile, Workspace, type WorkspaceOptions, type WorkspaceProblem } from "./workspace.ts";
