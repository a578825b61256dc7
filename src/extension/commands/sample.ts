/** A sample tree with one click: a file of the extension itself, analysed beside the workspace. */
import * as vscode from "vscode";
import type { RunPanels } from "../run/panels.ts";
import type { AnalysisService } from "../workspace/analysis.ts";
import type { Store } from "../workspace/store.ts";

/** Opens the sample's source and its run panel beside it. */
export async function openSample(services: {
  extension: vscode.Uri;
  store: Store;
  panels: RunPanels;
  analysis: AnalysisService;
}): Promise<void> {
  const folder = vscode.Uri.joinPath(services.extension, "media", "sample");
  const file = vscode.Uri.joinPath(folder, "chat.ts");
  await vscode.window.showTextDocument(file, { preview: false });
  await services.analysis.analyseExtra(folder, vscode.l10n.t("Sample"));
  const model = services.store.get(folder)?.model;
  const root = model?.supervisors.find(({ key }) => model.roots.includes(key));
  if (!root) throw new Error(vscode.l10n.t("the sample could not be read"));
  await services.panels.show(folder, root.key, root.name);
}
