/**
 * Opens a saved run (`*.run.json`) as the page that it was saved from: the tree of the folder that it lies in, with the run's
 * inputs replayed. The file is only read.
 */
import * as vscode from "vscode";
import type { SavedRun } from "../../model/index.ts";
import { EDITOR_SAVED_RUN } from "../ids.ts";
import type { Store } from "../workspace/store.ts";
import type { RunPanels } from "./panels.ts";

/** Larger files are no runs that a person has made. */
const MOST_BYTES = 20_000_000;

export class SavedRunEditor implements vscode.CustomReadonlyEditorProvider {
  readonly #panels: RunPanels;
  readonly #store: Store;

  constructor(panels: RunPanels, store: Store) {
    this.#panels = panels;
    this.#store = store;
  }

  static register(panels: RunPanels, store: Store): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(EDITOR_SAVED_RUN, new SavedRunEditor(panels, store), {
      supportsMultipleEditorsPerDocument: false,
    });
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const saved = await read(uri);
    if (typeof saved === "string") return explain(panel, saved);
    const folder = this.#folderFor(uri, saved);
    if (folder === null) {
      return explain(panel, vscode.l10n.t("Open the folder with the program that this run is of, too."));
    }
    await this.#panels.showSaved(panel, { folder: folder.toString(), root: saved.root, saved }, uri);
  }

  /** The analysed folder that has the run's tree; else the one that the file lies in. */
  #folderFor(uri: vscode.Uri, { root }: SavedRun): vscode.Uri | null {
    const has = this.#store.folders.find(({ model }) =>
      [...(model?.supervisors ?? []), ...(model?.applications ?? [])].some(({ key }) => key === root),
    );
    const around = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
    return has?.uri ?? this.#store.folderOf(uri)?.uri ?? around?.uri ?? null;
  }
}

/** The run, or what is wrong with the file. */
async function read(uri: vscode.Uri): Promise<SavedRun | string> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_BYTES) return vscode.l10n.t("This file is too large for a saved run.");
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const { parseSavedRun } = await import("../../protocol/index.ts");
    const run = parseSavedRun(text, true);
    return typeof run === "string" ? vscode.l10n.t("This file {0}.", run) : run;
  } catch (error) {
    return vscode.l10n.t(
      "This file could not be read: {0}",
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** A sentence in place of the page, and another on what can be done. */
export function explain(
  panel: vscode.WebviewPanel,
  message: string,
  how = vscode.l10n.t("To see its text: Reopen Editor With…, Text Editor."),
): void {
  const text = (words: string) =>
    words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  panel.webview.html = `<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head><body><p>${text(message)}</p><p>${text(how)}</p></body></html>`;
}
