/** Edits that a run's page asks for: a finding's fix, and an order experiment that turned out well. */
import * as vscode from "vscode";
import type { Fix, Location } from "../../model/index.ts";
import type { PageMessage } from "../../protocol/index.ts";
import { workspaceEdit } from "../editor/code-actions.ts";
import { reveal, toUri } from "../locations.ts";
import type { AnalysisService } from "../workspace/analysis.ts";
import type { FolderState } from "../workspace/store.ts";

/** @throws with a sentence for the person */
export async function applyFix(
  analysis: AnalysisService,
  folder: FolderState,
  rule: string,
  title: string,
  location: Location,
): Promise<void> {
  const wanted = (): Fix => {
    const finding = folder.findings.find(
      (each) =>
        each.rule === rule &&
        each.location.file === location.file &&
        each.location.line === location.line &&
        each.location.column === location.column,
    );
    const fix = finding?.fixes.find((each) => each.title === title);
    if (!fix) throw new Error(vscode.l10n.t("This problem is gone, or its fix no longer fits."));
    return fix;
  };
  await analysis.settled();
  for (const file of new Set(wanted().edits.map((edit) => edit.location.file)))
    await vscode.workspace.openTextDocument(toUri(folder.uri, file));
  // A file that was opened only now may be another one than was read from the disk.
  await analysis.settled();
  await apply(folder, wanted().edits);
}

/** @throws with a sentence for the person */
export async function applyExperiment(
  analysis: AnalysisService,
  folder: FolderState,
  experiment: Extract<PageMessage, { type: "applyExperiment" }>,
): Promise<void> {
  const { supervisor, order, strategy } = experiment;
  const edits = await analysis.experiment(folder.uri, { supervisor, order, strategy });
  if (!edits || edits.length === 0) {
    throw new Error(vscode.l10n.t("The definition is not written in a way that this change can be made to."));
  }
  await apply(folder, edits);
}

async function apply(folder: FolderState, edits: Parameters<typeof workspaceEdit>[1]): Promise<void> {
  if (!(await vscode.workspace.applyEdit(workspaceEdit(folder.uri, edits)))) {
    throw new Error(vscode.l10n.t("The editor did not take the change."));
  }
  const first = edits[0];
  if (first) await reveal(folder.uri, first.location, { beside: true, preserveFocus: true });
}
