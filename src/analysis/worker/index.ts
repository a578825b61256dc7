/** The analysis in a worker: the client for hosts, the server for worker entries. */
export {
  AnalysisClient,
  AnalysisRequestError,
  AnalysisWorkerError,
  type ClientOptions,
  type WorkerLike,
} from "./client.ts";
export { nodePort } from "./node-port.ts";
export type { OpenParams, OpenResult } from "./protocol.ts";
export { type Check, type ServeOptions, serveSession } from "./server.ts";
export { startNodeWorker } from "./start-node.ts";
