/** The built files that the page needs, and its HTML. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { renderPage, type SandboxWorkers } from "../../protocol/page.ts";

/** The workers' texts are put into each page: read once. */
let workers: Promise<SandboxWorkers> | undefined;

export function assetsFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, "dist");
}

function readWorkers(extension: vscode.Uri): Promise<SandboxWorkers> {
  const read = async (name: string): Promise<string> =>
    new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(assetsFolder(extension), name)),
    );
  workers ??= Promise.all([read("sandbox.js"), read("sandbox-guard.js")]).then(([sandbox, guard]) => ({
    sandbox,
    guard,
  }));
  workers.catch(() => {
    workers = undefined;
  });
  return workers;
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
    workers: await readWorkers(extension),
    title,
    language: vscode.env.language,
    loading: vscode.l10n.t("Loading…"),
    data,
  });
}
