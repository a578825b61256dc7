/** The page without the editor: a small server on the loopback address, for one person on this machine. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { errorText } from "../model/index.ts";
import {
  contentSecurityPolicy,
  type PageMessage,
  ProtocolError,
  parsePageMessage,
  renderPage,
  type SandboxWorkers,
} from "../protocol/index.ts";
import { EVENTS_PATH, MESSAGE_PATH } from "./bridge-messages.ts";
import { BRIDGE_STYLE } from "./bridge-style.ts";
import { Conversation } from "./conversation.ts";
import { allowedHosts, refuse } from "./guard.ts";
import { keyPage } from "./key-page.ts";
import type { WebHostOptions } from "./options.ts";
import { OpenPages } from "./pages.ts";
import { answer, readBody, say } from "./responses.ts";
import { BODY_CLASS, THEME_CHOICES, type ThemeChoice, themeStyle } from "./themes.ts";

export interface WebHost {
  /** With the token: what to open. */
  url: string;
  port: number;
  /** Resolves when the page has been asked for with the token. */
  opened: Promise<void>;
  close(): Promise<void>;
}

const ASSET = /^\/([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.(js|css|ttf|woff2|svg))$/;
const TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  ttf: "font/ttf",
  woff2: "font/woff2",
  svg: "image/svg+xml",
};

/**
 * Starts the server on 127.0.0.1.
 * @throws NodeJS.ErrnoException when the port is taken (`EADDRINUSE`) or may not be used.
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const token = options.token ?? randomBytes(32).toString("base64url");
  const { provider, code, log } = options;
  const conversation = new Conversation(options);
  const pages = new OpenPages((page) => conversation.leave(page));
  let tellOpened: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    tellOpened = resolve;
  });
  let port = 0;

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Without the rest of the address: it holds the token.
      log?.("error", `${request.method} ${request.url?.replace(/\?.*$/s, "")}: ${errorText(error)}`);
      if (!response.headersSent) say(response, 500, "The server failed.");
      else response.end();
    });
  });
  server.headersTimeout = 10_000;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = addressOf(request.url ?? "", port);
    if (url === null) return say(response, 400, "This is no address here.");
    const { method } = request;
    const asset = method === "GET" ? ASSET.exec(url.pathname) : null;
    // Browsers ask for it by themselves, without the token.
    if (url.pathname === "/favicon.ico") return answer(response, 204, "image/x-icon", "");
    const refusal = refuse(request, url, { port, token, needsToken: asset === null });
    if (refusal?.status === 401 && method === "GET" && url.pathname === "/")
      return sendKey(response, refusal.message);
    if (refusal !== null) return say(response, refusal.status, refusal.message);
    if (asset !== null) return sendAsset(options.assets, response, asset[1] ?? "", asset[2] ?? "");
    if (method === "GET" && url.pathname === "/") {
      if (await sendPage(options, response, url)) tellOpened();
      return;
    }
    if (method === "GET" && url.pathname === EVENTS_PATH) {
      const client = url.searchParams.get("client") ?? "";
      if (!pages.open(request, response, client)) say(response, 429, "Too many pages are open.");
      return;
    }
    if (method === "POST" && url.pathname === MESSAGE_PATH)
      return takeMessage(request, response, pages, conversation);
    say(response, 404, "There is nothing here.");
  }

  const stopListening = provider.onChange(({ model, findings }) =>
    pages.tellAll({ type: "model", model, findings }),
  );
  const stopWatching = code?.onSaved(() => pages.tellAll({ type: "codeChanged" }));

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  port = (server.address() as AddressInfo).port;
  const [host] = allowedHosts(port);
  return {
    url: `http://${host}/?token=${token}`,
    port,
    opened,
    async close() {
      stopListening();
      stopWatching?.();
      await pages.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function sendAsset(
  assets: string,
  response: ServerResponse,
  name: string,
  ending: string,
): Promise<void> {
  try {
    const content = await readFile(path.join(assets, name));
    answer(response, 200, TYPES[ending] ?? "application/octet-stream", content);
  } catch {
    say(response, 404, `${name} was not built: run npm run build.`);
  }
}

/** False when there is no page to be sent. */
async function sendPage(
  options: Pick<WebHostOptions, "assets" | "title">,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const nonce = randomBytes(18).toString("base64url");
  const choice = THEME_CHOICES.find((each) => each === url.searchParams.get("theme")) ?? "auto";
  const read = (name: string) => readFile(path.join(options.assets, name), "utf8");
  let workers: SandboxWorkers;
  try {
    workers = { sandbox: await read("sandbox.js"), guard: await read("sandbox-guard.js") };
  } catch {
    say(response, 500, "sandbox.js or sandbox-guard.js was not built: run npm run build.");
    return false;
  }
  const policy = { nonce, cspSource: "'self'", connectSource: "'self'" };
  const html = renderPage({
    ...policy,
    scripts: ["/web-bridge.js", "/webview.js"],
    styles: ["/webview.css"],
    workers,
    title: options.title ?? "Suptree",
    bodyClass: bodyClass(choice),
    inlineStyle: themeStyle(choice) + BRIDGE_STYLE,
    data: { theme: choice, host: "web" },
  });
  // What a <meta> policy cannot say.
  const header = `${contentSecurityPolicy(policy)}; frame-ancestors 'none'`;
  answer(response, 200, "text/html; charset=utf-8", html, { "content-security-policy": header });
  return true;
}

/** A page that was opened before takes the token out of its tab's memory; anybody else reads what to do. */
function sendKey(response: ServerResponse, message: string): void {
  const nonce = randomBytes(18).toString("base64url");
  answer(response, 401, "text/html; charset=utf-8", keyPage(nonce, message), {
    "content-security-policy": `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  });
}

async function takeMessage(
  request: IncomingMessage,
  response: ServerResponse,
  pages: OpenPages,
  conversation: Conversation,
): Promise<void> {
  if (request.headers["content-type"] !== "application/json") return say(response, 415, "Messages are JSON.");
  const client = request.headers["x-suptree-client"];
  const page = typeof client === "string" ? pages.of(client) : undefined;
  if (page === undefined) return say(response, 409, "Reload the page: it is not connected.");
  const body = await readBody(request);
  if (body === null) return say(response, 413, "The message is too large.");
  let message: PageMessage;
  try {
    message = parsePageMessage(JSON.parse(body));
  } catch (error) {
    return say(response, 400, error instanceof ProtocolError ? error.message : "The message is not JSON.");
  }
  say(response, 204, "");
  await conversation.react(message, page);
}

/** Only paths: `//host/` and whole addresses are for proxies. */
function addressOf(target: string, port: number): URL | null {
  if (!target.startsWith("/") || target.startsWith("//")) return null;
  const address = `http://127.0.0.1:${port}${target}`;
  return URL.canParse(address) ? new URL(address) : null;
}

function bodyClass(choice: ThemeChoice): string {
  return choice === "auto" ? "" : BODY_CLASS[choice];
}
