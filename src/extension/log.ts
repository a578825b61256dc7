/** The log, and the one way in which a failure is told to a person. */
import * as vscode from "vscode";
import { printable, printableLines, shortened } from "../model/index.ts";
import { COMMANDS } from "./ids.ts";
import { MOST_OF_NOTICE, plainText } from "./views/words.ts";

let channel: vscode.LogOutputChannel | undefined;

/** The output channel "Suptree", made when it is first needed. */
export function log(): vscode.LogOutputChannel {
  channel ??= vscode.window.createOutputChannel("Suptree", { log: true });
  return channel;
}

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}

/** Logs the whole error, shows one sentence, and offers the log. */
export async function tellFailure(sentence: string, error: unknown): Promise<void> {
  const whole = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log().error(printable(sentence), printableLines(whole));
  const showLog = vscode.l10n.t("Show Log");
  if (
    (await vscode.window.showErrorMessage(plainText(shortened(sentence, MOST_OF_NOTICE)), showLog)) ===
    showLog
  ) {
    await vscode.commands.executeCommand(COMMANDS.showLog);
  }
}
