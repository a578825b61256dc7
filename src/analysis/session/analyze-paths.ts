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
import { type AnalysisSession, createSession } from "./session.ts";

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

/** A session on files and folders by name, and what was wrong with the names. */
export interface OpenedPaths {
  session: AnalysisSession;
  /** Absolute. */
  roots: string[];
  files: string[];
  /** Paths that cannot be analysed, as problems of the model. */
  failed: FileProblem[];
}

/** Makes a session for these paths; nothing is scanned yet. Never rejects. */
export async function openPaths(paths: readonly string[], options: AnalyzeOptions): Promise<OpenedPaths> {
  const { host } = options;
  const cwd = normalize(options.cwd);
  const roots: string[] = [];
  const files: string[] = [];
  const failed: FileProblem[] = [];
  for (const given of paths) {
    const path = join(cwd, given);
    const fail = (message: string, kind: FileProblem["kind"] = "unreadable"): void =>
      void failed.push({ file: path, message, kind });
    const stat = await host.stat(path);
    if (stat instanceof HostError)
      fail(stat.message, stat.kind === "unreadable" ? "unreadable" : "not_found");
    else if (stat.kind === "directory") roots.push(path);
    else if (stat.kind === "other") fail("is neither a file nor a folder");
    else if (!isSource(path) || isDeclaration(path)) fail("is not a TypeScript or JavaScript source file");
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
  return {
    session,
    roots,
    files,
    failed: failed.map((problem) => ({ ...problem, file: relative(base, problem.file) })),
  };
}

/** The model with further problems. */
export function withProblems(model: TreeModel, more: readonly FileProblem[]): TreeModel {
  return more.length === 0 ? model : { ...model, problems: sortProblems([...model.problems, ...more]) };
}

/**
 * Analyses files and folders. A path that does not exist or is no source file becomes a problem of the model; the others are
 * analysed all the same. Rejects only with the signal's reason.
 */
export async function analyzeOn(paths: readonly string[], options: AnalyzeOptions): Promise<Analysis> {
  const { session, failed } = await openPaths(paths, options);
  const { model } = await session.scan(options);
  return {
    model: withProblems(model, failed),
    base: session.base,
    stats: session.stats(),
    sources: session.sources,
  };
}
