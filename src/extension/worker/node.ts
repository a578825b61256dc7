/**
 * Entry of the worker thread: the analysis with the lint in it. With an experiment as its data, it writes that one
 * and ends.
 */
import { parentPort, workerData } from "node:worker_threads";
import { nodeHost } from "../../analysis/session/index.ts";
import { nodePort, serveSession } from "../../analysis/worker/index.ts";
import { Linter } from "../../lint/index.ts";
import { type Experiment, experimentEdits } from "./experiment.ts";
import { type CheckSettings, lintOptions } from "./settings.ts";

const experiment: Experiment | null = workerData?.experiment ?? null;

if (experiment !== null) {
  parentPort?.postMessage(experimentEdits(experiment));
} else {
  const linter = new Linter();
  serveSession(nodePort(), {
    host: nodeHost(),
    check: (model, sources, settings, edited) => {
      const options = { ...lintOptions(settings as CheckSettings), sources };
      return linter.lint(model, edited === undefined ? options : { ...options, edited }).findings;
    },
  });
}
