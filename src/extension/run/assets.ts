/** The built files that the page needs, and its HTML. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { renderPage } from "../../protocol/index.ts";

/** The engine's text is put into each page: read once. */
let sandboxSource: Promise<string> | undefined;

export function assetsFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, "dist");
}

function readSandbox(extension: vscode.Uri): Promise<string> {
  sandboxSource ??= Promise.resolve(
    vscode.workspace.fs.readFile(vscode.Uri.joinPath(assetsFolder(extension), "sandbox.js")),
  ).then((bytes) => new TextDecoder().decode(bytes));
  sandboxSource.catch(() => {
    sandboxSource = undefined;
  });
  return sandboxSource;
}

/** The page of one panel. `data` is what the page keeps in its state, so that a restored panel is known again. */
export async function pageHtml(
  extension: vscode.Uri,
  webview: vscode.Webview,
  title: string,
  data: Record<string, string>,
): Promise<string> {
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(assetsFolder(extension), name)).toString();
  return renderPage({
    nonce: randomBytes(18).toString("base64url"),
    cspSource: webview.cspSource,
    scripts: [asset("webview.js")],
    styles: [asset("webview.css")],
    sandboxSource: await readSandbox(extension),
    title,
    language: vscode.env.language,
    loading: vscode.l10n.t("Loading…"),
    data,
  });
}
