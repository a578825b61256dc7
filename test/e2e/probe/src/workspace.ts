/** The opened workspace, and Suptree in it. */
import * as vscode from "vscode";
import type { SuptreeApi } from "../../../../src/extension/extension.ts";

let api: SuptreeApi | undefined;
const originals = new Map<string, Uint8Array>();
const made = new Set<string>();

export function suptree(): SuptreeApi {
  if (!api) throw new Error("Suptree is not active");
  return api;
}

export function folder(): vscode.Uri {
  const uri = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!uri) throw new Error("no folder is open");
  return uri;
}

export const file = (path: string): vscode.Uri => vscode.Uri.joinPath(folder(), ...path.split("/"));

/** Activates Suptree and waits for its first trees. */
export async function prepare(): Promise<void> {
  const extension = vscode.extensions.getExtension<SuptreeApi>("suptree.suptree");
  if (!extension) throw new Error("Suptree is not installed");
  api = await extension.activate();
  await vscode.commands.executeCommand("suptree.refresh");
  await api.settled();
}

/** Opens a file, remembered so that it is put back after the test. */
export async function open(path: string): Promise<vscode.TextDocument> {
  const uri = file(path);
  if (!originals.has(uri.toString())) originals.set(uri.toString(), await vscode.workspace.fs.readFile(uri));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Writes a file on disk; it is removed after the test. */
export async function write(path: string, text: string): Promise<vscode.Uri> {
  const uri = file(path);
  made.add(uri.toString());
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/**
 * Replaces the first occurrence of `from` in an open document, without saving. The editor refuses an edit of a version that is not the
 * document's any more, as when it has just read a file again that was put back on disk: then it is made for the next version.
 */
export async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  for (let left = 10; ; left--) {
    const at = document.getText().indexOf(from);
    if (at < 0) throw new Error(`${document.uri.path} has no ${JSON.stringify(from)}`);
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
    edit.replace(document.uri, range, to);
    if (await vscode.workspace.applyEdit(edit)) return;
    if (left === 0) throw new Error("the edit was not applied");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Everything as it was: editors closed without saving, files on disk put back. */
export async function restoreFiles(): Promise<void> {
  while (vscode.window.activeTextEditor?.document.isDirty) {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  for (const [uri, bytes] of originals) await vscode.workspace.fs.writeFile(vscode.Uri.parse(uri), bytes);
  for (const uri of made) {
    try {
      await vscode.workspace.fs.delete(vscode.Uri.parse(uri));
    } catch {
      // The test has removed it.
    }
  }
  originals.clear();
  made.clear();
  await suptree().settled();
}

export function suptreeProblems(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "suptree");
}

export function ruleOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return typeof code === "object" ? String(code.value) : String(code);
}
