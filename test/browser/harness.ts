/**
 * The real page in a real Chromium: the bundles are built from source, the page comes from `renderPage` with its
 * policy in force, and a host that records stands where the editor would be. No server: the browser is answered
 * from memory.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { provisionBrowser } from "../../scripts/provision-browser.ts";
import { targets } from "../../scripts/targets.ts";
import type { Demonstration, Finding, SavedRun, TreeModel } from "../../src/model/index.ts";
import {
  DEFAULT_SETTINGS,
  type InitMessage,
  PROTOCOL_VERSION,
  renderPage,
  type SandboxWorkers,
} from "../../src/protocol/index.ts";
import { BODY_CLASS, type Theme, themeStyle } from "../../src/web/themes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const artifacts = join(root, "artifacts", "webview");
const ORIGIN = "http://suptree.test";
const NONCE = "dGVzdC1ub25jZS10ZXN0";

export interface Bundle {
  script: string;
  style: string;
  font: Buffer;
  workers: SandboxWorkers;
}

async function bundle(name: string): Promise<Map<string, Uint8Array>> {
  const target = targets.find((candidate) => candidate.name === name)!;
  const result = await build({
    ...target.options,
    absWorkingDir: root,
    entryPoints: { [target.output]: target.entry },
    bundle: true,
    write: false,
    outdir: join(root, "dist"),
    assetNames: "[name]",
    logLevel: "error",
    tsconfig: join(root, "tsconfig.json"),
  });
  return new Map(result.outputFiles.map((file) => [file.path.split("/").pop() ?? "", file.contents]));
}

/** The text of the worker that reads what the sandbox says. */
export async function buildGuard(): Promise<string> {
  return new TextDecoder().decode((await bundle("sandbox-guard")).get("sandbox-guard.js"));
}

/** @param sandboxFile a file to take as the sandbox's worker instead of the project's own */
export async function buildPage(sandboxFile?: string): Promise<Bundle> {
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
  const page = await bundle("webview");
  const sandbox =
    sandboxFile === undefined
      ? text((await bundle("sandbox")).get("sandbox.js"))
      : await readFile(sandboxFile, "utf8");
  return {
    script: text(page.get("webview.js")),
    style: text(page.get("webview.css")),
    font: Buffer.from(page.get("codicon.ttf") ?? []),
    workers: { sandbox, guard: await buildGuard() },
  };
}

/** The browser that the project's scripts find or fetch. */
export async function launch(): Promise<Browser> {
  const { executable, args } = await provisionBrowser();
  return chromium.launch({ executablePath: executable, args });
}

export interface OpenOptions {
  model: TreeModel;
  findings?: Finding[];
  root?: string | null;
  theme?: Theme;
  width?: number;
  height?: number;
  reducedMotion?: boolean;
  saved?: SavedRun | null;
  /** The page before was lost. */
  lost?: boolean;
  /** Why the program itself cannot run: the folder is not trusted. */
  noCode?: string | null;
  demonstration?: Demonstration | null;
  seed?: number;
  speed?: number;
  /** Device pixels per CSS pixel; the zoom of a window is this with fewer CSS pixels. */
  scale?: number;
  /** The page's own kept state. */
  state?: unknown;
  maxEvents?: number;
  /** A program to look at; the test answers what the page asks of it. */
  live?: InitMessage["live"];
  /** Runs in the page before anything of it. */
  before?: () => void;
}

export interface Opened {
  page: Page;
  /** What the page posted to its host. */
  posted(): Promise<{ type: string; [key: string]: unknown }[]>;
  /** Errors of the page and violations of its policy. */
  problems: string[];
  send(message: unknown): Promise<void>;
  close(): Promise<void>;
}

export async function open(browser: Browser, built: Bundle, options: OpenOptions): Promise<Opened> {
  const theme = options.theme ?? "dark";
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    deviceScaleFactor: options.scale ?? 1,
    reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(`console: ${message.text()}`);
    }
  });
  const init: InitMessage = {
    type: "init",
    protocol: PROTOCOL_VERSION,
    host: "web",
    model: options.model,
    findings: options.findings ?? [],
    root: options.root ?? null,
    demonstration: options.demonstration ?? null,
    realCode: [],
    noCode: options.noCode ?? null,
    seed: options.seed ?? 1,
    settings: {
      ...DEFAULT_SETTINGS,
      speed: options.speed ?? 1,
      maxEvents: options.maxEvents ?? DEFAULT_SETTINGS.maxEvents,
    },
    strings: {},
    saved: options.saved ?? null,
    lost: options.lost ?? false,
    live: options.live ?? null,
  };
  if (options.before !== undefined) await page.addInitScript(options.before);
  await page.addInitScript(
    ({ first, state }) => {
      const posted: unknown[] = [];
      let kept: unknown = state;
      const host = globalThis as unknown as Record<string, unknown>;
      host.posted = posted;
      host.first = first;
      host.kept = () => kept;
      host.acquireVsCodeApi = () => ({
        postMessage(message: { type: string; id?: number }) {
          posted.push(message);
          if (message.type === "ready") {
            window.postMessage(first, "*");
          } else if (message.id !== undefined) {
            window.postMessage({ type: "done", id: message.id, ok: true, message: null }, "*");
          }
        },
        getState: () => kept,
        setState(next: unknown) {
          kept = next;
        },
      });
    },
    { first: init, state: options.state },
  );
  const html = renderPage({
    nonce: NONCE,
    cspSource: "'self'",
    scripts: ["/webview.js"],
    styles: ["/webview.css"],
    workers: built.workers,
    title: "Suptree",
    bodyClass: `${BODY_CLASS[theme]}${options.reducedMotion === true ? " vscode-reduce-motion" : ""}`,
    inlineStyle: themeStyle(theme),
    data: { folder: "test" },
  });
  await page.route("**/*", (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/webview.js")
      return route.fulfill({ contentType: "text/javascript", body: built.script });
    if (pathname === "/webview.css") return route.fulfill({ contentType: "text/css", body: built.style });
    if (pathname.endsWith(".ttf")) return route.fulfill({ contentType: "font/ttf", body: built.font });
    if (pathname === "/favicon.ico") return route.fulfill({ status: 204 });
    return route.fulfill({ contentType: "text/html", body: html });
  });
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    problems,
    posted: () => page.evaluate(() => (globalThis as unknown as { posted: { type: string }[] }).posted),
    send: (message) => page.evaluate((data) => window.postMessage(data, "*"), message),
    close: () => context.close(),
  };
}

/** Keeps a picture as an artefact. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`) });
}
