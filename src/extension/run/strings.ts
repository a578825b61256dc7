/** The page's sentences in the editor's language: they are passed in, since the page cannot ask. */
import * as vscode from "vscode";

/**
 * By their English text; empty for English, and for languages without a bundle. The bundle is the extension's
 * own, so that page and extension are translated in one file.
 */
export function pageStrings(): Record<string, string> {
  const bundle = vscode.l10n.bundle ?? {};
  const strings: Record<string, string> = {};
  for (const [key, value] of Object.entries(bundle)) {
    if (typeof value === "string") strings[key] = value;
  }
  return strings;
}
