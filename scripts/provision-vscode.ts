/**
 * Finds or fetches a real VS Code for the tests, in this order: the executable that SUPTREE_VSCODE names, the
 * download of `@vscode/test-electron` where there is a display and its server answers, else `code-server`
 * (a complete VS Code with a Node extension host, shown in a browser) from the npm registry.
 *
 * `node scripts/provision-vscode.ts` provisions and says on one line which one is used.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, exists } from "./util/paths.ts";
import { run } from "./util/run.ts";

/** VS Code 1.139.1. */
const CODE_SERVER = "4.139.1";
const INSTALL = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

export type ProvisionedVSCode =
  | { kind: "electron"; executable: string; from: string }
  /** `entry` is run by our own Node: its major version is the one that code-server wants. */
  | { kind: "code-server"; entry: string; from: string };

/** @throws Error whose message says what was tried and what to do. */
export async function provisionVSCode(say: (line: string) => void = () => {}): Promise<ProvisionedVSCode> {
  const named = process.env.SUPTREE_VSCODE;
  if (named) {
    if (!(await exists(named))) throw new Error(`SUPTREE_VSCODE names ${named}, which does not exist.`);
    return named.endsWith("entry.js")
      ? { kind: "code-server", entry: named, from: "SUPTREE_VSCODE" }
      : { kind: "electron", executable: named, from: "SUPTREE_VSCODE" };
  }
  return (await electronDownload(say)) ?? (await codeServer(say));
}

async function electronDownload(say: (line: string) => void): Promise<ProvisionedVSCode | null> {
  if (process.platform === "linux" && !process.env.DISPLAY) return null;
  const server = "https://update.code.visualstudio.com/api/releases/stable";
  try {
    await fetch(server, { signal: AbortSignal.timeout(10_000) });
  } catch {
    say("VS Code's download server does not answer; taking code-server from the npm registry");
    return null;
  }
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  const executable = await downloadAndUnzipVSCode({ cachePath: join(cacheFolder, "vscode-test") });
  return { kind: "electron", executable, from: "@vscode/test-electron" };
}

async function codeServer(say: (line: string) => void): Promise<ProvisionedVSCode> {
  const folder = join(cacheFolder, `code-server-${CODE_SERVER}`);
  const entry = join(folder, "node_modules", "code-server", "out", "node", "entry.js");
  const from = `code-server ${CODE_SERVER}`;
  if (await exists(join(folder, "complete"))) return { kind: "code-server", entry, from };

  say(`installing ${from} from the npm registry, once (about 600 MB, a minute)`);
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(
    join(unfinished, "package.json"),
    JSON.stringify({ private: true, dependencies: { "code-server": CODE_SERVER } }),
  );
  const vscode = join(unfinished, "node_modules", "code-server", "lib", "vscode");
  try {
    await npm(INSTALL, unfinished);
    // code-server lists these and leaves them to its own post-install script, which would also compile.
    await npm([...INSTALL, "--omit=dev"], vscode);
    await npm([...INSTALL, "--omit=dev"], join(vscode, "extensions"));
    await writeFile(join(unfinished, "complete"), `${new Date().toISOString()}\n`);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!(await exists(join(folder, "complete")))) throw error;
  }
  return { kind: "code-server", entry, from };
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await run("npm", args, { cwd, timeout: 600_000 });
  if (code !== 0) {
    const reason = output.trim().split("\n").slice(-3).join(" ");
    throw new Error(`npm ${args.join(" ")} failed while installing code-server: ${reason}`);
  }
}

/** The version of VS Code inside code-server, for reports. */
export async function codeServerVersion(entry: string): Promise<string> {
  const product = join(entry, "..", "..", "..", "lib", "vscode", "product.json");
  const parsed: unknown = JSON.parse(await readFile(product, "utf8"));
  const version = (parsed as { version?: unknown }).version;
  return typeof version === "string" ? version : "unknown";
}

if (import.meta.main) {
  const found = await provisionVSCode(console.log);
  console.log(`VS Code: ${found.from}`);
}
