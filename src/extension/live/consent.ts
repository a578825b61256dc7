/** May a program's tree be shown? The person's own setting says so, or is asked for. */
import * as vscode from "vscode";
import { shortened } from "../../model/index.ts";
import { onDebug } from "../settings.ts";
import { plainText } from "../views/words.ts";

/** @param name of what is debugged */
export async function askConsent(name: string): Promise<boolean> {
  switch (onDebug()) {
    case "always":
      return true;
    case "never":
      return false;
    case "ask": {
      const [always, once, never] = [vscode.l10n.t("Always"), vscode.l10n.t("Once"), vscode.l10n.t("Never")];
      const answer = await vscode.window.showInformationMessage(
        vscode.l10n.t(
          "{0} has a supervision tree of suptree. Show it live while you debug?",
          plainText(shortened(name)),
        ),
        always,
        once,
        never,
      );
      if (answer === always || answer === never)
        await vscode.workspace
          .getConfiguration("suptree")
          .update("live.onDebug", answer === always ? "always" : "never", vscode.ConfigurationTarget.Global);
      return answer === always || answer === once;
    }
  }
}
