/** The port of a Node worker, seen from inside. */
import { parentPort } from "node:worker_threads";
import type { FromWorker, Port, ToWorker } from "./protocol.ts";

/** The line to the thread that started this Node worker. */
export function nodePort(): Port<FromWorker, ToWorker> {
  const port = parentPort;
  if (port === null)
    throw new Error("This module is the analysis worker: start it with node:worker_threads.");
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on("message", listener),
  };
}
