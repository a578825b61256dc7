/** Where the web host gets its model from. */
import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Finding, TreeModel } from "../model/index.ts";

export interface Analysed {
  model: TreeModel;
  findings: Finding[];
  /** The folder that the model's files are relative to. */
  base: string;
}

export interface ModelProvider {
  /** The newest model. */
  current(): Analysed;
  /** Calls back after every change; the returned function ends that. */
  onChange(listener: (analysed: Analysed) => void): () => void;
  close(): void;
}

export interface WatchOptions {
  paths: readonly string[];
  analyse: (signal: AbortSignal) => Promise<Analysed>;
  /** Milliseconds of quiet after a change before the analysis runs again. */
  quiet?: number;
  onError?: (error: unknown) => void;
}

const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;
const SKIPPED = /(?:^|[\\/])(?:node_modules|\.git|dist)(?:[\\/]|$)/;

/** Analyses once, and again after files below `paths` have changed. @throws what the first analysis throws. */
export async function watchedProvider(options: WatchOptions): Promise<ModelProvider> {
  const { paths, analyse, quiet = 150, onError = () => {} } = options;
  let running = new AbortController();
  let current = await analyse(running.signal);
  const listeners = new Set<(analysed: Analysed) => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = async () => {
    running.abort();
    const own = new AbortController();
    running = own;
    try {
      const next = await analyse(own.signal);
      if (own.signal.aborted) return;
      current = next;
      for (const listener of listeners) listener(current);
    } catch (error) {
      if (!own.signal.aborted) onError(error);
    }
  };
  const changed = (name: string | null) => {
    if (name !== null && (SKIPPED.test(name) || !SOURCE.test(name))) return;
    clearTimeout(timer);
    timer = setTimeout(() => void again(), quiet);
  };
  const watchers: FSWatcher[] = [];
  for (const each of paths) {
    try {
      const folder = (await stat(each)).isDirectory();
      // A file is watched through its folder: editors replace files when they save.
      const own = path.basename(each);
      const watcher = watch(folder ? each : path.dirname(each), { recursive: folder }, (_, name) => {
        if (folder || name === own) changed(name);
      });
      watcher.on("error", onError);
      watchers.push(watcher);
    } catch (error) {
      onError(error);
    }
  }
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearTimeout(timer);
      running.abort();
      for (const watcher of watchers) watcher.close();
      listeners.clear();
    },
  };
}
