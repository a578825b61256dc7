/** One analysis of files and folders by name, for the command line and tests. */
import type { FileProblem, TreeModel } from "../../model/index.ts";
import { type FileSystemHost, HostError } from "../discover/index.ts";
import {
  commonFolder,
  dirname,
  isDeclaration,
  isSource,
  join,
  normalize,
  relative,
} from "../discover/paths.ts";
import {
  type RunOptions,
  type SessionSettings,
  type SessionStats,
  type Sources,
  sortProblems,
} from "./options.ts";
import { createSession } from "./session.ts";

export interface AnalyzeOptions extends RunOptions {
  host: FileSystemHost;
  /** The folder that relative `paths` start from; absolute. */
  cwd: string;
  /** The folder that paths in the model are relative to. Default: the folder named, or what holds all paths. */
  base?: string;
  settings?: SessionSettings;
}

export interface Analysis {
  model: TreeModel;
  /** Absolute; paths in the model are relative to it. */
  base: string;
  stats: SessionStats;
  /** Texts by model path. */
  sources: Sources;
}

/**
 * Analyses files and folders. A path that does not exist or is no source file becomes a problem of the model; the others are
 * analysed all the same. Rejects only with the signal's reason.
 */
export async function analyzeOn(paths: readonly string[], options: AnalyzeOptions): Promise<Analysis> {
  const { host } = options;
  const cwd = normalize(options.cwd);
  const roots: string[] = [];
  const files: string[] = [];
  const failed: { path: string; message: string; kind: FileProblem["kind"] }[] = [];
  for (const given of paths) {
    const path = join(cwd, given);
    const stat = await host.stat(path);
    if (stat instanceof HostError)
      failed.push({
        path,
        message: stat.message,
        kind: stat.kind === "unreadable" ? "unreadable" : "not_found",
      });
    else if (stat.kind === "directory") roots.push(path);
    else if (stat.kind === "other")
      failed.push({ path, message: "is neither a file nor a folder", kind: "unreadable" });
    else if (!isSource(path) || isDeclaration(path))
      failed.push({ path, message: "is not a TypeScript or JavaScript source file", kind: "unreadable" });
    else files.push(path);
  }
  const folders = [...roots, ...files.map(dirname)];
  const base = options.base === undefined ? (commonFolder(folders) ?? cwd) : join(cwd, options.base);
  const session = createSession({
    host,
    roots: [...new Set(roots)],
    files: [...new Set(files)],
    base,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const { model } = await session.scan(options);
  const problems: FileProblem[] = failed.map(({ path, message, kind }) => ({
    file: relative(base, path),
    message,
    kind,
  }));
  return {
    model:
      problems.length === 0 ? model : { ...model, problems: sortProblems([...model.problems, ...problems]) },
    base,
    stats: session.stats(),
    sources: session.sources,
  };
}
