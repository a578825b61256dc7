/** Exports of a page: a dialog for where, and the file. */
import * as vscode from "vscode";
import type { PageMessage } from "../../protocol/index.ts";

type SaveMessage = Extract<PageMessage, { type: "save" }>;

/** Where the last export went, so that the next dialog starts there. */
let lastFolder: vscode.Uri | undefined;

/** False when the person cancelled. @throws what the file system says */
export async function saveExport(message: SaveMessage, folder: vscode.Uri): Promise<boolean> {
  const name = message.name.replace(/[\\/:*?"<>|\p{Cc}]/gu, "-");
  const extension = /\.(\w+)$/.exec(name)?.[1];
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(lastFolder ?? folder, name),
    ...(extension ? { filters: { [extension.toUpperCase()]: [extension] } } : {}),
  });
  if (!target) return false;
  const bytes =
    message.encoding === "base64"
      ? Buffer.from(message.content, "base64")
      : new TextEncoder().encode(message.content);
  await vscode.workspace.fs.writeFile(target, bytes);
  lastFolder = vscode.Uri.joinPath(target, "..");
  return true;
}
