/** What a session is given and what it gives. */
import type { FileProblem, TreeModel } from "../../model/index.ts";
import type { FileSystemHost, LeftOut } from "../discover/index.ts";
import type { AnalysisSettings } from "../options.ts";

export interface SessionSettings extends AnalysisSettings {
  /** Globs relative to each root, as in VS Code's `files.exclude`. */
  exclude?: readonly string[];
  /** Absolute folders that files in `specObjects` may be named from, besides the roots. */
  moduleFolders?: readonly string[];
  /** Default true. */
  respectGitignore?: boolean;
  /**
   * Default true: files that the project's tsconfig leaves out on purpose (`exclude`) are read only when another file
   * imports them. What it only does not mention is read with its options.
   */
  respectTsconfig?: boolean;
  /** Bytes. Larger files that use a dialect are reported as `too_large`. Default 2 MiB, which takes about a second. */
  maxFileSize?: number;
}

export const DEFAULT_MAX_FILE_SIZE = 2 * 1024 * 1024;

export interface SessionOptions {
  host: FileSystemHost;
  /** Absolute folders. */
  roots: readonly string[];
  /** Absolute files, analysed whatever the excludes say. */
  files?: readonly string[];
  /** The folder that paths in the model are relative to. Default: the deepest folder that holds everything. */
  base?: string;
  settings?: SessionSettings;
  /** Told of each file, by its absolute path, before it is worked on. */
  turnsTo?: (path: string) => void;
}

export interface ScanProgress {
  /** `walk` finds files (total unknown, 0), `scan` looks at each, `parse` reads those that matter. */
  phase: "walk" | "scan" | "parse";
  done: number;
  total: number;
}

/** A file or a folder that a watcher saw. */
export interface DiskChange {
  /** Absolute. */
  path: string;
  removed: boolean;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ScanProgress) => void) | undefined;
}

export interface SessionStats {
  /** Source files of the workspace. */
  files: number;
  /** Files that name a module of a dialect. */
  candidates: number;
  /** Files whose facts are kept. */
  summarised: number;
}

const SAYS_SO = {
  tsconfig: "tsconfig's exclude",
  ".gitignore": ".gitignore",
  settings: "the settings",
} as const;

/** "3 files by tsconfig's exclude, 1 folder by .gitignore"; empty for nothing. `components`: how many that matter. */
export function leftOutInWords(all: readonly LeftOut[], components: number): string {
  const parts: string[] = [];
  for (const by of ["tsconfig", ".gitignore", "settings"] as const) {
    const counts: string[] = [];
    for (const what of ["file", "folder"] as const) {
      const n = all.filter((each) => each.by === by && each.what === what).length;
      if (n > 0) counts.push(`${n} ${what}${n === 1 ? "" : "s"}`);
    }
    if (counts.length > 0) parts.push(`${counts.join(" and ")} by ${SAYS_SO[by]}`);
  }
  if (components === 1) parts.push("1 component (.vue, .svelte, .astro) that imports a supervision library");
  else if (components > 1)
    parts.push(`${components} components (.vue, .svelte, .astro) that import a supervision library`);
  return parts.join(", ");
}

/** Texts by model path (relative to the base), for fixes and excerpts. */
export interface Sources {
  get(file: string): string | undefined;
}

export interface SessionResult {
  model: TreeModel;
  /** False when the model is the same object as before. */
  changed: boolean;
}

/** Sorted by file and place, so that the same workspace gives the same list. */
export function sortProblems(problems: FileProblem[]): FileProblem[] {
  return problems.sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
