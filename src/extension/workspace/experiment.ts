/** Asks a worker of its own for an experiment's edits: rare, and the compiler stays out of the extension host. */
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { Experiment } from "../../lint/index.ts";
import { traitsOf } from "../../lint/traits.ts";
import type { Strategy, TextEdit } from "../../model/index.ts";
import { toUri } from "../locations.ts";
import type { FolderState } from "./store.ts";

export interface ExperimentChange {
  supervisor: string;
  /** Child keys in their new order. */
  order: string[] | null;
  strategy: Strategy | null;
}

/** Null when the source does not have the shape that the change needs. */
export async function writeExperiment(
  script: string,
  folder: FolderState,
  change: ExperimentChange,
): Promise<TextEdit[] | null> {
  const { model } = folder;
  const supervisor = model?.supervisors.find(({ key }) => key === change.supervisor);
  if (!model || !supervisor) return null;
  // A map arrives in the worker as one.
  const sources = new Map<string, string>();
  for (const file of new Set([supervisor.location.file, supervisor.childrenLocation?.file])) {
    if (file === undefined) continue;
    sources.set(file, (await vscode.workspace.openTextDocument(toUri(folder.uri, file))).getText());
  }
  const traits = traitsOf(model, supervisor);
  const experiment: Experiment = {
    supervisor,
    traits,
    order: change.order,
    strategy: change.strategy,
    sources,
  };
  const worker = new Worker(script, { workerData: { experiment } });
  try {
    return await new Promise((done, fail) => {
      worker.once("message", (edits: TextEdit[] | null) => done(edits));
      worker.once("error", fail);
      worker.once("exit", (code) => fail(new Error(`the worker ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
