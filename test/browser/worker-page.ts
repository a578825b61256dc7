/** The page of the web worker's test: a host with its files in memory, driven from outside. */
import { AnalysisClient } from "../../src/analysis/worker/client.ts";
import { startWebWorker } from "../../src/analysis/worker/start-web.ts";
import type { Finding, TreeModel } from "../../src/model/index.ts";
import { type MemoryHost, memoryHost } from "../analysis-session/memory-host.ts";

export interface Result {
  model: TreeModel;
  findings: Finding[];
}

export interface Scan extends Result {
  progress: { phase: string; done: number; total: number }[];
}

export interface Driver {
  /** Starts a worker on these files; the check's settings are lint's. */
  start(files: Record<string, string>, script?: string): void;
  open(): Promise<Scan>;
  /** Aborts at the first sign of progress in this phase; what it rejected with. */
  cancelled(phase: string): Promise<string>;
  update(path: string, text: string): Promise<Result>;
  close(path: string): Promise<Result>;
  /** Writes to the disk and tells the worker. */
  write(files: Record<string, string | null>): Promise<Result>;
  crashes: string[];
}

const SETTINGS = { checkSettings: { severities: {}, options: {} } };

let client: AnalysisClient;
let host: MemoryHost;
const crashes: string[] = [];

const result = (): Result => ({ model: client.model, findings: client.findings });

const driver: Driver = {
  crashes,
  start(files, script = "/analysis-worker-web.js") {
    host = memoryHost(files);
    client = new AnalysisClient({
      start: () => startWebWorker(new Worker(script)),
      fileSystem: host,
      onCrash: (error) => crashes.push(error.message),
      onCheckError: (message) => crashes.push(message),
    });
  },
  async open() {
    const progress: Scan["progress"] = [];
    await client.open(
      { roots: ["/w"], base: "/w", ...SETTINGS },
      { onProgress: (step) => progress.push(step) },
    );
    return { ...result(), progress };
  },
  async cancelled(phase) {
    const controller = new AbortController();
    try {
      await client.open(
        { roots: ["/w"], base: "/w", ...SETTINGS },
        {
          signal: controller.signal,
          onProgress: (step) => {
            if (step.phase === phase) controller.abort(new Error(`cancelled in ${phase}`));
          },
        },
      );
      return "it was not cancelled";
    } catch (error) {
      return (error as Error).message;
    }
  },
  async update(path, text) {
    await client.update(path, text);
    return result();
  },
  async close(path) {
    await client.close(path);
    return result();
  },
  async write(files) {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) host.remove(path);
      else host.write(path, text);
    }
    await client.watched(Object.entries(files).map(([path, text]) => ({ path, removed: text === null })));
    return result();
  },
};

(globalThis as unknown as { driver: Driver }).driver = driver;
