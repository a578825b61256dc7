/** Starts the analysis in a web worker, for `AnalysisClient`. The client needs `fileSystem`: the worker has no files. */
import type { WorkerLike } from "./client.ts";
import type { FromWorker } from "./protocol.ts";

/** What is used of a `Worker`, so that this file compiles without the DOM's types. */
export interface WebWorker {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: FromWorker }) => void): void;
  addEventListener(type: "error", listener: (event: { message?: string }) => void): void;
  addEventListener(type: "messageerror", listener: () => void): void;
  terminate(): void;
}

/** `worker` runs the built `analysis-worker-web.js`, or another entry that calls `serveSession` with `webPort`. */
export function startWebWorker(worker: WebWorker): WorkerLike {
  let exit: ((reason: string) => void) | undefined;
  const end = (reason: string): void => {
    exit?.(reason);
    exit = undefined;
  };
  // Browsers keep a worker with an uncaught error alive, but nobody knows what it still can do.
  worker.addEventListener("error", ({ message }) =>
    end(message === undefined || message === "" ? "its script could not be loaded" : message),
  );
  worker.addEventListener("messageerror", () => end("a message could not be read"));
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onExit: (listener) => {
      exit = listener;
    },
    terminate: () => {
      exit = undefined;
      worker.terminate();
    },
  };
}
