/** The rules' pages: shipped with the extension, read without a network. */
import * as vscode from "vscode";

/** The file of a rule's page; the manifest has it opened as a preview wherever it is opened. */
export function rulePage(extension: vscode.Uri, rule: string): vscode.Uri {
  return vscode.Uri.joinPath(extension, "docs", "rules", `${rule}.md`);
}

export async function openRulePage(extension: vscode.Uri, rule: string): Promise<void> {
  await vscode.commands.executeCommand("markdown.showPreview", rulePage(extension, rule));
}
