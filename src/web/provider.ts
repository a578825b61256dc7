/** Where the web host gets its model from: a live analysis that is told which files have changed. */
import path from "node:path";
import type { FileProblem, Finding, TreeModel } from "../model/index.ts";
import { FolderWatcher } from "./watch.ts";

export interface Analysed {
  model: TreeModel;
  findings: Finding[];
  /** The folder that the model's files are relative to. */
  base: string;
  /** The folders and files that may be shown; `base` by default. */
  within?: readonly string[];
}

export interface ModelProvider {
  /** The newest model. */
  current(): Analysed;
  /** Calls back after every change; the returned function ends that. */
  onChange(listener: (analysed: Analysed) => void): () => void;
  close(): void;
}

/** What the provider needs of an `AnalysisSession` that has been scanned. */
export interface LiveSession {
  readonly base: string;
  model(): TreeModel;
  watched(changes: readonly { path: string; removed: boolean }[]): Promise<{ changed: boolean }>;
  folders(): string[];
  outside(): string[];
}

export interface LiveOptions {
  session: LiveSession;
  /** Absolute; what the session was made for. */
  roots: readonly string[];
  files: readonly string[];
  /** Problems that the session does not know. */
  failed?: readonly FileProblem[];
  /** Lints the session's model. */
  check(model: TreeModel): Finding[];
  /** Milliseconds of quiet after a change before it is analysed. */
  quiet?: number;
  onError?: (error: unknown) => void;
}

/** Follows the files of a session. */
export function liveProvider(options: LiveOptions): ModelProvider {
  const { session, roots, files, failed = [], check, quiet = 150, onError = () => {} } = options;
  const within = [...roots, ...files];
  const look = (): Analysed => {
    const model = session.model();
    const problems = [...model.problems, ...failed];
    return { model: { ...model, problems }, findings: check(model), base: session.base, within };
  };
  let current = look();
  let closed = false;
  const listeners = new Set<(analysed: Analysed) => void>();

  const follow = async (paths: readonly string[]): Promise<void> => {
    try {
      const { changed } = await session.watched(paths.map((each) => ({ path: each, removed: false })));
      if (closed) return;
      watcher.add(session.folders(), session.outside());
      const next = look();
      // A comment that silences a rule changes the findings only.
      if (!changed && JSON.stringify(next.findings) === JSON.stringify(current.findings)) return;
      current = next;
      for (const listener of listeners) listener(current);
    } catch (error) {
      if (!closed) onError(error);
    }
  };
  const watcher = new FolderWatcher({
    roots: roots.map((root) => path.resolve(root)),
    files: files.map((file) => path.resolve(file)),
    quiet,
    onError,
    onChange: (paths) => void follow(paths),
  });
  watcher.add(session.folders(), session.outside());
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      watcher.close();
      listeners.clear();
    },
  };
}
