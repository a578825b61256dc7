/**
 * Kinds of programs under the editor's own debugger: Node's own type stripping, worker threads, a child process, vitest, a page in a
 * browser; and those that are left alone.
 */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { FrameLocator } from "playwright-core";
import { afterAll, afterEach, expect, inject, test } from "vitest";
import { root } from "../../scripts/util/paths.ts";
import { type Editor, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

/** A program with a tree of one child; what it does besides goes before or behind. */
const tree = (name: string, sup: string, library = "suptree"): string => `
import { GenServer, Supervisor, System } from "${library}";
class Job extends GenServer {}
class ${sup} extends Supervisor {
  override init() { return { children: [{ id: "job", start: [Job] }] }; }
}
const system: System = new System({ name: "${name}" });
system.start(${sup} as never).then(() => console.log("${name} is up"));
setInterval(() => {}, 1_000);
`;

const node = {
  type: "node",
  request: "launch",
  cwd: "${workspaceFolder}",
  runtimeExecutable: process.execPath,
};
const CONFIGURATIONS = [
  { ...node, name: "Stripped", program: "${workspaceFolder}/stripped.ts" },
  { ...node, name: "Workers", program: "${workspaceFolder}/workers.ts" },
  { ...node, name: "Forks", program: "${workspaceFolder}/forks.ts" },
  {
    ...node,
    name: "Vitest",
    program: join(root, "node_modules", "vitest", "vitest.mjs"),
    args: ["run", "--no-file-parallelism", "some.test.ts"],
    autoAttachChildProcesses: true,
  },
];

let editor: Editor | undefined;
let workbench: Workbench;
let folder = "";

/** A folder with these files, that depends on the library unless it is told otherwise. */
async function workspace(files: Record<string, string>, depends = true): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "suptree-live-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(made, name)), { recursive: true });
    await writeFile(join(made, name), text);
  }
  if (!depends) return made;
  await writeFile(join(made, "package.json"), '{ "type": "module", "dependencies": { "suptree": "*" } }');
  const library = join(made, "node_modules", "suptree");
  await cp(join(root, "dist", "lib"), join(library, "dist", "lib"), { recursive: true });
  await cp(join(root, "package.json"), join(library, "package.json"));
  await symlink(join(root, "node_modules", "vitest"), join(made, "node_modules", "vitest"));
  return made;
}

async function bundle(text: string): Promise<string> {
  const stdin = { contents: text, resolveDir: root, loader: "ts" } as const;
  const { outputFiles } = await build({ stdin, bundle: true, format: "iife", write: false });
  return outputFiles[0]?.text ?? "";
}

async function open(files: Record<string, string>, options: { depends?: boolean; trusted?: boolean } = {}) {
  const { depends = true, trusted = true } = options;
  folder = await workspace(files, depends);
  const settings = { "suptree.live.onDebug": "always" };
  editor = await openEditor({
    folder,
    inPlace: true,
    trusted,
    settings,
    size: { width: 1680, height: 1000 },
  });
  workbench = new Workbench(editor.page);
}

async function close(): Promise<void> {
  await editor?.close();
  editor = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

afterEach(async ({ task }) => {
  if (task.result?.state === "fail" && editor !== undefined)
    await workbench.screenshot(`failed ${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
});

afterAll(close);

/** Starts a configuration by its name. */
async function debug(name: string, source = "stripped.ts"): Promise<void> {
  // Only with a source open does the editor know that there is something to debug.
  await workbench.openFile(source);
  await workbench.quickInput("ControlOrMeta+p", `debug ${name}`, name);
}

async function stop(): Promise<void> {
  await workbench.page.locator(".debug-toolbar .codicon-debug-stop").first().click();
  await workbench.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  await workbench.command("View: Close All Editors");
}

const live = (): FrameLocator => workbench.runFrame();
const card = (path: string) => live().locator(`[data-path="${path}"]`).first();

async function systems(...names: RegExp[]): Promise<void> {
  const options = live().getByLabel("System").locator("option");
  for (const name of names) await options.filter({ hasText: name }).first().waitFor({ state: "attached" });
}

const choose = async (name: RegExp): Promise<void> => {
  const option = live().getByLabel("System").locator("option").filter({ hasText: name }).first();
  await live()
    .getByLabel("System")
    .selectOption((await option.getAttribute("value")) ?? "");
};

test("Node's own type stripping", async () => {
  await open({
    ".vscode/launch.json": JSON.stringify({
      version: "0.2.0",
      configurations: [...CONFIGURATIONS, chrome()],
    }),
    "stripped.ts": tree("stripped", "StrippedSup"),
    "workers.ts": `
      import { isMainThread, Worker } from "node:worker_threads";
      new Worker(new URL("./pool.ts", import.meta.url), { name: "pool" });
      ${tree("main", "MainSup")}`,
    "pool.ts": tree("pool", "PoolSup"),
    "forks.ts": `
      import { fork } from "node:child_process";
      fork(new URL("./forked.ts", import.meta.url));
      ${tree("parent", "ParentSup")}`,
    "forked.ts": tree("forked", "ForkedSup"),
    "some.test.ts": `
      import { expect, test } from "vitest";
      ${tree("tested", "TestedSup")}
      test("waits", async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        expect(system).toBeDefined();
      }, 70_000);`,
    "page.html": '<!doctype html><title>A page</title><script src="page.js"></script>',
    "page.js": await bundle(tree("page", "PageSup", "./src/runtime/index.ts")),
  });
  await debug("Stripped");
  await card("StrippedSup/job").waitFor();
  await stop();
});

test("worker threads: a tree for each, named, and a choice in the page", async () => {
  await debug("Workers");
  await systems(/main/, /pool/);
  await choose(/pool/);
  await card("PoolSup/job").waitFor();
  await workbench.screenshot("live-workers");
  await choose(/main/);
  await card("MainSup/job").waitFor();
  await stop();
});

test("a process that is started by the program", async () => {
  await debug("Forks");
  await systems(/parent/, /forked/);
  await choose(/forked/);
  await card("ForkedSup/job").waitFor();
  await stop();
});

test("vitest under the debugger", async () => {
  await debug("Vitest");
  await card("TestedSup/job").waitFor();
  await stop();
});

test("a page in a browser, and again when it is loaded again", async () => {
  await debug("Page");
  await card("PageSup/job").waitFor();
  await workbench.screenshot("live-page");
  await stop();
  await close();
});

test("nothing is shown of a workspace that does not depend on the library", async () => {
  await open(
    {
      ".vscode/launch.json": JSON.stringify({
        version: "0.2.0",
        configurations: [{ ...node, name: "Bundled", program: "${workspaceFolder}/bundled.js" }],
      }),
      "bundled.js": await bundle(tree("bundled", "BundledSup", "./src/runtime/index.ts")),
    },
    { depends: false },
  );
  await debug("Bundled", "bundled.js");
  await workbench.page.locator(".repl").getByText("bundled is up").first().waitFor();
  await workbench.page.waitForTimeout(3_000);
  expect(await workbench.page.locator("iframe.webview").count()).toBe(0);
  expect(await workbench.page.getByRole("tab", { name: /^Live: / }).count()).toBe(0);
  await stop();
  await close();
});

test("nothing is shown of an untrusted workspace", async () => {
  await open(
    {
      ".vscode/launch.json": JSON.stringify({ version: "0.2.0", configurations: CONFIGURATIONS.slice(0, 1) }),
      "stripped.ts": tree("stripped", "StrippedSup"),
    },
    { trusted: false },
  );
  await debug("Stripped");
  // The editor itself asks before it runs anything here.
  await workbench.page.locator(".monaco-dialog-box").waitFor();
  expect(await workbench.page.locator("iframe.webview").count()).toBe(0);
  await close();
});

function chrome(): object {
  const { executable, args } = inject("browser");
  return {
    type: "chrome",
    request: "launch",
    name: "Page",
    file: "${workspaceFolder}/page.html",
    // The browser runs where the files are, not where the editor's window is.
    browserLaunchLocation: "workspace",
    runtimeExecutable: executable,
    runtimeArgs: args.some((each) => each.startsWith("--headless")) ? args : [...args, "--headless"],
  };
}
