/**
 * Is there a reason to analyse this workspace? "TypeScript is open" describes nearly every window, so nothing is
 * scanned before one of these is seen: the side panel, a manifest that depends on a known library, an open
 * file that imports one, or a home-made library in the settings. Cheap: reads manifests, never sources on disk.
 */
import * as vscode from "vscode";
import { importsKnownPackage, manifestHasEvidence } from "./known-packages.ts";

const LANGUAGES = new Set(["typescript", "typescriptreact", "javascript", "javascriptreact"]);

/** Documents that the extension reads. */
export function isSource(document: vscode.TextDocument): boolean {
  return LANGUAGES.has(document.languageId);
}

export function documentHasEvidence(document: vscode.TextDocument): boolean {
  return isSource(document) && importsKnownPackage(document.getText());
}

export function settingsHaveEvidence(): boolean {
  const specObjects = vscode.workspace.getConfiguration("suptree").get<unknown[]>("specObjects", []);
  return specObjects.length > 0;
}

/** Looks at the manifests nearest to the top; never throws. */
export async function manifestsHaveEvidence(token: vscode.CancellationToken): Promise<boolean> {
  const files = await vscode.workspace.findFiles("**/package.json", "**/node_modules/**", 50, token);
  files.sort((a, b) => a.path.length - b.path.length);
  for (const file of files) {
    if (token.isCancellationRequested) return false;
    try {
      const bytes = await vscode.workspace.fs.readFile(file);
      if (manifestHasEvidence(new TextDecoder().decode(bytes))) return true;
    } catch {
      // Gone or unreadable: no evidence.
    }
  }
  return false;
}
