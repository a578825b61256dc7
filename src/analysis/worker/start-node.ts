/** Starts the analysis in a Node worker thread, for `AnalysisClient`. */
import { Worker } from "node:worker_threads";
import type { WorkerLike } from "./client.ts";

/** MB of JavaScript heap; a scan of 10,000 files needs a tenth. Beyond it the worker ends and the host stays up. */
const MAX_HEAP_MB = 2048;
/** Syntax trees die young in any case; a small nursery keeps 60 MB less resident at the same speed. */
const NURSERY_MB = 24;
/** Deep nesting in a source file is recursion in the parser. */
const STACK_MB = 8;

/** `script` is the built worker, or its source where Node runs TypeScript; `heap` in MB. */
export function startNodeWorker(script: string | URL, heap: number = MAX_HEAP_MB): WorkerLike {
  const worker = new Worker(script, {
    name: "suptree analysis",
    resourceLimits: {
      maxOldGenerationSizeMb: heap,
      maxYoungGenerationSizeMb: NURSERY_MB,
      stackSizeMb: STACK_MB,
    },
  });
  let exit: ((reason: string) => void) | undefined;
  const end = (reason: string): void => {
    exit?.(reason);
    exit = undefined;
  };
  worker.on("error", (error: unknown) => end(error instanceof Error ? error.message : String(error)));
  worker.on("messageerror", (error: Error) => end(`a message could not be read: ${error.message}`));
  worker.on("exit", (code) => end(`its thread ended with code ${code}`));
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on("message", listener),
    onExit: (listener) => {
      exit = listener;
    },
    terminate: () => {
      exit = undefined;
      void worker.terminate();
    },
  };
}
