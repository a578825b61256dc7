/**
 * Entry of the worker thread: the analysis with the lint in it. With an experiment or a question about modules as its data, it
 * answers that and ends.
 */
import { parentPort, workerData } from "node:worker_threads";
import { nodeHost } from "../../analysis/session/index.ts";
import { nodePort, serveSession } from "../../analysis/worker/index.ts";
import { configurationOf, findElsewhere } from "../../bundle/elsewhere.ts";
import { type Experiment, experimentEdits } from "../../lint/index.ts";
import type { ModuleQuestion } from "../run/module-rules.ts";
import { lintCheck } from "./check.ts";

const experiment: Experiment | null = workerData?.experiment ?? null;
const modules: ModuleQuestion | null = workerData?.modules ?? null;

if (experiment !== null) {
  parentPort?.postMessage(experimentEdits(experiment));
} else if (modules !== null) {
  parentPort?.postMessage(
    "imports" in modules ? findElsewhere(modules.imports) : configurationOf(modules.configurationOf),
  );
} else {
  serveSession(nodePort(), { host: nodeHost(), check: lintCheck() });
}
