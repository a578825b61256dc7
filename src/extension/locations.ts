/** The model's places (1-based, relative to the analysed folder) in the editor's terms, and back. */
import * as vscode from "vscode";
import type { Location } from "../model/index.ts";
import { below, isElsewhere } from "./uri-paths.ts";

export function toRange(location: Location): vscode.Range {
  return new vscode.Range(
    Math.max(0, location.line - 1),
    Math.max(0, location.column - 1),
    Math.max(0, location.endLine - 1),
    Math.max(0, location.endColumn - 1),
  );
}

export function toUri(folder: vscode.Uri, file: string): vscode.Uri {
  if (isElsewhere(file)) return vscode.Uri.file(file);
  return vscode.Uri.joinPath(folder, ...file.split("/"));
}

export function toVSCodeLocation(folder: vscode.Uri, location: Location): vscode.Location {
  return new vscode.Location(toUri(folder, location.file), toRange(location));
}

/** The path of `uri` below `folder` with `/`, null when it lies elsewhere. */
export function relativeFile(folder: vscode.Uri, uri: vscode.Uri): string | null {
  if (folder.scheme !== uri.scheme || folder.authority !== uri.authority) return null;
  return below(folder.path, uri.path);
}

/** Opens the file and selects the place's first line; the whole of a supervisor would be a wall of blue. */
export async function reveal(
  folder: vscode.Uri,
  location: Location,
  options: { beside?: boolean; preserveFocus?: boolean } = {},
): Promise<void> {
  const start = toRange(location).start;
  const document = await vscode.workspace.openTextDocument(toUri(folder, location.file));
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: options.beside ? columnOfSources() : vscode.ViewColumn.Active,
    preserveFocus: options.preserveFocus ?? false,
    selection: new vscode.Range(start, start),
  });
  editor.revealRange(toRange(location), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Where sources are shown already, so that a run's panel is not covered; else beside it. */
function columnOfSources(): vscode.ViewColumn {
  const editor = vscode.window.visibleTextEditors.find((each) => each.viewColumn !== undefined);
  return editor?.viewColumn ?? vscode.ViewColumn.Beside;
}
