/** The port of a Node worker, seen from inside. */
import { parentPort } from "node:worker_threads";
import type { FromWorker, Port, ToWorker } from "./protocol.ts";
import { releaseMemoryWhenIdle } from "./release-memory.ts";

/** The line to the thread that started this Node worker. */
export function nodePort(): Port<FromWorker, ToWorker> {
  const port = parentPort;
  if (port === null)
    throw new Error("This module is the analysis worker: start it with node:worker_threads.");
  const release = releaseMemoryWhenIdle();
  let running = 0;
  return {
    postMessage: (message) => {
      port.postMessage(message);
      if (message.type === "response" && --running === 0) release.rest();
    },
    onMessage: (listener) => {
      port.on("message", (message: ToWorker) => {
        if (message.type === "request") {
          running++;
          release.work();
        }
        listener(message);
      });
    },
  };
}
