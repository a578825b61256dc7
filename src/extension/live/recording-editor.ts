/** Opens a recording (`*.suprec`) as the page of a program, which only looks. The file is only read, and only in parts. */
import * as vscode from "vscode";
import { LiveChoices, openRecording, type Recording, readRecording, sourcesOf } from "../../live/index.ts";
import { errorText } from "../../model/index.ts";
import { explain } from "../run/saved-run.ts";
import { LivePanel, type LivePanelServices } from "./panel.ts";

/** What is not on a disk of this machine is read whole: not more of it than this. */
const MOST_BYTES = 200_000_000;

export async function showRecording(
  uri: vscode.Uri,
  panel: vscode.WebviewPanel,
  services: LivePanelServices,
): Promise<void> {
  let recording: Recording;
  try {
    recording = await open(uri);
  } catch (error) {
    const why = errorText(error);
    return explain(panel, vscode.l10n.t("This recording cannot be shown: {0}.", why), "");
  }
  const choices = new LiveChoices();
  for (const system of sourcesOf(recording)) choices.add(system);
  if (choices.empty) {
    await recording.close();
    return explain(panel, vscode.l10n.t("No System was made in what this file recorded."), "");
  }
  const page = new LivePanel(panel, services);
  page.onClosed = () => void recording.close();
  await page.load();
  await page.look(choices, vscode.workspace.getWorkspaceFolder(uri)?.uri ?? null);
}

async function open(uri: vscode.Uri): Promise<Recording> {
  if (uri.scheme === "file") return openRecording(uri.fsPath);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MOST_BYTES) throw new Error(vscode.l10n.t("it is too large to be read from where it is"));
  return readRecording(await vscode.workspace.fs.readFile(uri));
}
