/** A webview with the page of the attacks: the same document, policy and sandbox as a run panel has. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { renderPage } from "../../../../src/protocol/index.ts";

export function openAttackPanel(context: vscode.ExtensionContext): void {
  const out = vscode.Uri.joinPath(context.extensionUri, "out");
  const panel = vscode.window.createWebviewPanel("suptree.attacks", "Attacks", vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [out],
    retainContextWhenHidden: true,
  });
  panel.webview.html = renderPage({
    nonce: randomBytes(18).toString("base64url"),
    cspSource: panel.webview.cspSource,
    scripts: [panel.webview.asWebviewUri(vscode.Uri.joinPath(out, "attacks.js")).toString()],
    styles: [],
    workers: { sandbox: "", guard: "" },
    title: "Attacks",
  });
}
