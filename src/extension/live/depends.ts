/** Does what is debugged use the library? Reads manifests only; whoever does not is left alone. */
import { dirname, isAbsolute } from "node:path";
import * as vscode from "vscode";
import { manifestNames } from "../workspace/known-packages.ts";

/** The library whose systems announce themselves. */
const LIBRARY = "suptree";
/** The library's own folder. */
const ITSELF = /"name"\s*:\s*"suptree"/;
/** Manifests of a workspace that are read at most. */
const MOST_READ = 50;

/** @returns false too when nothing can be read */
export async function dependsOnLibrary({
  workspaceFolder,
  configuration,
}: Pick<vscode.DebugSession, "workspaceFolder" | "configuration">): Promise<boolean> {
  const folders = workspaceFolder ? [workspaceFolder] : (vscode.workspace.workspaceFolders ?? []);
  const starts = folders.map(({ uri }) => uri);
  for (const place of [configuration.cwd, configuration.webRoot, directoryOf(configuration.program)])
    if (typeof place === "string" && isAbsolute(place) && starts[0] !== undefined)
      starts.push(starts[0].with({ path: vscode.Uri.file(place).path }));
  for (const start of starts) if (await isAbove(start)) return true;
  const manifests = await vscode.workspace.findFiles("**/package.json", "**/node_modules/**", MOST_READ);
  for (const manifest of manifests) if (await names(manifest)) return true;
  return false;
}

function directoryOf(program: unknown): string | null {
  return typeof program === "string" && isAbsolute(program) ? dirname(program) : null;
}

/** Where Node would find it from a folder. */
async function isAbove(folder: vscode.Uri): Promise<boolean> {
  for (let at = folder; ; at = vscode.Uri.joinPath(at, "..")) {
    if (await exists(vscode.Uri.joinPath(at, "node_modules", LIBRARY, "package.json"))) return true;
    if (await names(vscode.Uri.joinPath(at, "package.json"))) return true;
    if (at.path === vscode.Uri.joinPath(at, "..").path) return false;
  }
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

async function names(manifest: vscode.Uri): Promise<boolean> {
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(manifest));
    return manifestNames(text, [LIBRARY]) || ITSELF.test(text);
  } catch {
    return false;
  }
}
