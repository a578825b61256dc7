/** Exports what was found, for other tools: the tree model as JSON. Pictures are exported from a run's page. */
import * as vscode from "vscode";
import { plainText } from "../views/words.ts";
import type { Store } from "../workspace/store.ts";

export async function exportTree(store: Store): Promise<void> {
  const folders = store.folders.filter(({ model }) => model !== null);
  if (folders.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("No supervision tree has been found in this workspace."),
    );
    return;
  }
  const folder =
    folders.length === 1
      ? folders[0]
      : (
          await vscode.window.showQuickPick(
            folders.map((each) => ({
              label: plainText(each.name),
              description: plainText(each.uri.fsPath),
              each,
            })),
            { placeHolder: vscode.l10n.t("Export which folder's trees?") },
          )
        )?.each;
  if (!folder?.model) return;
  const document = await vscode.workspace.openTextDocument({
    language: "json",
    content: `${JSON.stringify(folder.model, null, 2)}\n`,
  });
  await vscode.window.showTextDocument(document);
}
