/** The port of a web worker, seen from inside. */
import type { FromWorker, Port, ToWorker } from "./protocol.ts";

interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: { data: ToWorker }) => void): void;
}

/** The line to the page or extension host that started this web worker. */
export function webPort(): Port<FromWorker, ToWorker> {
  const scope = globalThis as unknown as WorkerScope;
  return {
    postMessage: (message) => scope.postMessage(message),
    onMessage: (listener) => scope.addEventListener("message", (event) => listener(event.data)),
  };
}
