/**
 * The page, as text: the editor's panel and the web server serve the same one. Its policy starts at nothing;
 * scripts need the nonce, and the engine of the sandbox and its guard lie in it as inert text, to be put
 * into workers.
 */

/** Where the page's client finds the texts of the sandbox's workers. */
export const WORKERS_ID = "sandbox-workers";
/** Where the page is rendered. */
export const APP_ID = "app";

/** Texts of workers, each one script without imports. */
export interface SandboxWorkers {
  sandbox: string;
  guard: string;
}

export interface PageOptions {
  /** Fresh for every page and from a cryptographic source. */
  nonce: string;
  /** What local styles, fonts and images may come from: `webview.cspSource`, or `'self'`. */
  cspSource: string;
  /** What the page may connect to; nothing in the editor, `'self'` on the web. */
  connectSource?: string;
  /** URLs. */
  scripts: readonly string[];
  styles: readonly string[];
  workers: SandboxWorkers;
  title: string;
  /** BCP 47. */
  language?: string;
  /** Text that is shown until the page has started, and without scripts. */
  loading?: string;
  /** Classes of the body; the editor sets its own. */
  bodyClass?: string;
  /** Rules put into the page itself: the web host's theme. */
  inlineStyle?: string;
  /** Data for scripts, as `data-*` attributes of the body. */
  data?: Readonly<Record<string, string>>;
}

/** The page's Content-Security-Policy. An iframe made with `srcdoc` inherits it, so its script needs the nonce too. */
export function contentSecurityPolicy(options: {
  nonce: string;
  cspSource: string;
  connectSource?: string;
}): string {
  const { nonce, cspSource, connectSource } = options;
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
    "worker-src blob:",
    "frame-src 'self'",
    `connect-src ${connectSource ?? "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The page's HTML. Everything that is not a constant of this file is escaped. */
export function renderPage(options: PageOptions): string {
  const nonce = attribute(options.nonce);
  const data = Object.entries(options.data ?? {})
    .map(([name, value]) => ` data-${name.replaceAll(/[^a-z0-9-]/g, "-")}="${attribute(value)}"`)
    .join("");
  const styles = options.styles.map((url) => `<link rel="stylesheet" href="${attribute(url)}">`);
  if (options.inlineStyle !== undefined) {
    styles.push(`<style nonce="${nonce}">${options.inlineStyle.replaceAll("</", "<\\/")}</style>`);
  }
  return `<!DOCTYPE html>
<html lang="${attribute(options.language ?? "en")}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(contentSecurityPolicy(options))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(options.title)}</title>
${styles.join("\n")}
</head>
<body class="${attribute(options.bodyClass ?? "")}"${data}>
<div id="${APP_ID}">${text(options.loading ?? "Loading…")}</div>
<script type="application/json" nonce="${nonce}" id="${WORKERS_ID}">${dataBlock(options.workers)}</script>
${options.scripts.map((url) => `<script type="module" nonce="${nonce}" src="${attribute(url)}"></script>`).join("\n")}
</body>
</html>
`;
}

/** What the page found in its own document. */
export function readWorkerSources(document: Document): SandboxWorkers & { nonce: string } {
  const block = document.getElementById(WORKERS_ID);
  if (!(block instanceof HTMLScriptElement)) throw new Error("This page was made without a sandbox.");
  const { sandbox, guard } = Object(JSON.parse(block.textContent ?? "")) as Record<string, unknown>;
  if (typeof sandbox !== "string" || typeof guard !== "string")
    throw new Error("The page's sandbox is not text.");
  return { sandbox, guard, nonce: block.nonce };
}

/* As JSON without any `<`, nothing in the block can end it or change how it is read. */
function dataBlock(workers: SandboxWorkers): string {
  return JSON.stringify(workers).replaceAll("<", "\\u003c");
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attribute(value: string): string {
  return text(value).replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
