/** Asks a worker of its own for an experiment's edits: rare, and the compiler stays out of the extension host. */
import * as vscode from "vscode";
import type { Experiment } from "../../lint/index.ts";
import { type Strategy, type TextEdit, traitsOf } from "../../model/index.ts";
import { toUri } from "../locations.ts";
import { askWorker } from "../worker/ask.ts";
import type { FolderState } from "./store.ts";

export interface ExperimentChange {
  supervisor: string;
  /** Child keys in their new order. */
  order: string[] | null;
  strategy: Strategy | null;
}

/** The files that a change of this supervisor is about, as the model calls them, in the editor. */
export async function openDocuments(
  folder: FolderState,
  key: string,
): Promise<ReadonlyMap<string, vscode.TextDocument>> {
  const supervisor = folder.model?.supervisors.find((each) => each.key === key);
  const documents = new Map<string, vscode.TextDocument>();
  for (const file of [supervisor?.location.file, supervisor?.childrenLocation?.file])
    if (file !== undefined)
      documents.set(file, await vscode.workspace.openTextDocument(toUri(folder.uri, file)));
  return documents;
}

/**
 * Null when the source does not have the shape that the change needs.
 * @throws when a document changes before the edits are known: they would land in the wrong place
 */
export async function writeExperiment(
  script: string,
  folder: FolderState,
  change: ExperimentChange,
  documents: ReadonlyMap<string, vscode.TextDocument>,
): Promise<TextEdit[] | null> {
  const { model } = folder;
  const supervisor = model?.supervisors.find(({ key }) => key === change.supervisor);
  if (!model || !supervisor) return null;
  // A map arrives in the worker as one.
  const sources = new Map([...documents].map(([file, document]) => [file, document.getText()]));
  const versions = [...documents.values()].map(({ version }) => version);
  const traits = traitsOf(model, supervisor);
  const experiment: Experiment = {
    supervisor,
    traits,
    order: change.order,
    strategy: change.strategy,
    sources,
  };
  const edits = (await askWorker(script, { experiment })) as TextEdit[] | null;
  if ([...documents.values()].some(({ version }, n) => version !== versions[n]))
    throw new Error(vscode.l10n.t("The file has changed meanwhile."));
  return edits;
}
