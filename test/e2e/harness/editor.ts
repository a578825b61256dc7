/**
 * A running VS Code with the packed extension in it, and a page that shows it. With code-server the page is a
 * browser's; with a desktop VS Code it is the window itself. Tests see no difference.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { _electron, type Browser, chromium, type ElectronApplication, type Page } from "playwright-core";
import { inject } from "vitest";
import { root } from "../../../scripts/util/paths.ts";
import { killGroup, run } from "../../../scripts/util/run.ts";

/** Milliseconds to wait for anything: a busy machine with two cores needs long for what takes a second elsewhere. */
const PATIENCE = 90_000;

const examples = join(root, "examples");
export const gateway = join(examples, "gateway");

export interface EditorOptions {
  /** Copied, so that tests may edit it; null for no folder at all. An example is copied with its surroundings. */
  folder: string | null;
  /** False: the workspace is not trusted. */
  trusted?: boolean;
  settings?: Record<string, unknown>;
  /** Further VSIX files. */
  extensions?: string[];
  env?: Record<string, string>;
  size?: { width: number; height: number };
  /** Use this folder as it is instead of a copy. */
  inPlace?: boolean;
  /** Does something with the installed extension's files before the editor starts. */
  installed?: (extension: string) => Promise<void>;
}

export interface Editor {
  page: Page;
  /** The opened folder (a copy), "" without one. */
  folder: string;
  /** What the editor's processes have printed, for failures. */
  output(): string;
  /** Loads the window again, as a restart does. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.layoutControl.enabled": false,
  "window.menuBarVisibility": "hidden",
  "editor.minimap.enabled": false,
  // It lies over the lines that tests click.
  "editor.stickyScroll.enabled": false,
  "typescript.tsserver.web.projectWideIntellisense.enabled": false,
  "workbench.colorTheme": "Default Dark Modern",
  "git.enabled": false,
};

export async function openEditor(options: EditorOptions): Promise<Editor> {
  const home = await mkdtemp(join(tmpdir(), "suptree-e2e-"));
  const user = join(home, "user");
  const extensions = join(home, "extensions");
  await mkdir(join(user, "User"), { recursive: true });
  await mkdir(extensions, { recursive: true });
  const settingsFile = join(user, "User", "settings.json");
  await writeFile(settingsFile, JSON.stringify({ ...SETTINGS, ...options.settings }));
  let folder = "";
  if (options.folder !== null) {
    if (options.inPlace) folder = options.folder;
    else {
      folder = await copyFolder(options.folder, join(home, "workspace"));
    }
  }
  const vscode = inject("vscode");
  const started =
    vscode.kind === "code-server"
      ? await startCodeServer(vscode.entry, options, user, extensions, folder)
      : await startDesktop(vscode.executable, options, user, extensions, folder);
  return {
    ...started,
    folder,
    async close() {
      await started.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** @returns the copy. Examples extend a shared configuration and import the built library: both come along. */
async function copyFolder(folder: string, to: string): Promise<string> {
  const options = { recursive: true, filter: (path: string) => !path.includes("node_modules") };
  const within = relative(examples, folder);
  if (within.startsWith("..")) {
    await cp(folder, to, options);
    return to;
  }
  await cp(examples, join(to, "examples"), options);
  await cp(join(root, "dist", "lib"), join(to, "node_modules", "suptree", "dist", "lib"), {
    recursive: true,
  });
  await cp(join(root, "package.json"), join(to, "node_modules", "suptree", "package.json"));
  await cp(join(root, "node_modules", "@types", "node"), join(to, "node_modules", "@types", "node"), {
    recursive: true,
  });
  return join(to, "examples", within);
}

type Started = Omit<Editor, "folder">;

async function startCodeServer(
  entry: string,
  options: EditorOptions,
  user: string,
  extensions: string,
  folder: string,
): Promise<Started> {
  const dirs = ["--user-data-dir", user, "--extensions-dir", extensions];
  for (const vsix of [inject("vsix"), ...(options.extensions ?? [])]) {
    const { code, output } = await run(process.execPath, [entry, ...dirs, "--install-extension", vsix], {
      timeout: 120_000,
    });
    if (code !== 0) throw new Error(`code-server did not install ${vsix}:\n${output}`);
  }
  await prepare(extensions, options);
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      entry,
      ...dirs,
      "--auth=none",
      `--bind-addr=127.0.0.1:${port}`,
      "--disable-telemetry",
      "--disable-update-check",
      "--disable-getting-started-override",
      ...(options.trusted === false ? [] : ["--disable-workspace-trust"]),
      ...(folder === "" ? [] : [folder]),
    ],
    { env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  const output = collect(server);
  const address = `http://127.0.0.1:${port}`;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    if (server.pid !== undefined) killGroup(server.pid);
  };
  try {
    await answers(`${address}/healthz`, server, output);
    const { executable, args } = inject("browser");
    browser = await chromium.launch({ executablePath: executable, args });
    const page = await browser.newPage({ viewport: options.size ?? { width: 1400, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    const url = folder === "" ? `${address}/?ew=true` : `${address}/?folder=${encodeURIComponent(folder)}`;
    const load = async (): Promise<void> => {
      await page.goto(url);
      await page.waitForSelector(".monaco-workbench .activitybar", { timeout: 120_000 });
    };
    await load();
    return { page, output, reload: load, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDesktop(
  executable: string,
  options: EditorOptions,
  user: string,
  extensions: string,
  folder: string,
): Promise<Started> {
  const dirs = [`--user-data-dir=${user}`, `--extensions-dir=${extensions}`];
  const { resolveCliArgsFromVSCodeExecutablePath } = await import("@vscode/test-electron");
  const [cli = executable, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable);
  for (const vsix of [inject("vsix"), ...(options.extensions ?? [])]) {
    const own = cliArgs.filter((each) => !/^--(extensions|user-data)-dir/.test(each));
    const { code, output } = await run(cli, [...own, ...dirs, "--install-extension", vsix]);
    if (code !== 0) throw new Error(`VS Code did not install ${vsix}:\n${output}`);
  }
  await prepare(extensions, options);
  const application: ElectronApplication = await _electron.launch({
    executablePath: executable,
    args: [
      ...dirs,
      "--no-sandbox",
      "--disable-gpu",
      "--skip-release-notes",
      "--skip-welcome",
      "--disable-telemetry",
      ...(options.trusted === false ? [] : ["--disable-workspace-trust"]),
      ...(folder === "" ? ["--new-window"] : [folder]),
    ],
    env: { ...(process.env as Record<string, string>), ...options.env },
  });
  const output = collect(application.process());
  const page = await application.firstWindow();
  page.setDefaultTimeout(PATIENCE);
  await page.waitForSelector(".monaco-workbench .activitybar", { timeout: 120_000 });
  return {
    page,
    output,
    async reload() {
      await page.reload();
      await page.waitForSelector(".monaco-workbench .activitybar", { timeout: 120_000 });
    },
    close: () => application.close(),
  };
}

async function prepare(extensions: string, { installed }: EditorOptions): Promise<void> {
  if (installed === undefined) return;
  const own = (await readdir(extensions)).find((name) => name.startsWith("suptree.suptree-"));
  if (own === undefined) throw new Error("Suptree was not installed");
  await installed(join(extensions, own));
}

function collect(process: ChildProcess): () => string {
  let text = "";
  const take = (chunk: Buffer): void => {
    text = (text + chunk.toString("utf8")).slice(-20_000);
  };
  process.stdout?.on("data", take);
  process.stderr?.on("data", take);
  return () => text;
}

async function answers(url: string, server: ChildProcess, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new Error(`code-server ended:\n${output()}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`code-server does not answer:\n${output()}`);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}
