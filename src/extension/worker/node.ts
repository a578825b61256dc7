/**
 * Entry of the worker thread: the analysis with the lint in it. With an experiment as its data, it writes that one
 * and ends.
 */
import { parentPort, workerData } from "node:worker_threads";
import { nodeHost } from "../../analysis/session/index.ts";
import { nodePort, serveSession } from "../../analysis/worker/index.ts";
import { type Experiment, experimentEdits } from "../../lint/index.ts";
import { lintCheck } from "./check.ts";

const experiment: Experiment | null = workerData?.experiment ?? null;

if (experiment !== null) {
  parentPort?.postMessage(experimentEdits(experiment));
} else {
  serveSession(nodePort(), { host: nodeHost(), check: lintCheck() });
}
