/** The page without the editor: a small server on the loopback address, for one person on this machine. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { CodeService } from "../bundle/index.ts";
import { type Demonstration, filesOf, locationOf, type SavedRun } from "../model/index.ts";
import {
  contentSecurityPolicy,
  DEFAULT_SETTINGS,
  type HostMessage,
  type LiveHostMessage,
  type LivePageMessage,
  type PageMessage,
  type PageSettings,
  PROTOCOL_VERSION,
  ProtocolError,
  parsePageMessage,
  renderPage,
  type SandboxWorkers,
} from "../protocol/index.ts";
import { EVENTS_PATH, MESSAGE_PATH, type ServerMessage } from "./bridge-messages.ts";
import { BRIDGE_STYLE } from "./bridge-style.ts";
import { allowedHosts, refuse } from "./guard.ts";
import { keyPage } from "./key-page.ts";
import type { LiveSource } from "./live-source.ts";
import type { ModelProvider } from "./provider.ts";
import { excerpt } from "./source.ts";
import { BODY_CLASS, THEME_CHOICES, type ThemeChoice, themeStyle } from "./themes.ts";

export interface WebHostOptions {
  provider: ModelProvider;
  /** The folder with `webview.js`, `webview.css`, `sandbox.js`, `sandbox-guard.js` and `web-bridge.js`. */
  assets: string;
  /** 0 takes a free one. */
  port?: number;
  /** Default: 32 random bytes. */
  token?: string;
  /** What to run when the page opens. */
  root?: string | null;
  seed?: number;
  saved?: SavedRun | null;
  demonstration?: Demonstration | null;
  settings?: Partial<PageSettings>;
  title?: string;
  /** The text of a rule's documentation page; null when there is none. */
  help?: (rule: string) => Promise<string | null>;
  /** Makes programs for running them; without it there are stand-ins only. */
  code?: Pick<CodeService, "codeFor" | "warm" | "inputs" | "onSaved">;
  /** Does what the page asks for with `applyFix` and `applyExperiment`; answers with a sentence. */
  edit?: (request: Extract<PageMessage, { type: "applyFix" | "applyExperiment" }>) => Promise<string>;
  /** A running program: the page looks at it instead of running trees. */
  live?: LiveSource;
  log?: (level: "info" | "warning" | "error", message: string) => void;
}

export interface WebHost {
  /** With the token: what to open. */
  url: string;
  port: number;
  /** Resolves when the page has been asked for with the token. */
  opened: Promise<void>;
  close(): Promise<void>;
}

const NO_CODE = "This server offers stand-ins only: start it with suptree serve --code to run real code.";

/** A saved run may come along with a state message; nothing larger than this is read. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_CLIENTS = 32;
/** Milliseconds that pages have to take what they were told last. */
const LAST_WORDS = 500;
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
  const clients = new Map<string, ServerResponse>();
  const { provider, log = () => {} } = options;
  const settings: PageSettings = { ...DEFAULT_SETTINGS, ...options.settings };
  let saved = options.saved ?? null;
  let demonstration = options.demonstration ?? null;
  const realCode = new Set<string>();
  /** What each page of a running program is told by, and whether its person has allowed commands. */
  const looking = new Map<ServerResponse, { tell: (message: LiveHostMessage) => void; allowed: boolean }>();
  let port = 0;
  let tellOpened: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    tellOpened = resolve;
  });

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Without the rest of the address: it holds the token.
      log("error", `${request.method} ${request.url?.replace(/\?.*$/s, "")}: ${messageOf(error)}`);
      if (!response.headersSent) answer(response, 500, "text/plain; charset=utf-8", "The server failed.");
      else response.end();
    });
  });
  server.headersTimeout = 10_000;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = addressOf(request.url ?? "", port);
    if (url === null) return answer(response, 400, "text/plain; charset=utf-8", "This is no address here.");
    const asset = request.method === "GET" ? ASSET.exec(url.pathname) : null;
    // Browsers ask for it by themselves, without the token.
    if (url.pathname === "/favicon.ico") {
      answer(response, 204, "image/x-icon", "");
      return;
    }
    const refusal = refuse(request, url, { port, token, needsToken: asset === null });
    if (refusal?.status === 401 && request.method === "GET" && url.pathname === "/")
      return sendKey(response, refusal.message);
    if (refusal !== null)
      return answer(response, refusal.status, "text/plain; charset=utf-8", refusal.message);
    if (asset !== null) return sendAsset(response, asset[1] ?? "", asset[2] ?? "");
    if (request.method === "GET" && url.pathname === "/") return sendPage(response, url);
    if (request.method === "GET" && url.pathname === EVENTS_PATH) return openStream(request, response, url);
    if (request.method === "POST" && url.pathname === MESSAGE_PATH) return takeMessage(request, response);
    answer(response, 404, "text/plain; charset=utf-8", "There is nothing here.");
  }

  async function sendAsset(response: ServerResponse, name: string, ending: string): Promise<void> {
    try {
      const content = await readFile(path.join(options.assets, name));
      answer(response, 200, TYPES[ending] ?? "application/octet-stream", content);
    } catch {
      answer(response, 404, "text/plain; charset=utf-8", `${name} was not built: run npm run build.`);
    }
  }

  async function sendPage(response: ServerResponse, url: URL): Promise<void> {
    const nonce = randomBytes(18).toString("base64url");
    const choice = THEME_CHOICES.find((each) => each === url.searchParams.get("theme")) ?? "auto";
    const read = (name: string) => readFile(path.join(options.assets, name), "utf8");
    let workers: SandboxWorkers;
    try {
      workers = { sandbox: await read("sandbox.js"), guard: await read("sandbox-guard.js") };
    } catch {
      return answer(
        response,
        500,
        "text/plain; charset=utf-8",
        "sandbox.js or sandbox-guard.js was not built: run npm run build.",
      );
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
    tellOpened();
  }

  /** A page that was opened before takes the token out of its tab's memory; anybody else reads what to do. */
  function sendKey(response: ServerResponse, message: string): void {
    const nonce = randomBytes(18).toString("base64url");
    answer(response, 401, "text/html; charset=utf-8", keyPage(nonce, message), {
      "content-security-policy": `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
  }

  function openStream(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const client = url.searchParams.get("client") ?? "";
    if (client === "" || client.length > 100 || (clients.size >= MOST_CLIENTS && !clients.has(client))) {
      answer(response, 429, "text/plain; charset=utf-8", "Too many pages are open.");
      return;
    }
    clients.get(client)?.end();
    clients.set(client, response);
    response.writeHead(200, {
      ...SAFE_HEADERS,
      "content-type": "text/event-stream",
      connection: "keep-alive",
    });
    response.write(": open\n\n");
    // Proxies and browsers drop silent streams.
    const beat = setInterval(() => response.write(": beat\n\n"), 25_000);
    beat.unref();
    request.on("close", () => {
      clearInterval(beat);
      if (clients.get(client) === response) clients.delete(client);
      const page = looking.get(response);
      if (page !== undefined) options.live?.leave(page.tell);
      looking.delete(response);
    });
  }

  async function takeMessage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers["content-type"] !== "application/json") {
      return answer(response, 415, "text/plain; charset=utf-8", "Messages are JSON.");
    }
    const client = request.headers["x-suptree-client"];
    const stream = typeof client === "string" ? clients.get(client) : undefined;
    if (stream === undefined) {
      return answer(response, 409, "text/plain; charset=utf-8", "Reload the page: it is not connected.");
    }
    const body = await readBody(request);
    if (body === null) return answer(response, 413, "text/plain; charset=utf-8", "The message is too large.");
    let message: PageMessage;
    try {
      message = parsePageMessage(JSON.parse(body));
    } catch (error) {
      const text = error instanceof ProtocolError ? error.message : "The message is not JSON.";
      return answer(response, 400, "text/plain; charset=utf-8", text);
    }
    answer(response, 204, "text/plain; charset=utf-8", "");
    await react(message, stream);
  }

  async function react(message: PageMessage, stream: ServerResponse): Promise<void> {
    const reply = (message: ServerMessage) => send(stream, message);
    const toPage = (answer: HostMessage) => reply({ to: "page", message: answer });
    const { model, findings, base, within = [base] } = provider.current();
    switch (message.type) {
      case "ready":
        if (message.protocol !== PROTOCOL_VERSION) {
          return toPage({
            type: "error",
            message: "The page and the server are of different versions: reload.",
          });
        }
        toPage({
          type: "init",
          protocol: PROTOCOL_VERSION,
          host: "web",
          model,
          findings,
          root: options.root ?? null,
          demonstration,
          realCode: [...realCode],
          noCode: options.code === undefined ? NO_CODE : null,
          seed: options.seed ?? 1,
          settings,
          strings: {},
          saved,
          // The page itself knows whether it was lost: its state outlives it in the browser.
          lost: false,
          live: options.live?.program ?? null,
        });
        // Played once; a reload continues where the page was.
        demonstration = null;
        options.code?.warm();
        return;
      case "state":
        saved = message.saved;
        return;
      case "reveal":
        try {
          const { file } = message.location;
          const bundled = options.code?.inputs.has(path.resolve(base, file)) === true;
          if (!bundled && !filesOf(model, findings).has(file))
            throw new Error(`${message.location.file} is not part of the trees.`);
          reply({ to: "bridge", show: "source", excerpt: await excerpt(base, within, message.location) });
        } catch (error) {
          toPage({ type: "error", message: messageOf(error) });
        }
        return;
      case "selected": {
        const location = locationOf(model, message.key);
        if (location === null) return;
        try {
          toPage({ type: "excerpt", key: message.key, excerpt: await excerpt(base, within, location) });
        } catch (error) {
          log("info", messageOf(error));
        }
        return;
      }
      case "help": {
        const text = (await options.help?.(message.rule)) ?? `There is no page about ${message.rule} here.`;
        return reply({ to: "bridge", show: "text", title: message.rule, text });
      }
      case "needCode": {
        const { id, root } = message;
        const refused = {
          script: null,
          notes: [],
          problems: [{ message: NO_CODE, location: null, chain: [] }],
        };
        return toPage({ type: "code", id, code: (await options.code?.codeFor(model, root)) ?? refused });
      }
      case "mode":
        if (message.mode === "code") realCode.add(message.root);
        else realCode.delete(message.root);
        return;
      case "applyFix":
      case "applyExperiment":
        try {
          if (options.edit === undefined)
            throw new Error("This page only shows. Open the folder in VS Code.");
          toPage({ type: "done", id: message.id, ok: true, message: await options.edit(message) });
        } catch (error) {
          toPage({ type: "done", id: message.id, ok: false, message: messageOf(error) });
        }
        return;
      case "liveWatch":
      case "liveInspect":
      case "liveAllow":
      case "liveCommand":
        return await look(message, stream, toPage);
      case "log":
        return log(message.level, message.message);
      case "alive":
      case "save": // the bridge has downloaded it
      case "runChanged":
        return;
    }
  }

  /** What a page asks of the running program. */
  async function look(
    message: LivePageMessage,
    stream: ServerResponse,
    toPage: (answer: HostMessage) => void,
  ): Promise<void> {
    const source = options.live;
    if (source === undefined) return toPage({ type: "error", message: "No program is looked at here." });
    const page = looking.get(stream) ?? { tell: toPage, allowed: false };
    looking.set(stream, page);
    try {
      switch (message.type) {
        case "liveWatch":
          return await source.watch(page.tell);
        case "liveAllow":
          page.allowed = message.commands && source.program.commands;
          return;
        case "liveInspect":
          return toPage({ type: "liveProcess", id: message.id, view: await source.inspect(message.pid) });
        case "liveCommand":
          if (!page.allowed) throw new Error("Allow commands first: the program is only looked at.");
          await source.command(message.fault, message.pid, message.reason);
          return toPage({ type: "done", id: message.id, ok: true, message: null });
      }
    } catch (error) {
      if (message.type === "liveInspect") toPage({ type: "liveProcess", id: message.id, view: null });
      else if (message.type === "liveCommand")
        toPage({ type: "done", id: message.id, ok: false, message: messageOf(error) });
      else toPage({ type: "liveEnded", reason: messageOf(error) });
    }
  }

  const stopListening = provider.onChange(({ model, findings }) => {
    for (const stream of clients.values()) {
      send(stream, { to: "page", message: { type: "model", model, findings } });
    }
  });

  const stopWatching = options.code?.onSaved(() => {
    for (const stream of clients.values()) send(stream, { to: "page", message: { type: "codeChanged" } });
  });

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
      // The last that pages were told has to reach them.
      const ends = [...clients.values()].map(
        (stream) => new Promise<void>((resolve) => stream.end(() => resolve())),
      );
      await Promise.race([
        Promise.all(ends),
        new Promise((resolve) => setTimeout(resolve, LAST_WORDS).unref()),
      ]);
      clients.clear();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

const SAFE_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // The address holds the token.
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
};

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  more: Record<string, string> = {},
): void {
  response.writeHead(status, { ...SAFE_HEADERS, "content-type": type, ...more });
  response.end(body);
}

/** Only paths: `//host/` and whole addresses are for proxies. */
function addressOf(target: string, port: number): URL | null {
  if (!target.startsWith("/") || target.startsWith("//")) return null;
  const address = `http://127.0.0.1:${port}${target}`;
  return URL.canParse(address) ? new URL(address) : null;
}

function send(stream: ServerResponse, message: ServerMessage): void {
  stream.write(`data: ${JSON.stringify(message)}\n\n`);
}

/** Null when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function bodyClass(choice: ThemeChoice): string {
  return choice === "auto" ? "" : BODY_CLASS[choice];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
