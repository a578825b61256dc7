/** What the connection to a program needs of the editor. */
import * as vscode from "vscode";

/** Why running programs cannot be seen from here, and what to do; null where they can. */
export function cannotConnect(): string | null {
  if (typeof WebSocket === "function") return null;
  return vscode.l10n.t(
    "Running programs cannot be shown live here: this editor runs its extensions on Node {0}, which has no WebSocket. Update the editor (VS Code 1.101 or later), or run suptree attach in a terminal with Node 22 or later.",
    process.versions.node,
  );
}
