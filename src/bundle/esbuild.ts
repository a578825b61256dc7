/**
 * The esbuild that bundles: the workspace's own, the installation's, or the WebAssembly that is shipped. Loading the
 * workspace's runs it: only in a trusted workspace.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";

export type EsbuildApi = Pick<typeof import("esbuild"), "build" | "context" | "version">;

export interface Esbuild {
  api: EsbuildApi;
  kind: "native" | "wasm";
}

/** Contexts came with 0.17, `import.meta` defines and the tsconfig rules that are relied on with 0.20. */
const OLDEST = [0, 20] as const;

function recent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || minor >= OLDEST[1];
}

const isApi = (found: unknown): found is EsbuildApi =>
  typeof found === "object" &&
  found !== null &&
  "version" in found &&
  typeof found.version === "string" &&
  "context" in found;

/** A binary for another machine, or none, shows only when it is started. */
async function works(api: EsbuildApi): Promise<boolean> {
  try {
    await api.build({ stdin: { contents: "" }, write: false, logLevel: "silent" });
    return true;
  } catch {
    return false;
  }
}

async function nativeFrom(folder: string): Promise<Esbuild | null> {
  let api: unknown;
  try {
    api = createRequire(join(folder, "resolve.js"))("esbuild");
  } catch {
    return null;
  }
  return isApi(api) && recent(api.version) && (await works(api)) ? { api, kind: "native" } : null;
}

/** Stands before the program of `esbuild-wasm`, in its folder: see `esbuild-process.ts`. */
export const ESBUILD_PROCESS = "process.js";

/**
 * The package `esbuild-wasm` in `folder`. It would start whatever `node` is in the path; here it is the Node, or the
 * editor, that runs this.
 */
function wasmFrom(folder: string): Esbuild | null {
  const file = join(folder, "lib", "main.js");
  const program = join(folder, "bin", "esbuild");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  const require = createRequire(file);
  const processes = require("node:child_process") as typeof import("node:child_process");
  const spawn = (command: string, args: string[], options: import("node:child_process").SpawnOptions) =>
    processes.spawn(
      command === "node" ? process.execPath : command,
      args.map((arg) => (arg === program ? join(folder, ESBUILD_PROCESS) : arg)),
      { ...options, env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" } },
    );
  const requireFrom = (name: string): unknown =>
    name === "child_process" ? { ...processes, spawn } : require(name);
  const module = { exports: {} as unknown };
  const load = compileFunction(text, ["exports", "require", "module", "__filename", "__dirname"], {
    filename: file,
  }) as (...args: unknown[]) => void;
  load(module.exports, requireFrom, module, file, dirname(file));
  return isApi(module.exports) ? { api: module.exports, kind: "wasm" } : null;
}

export interface EsbuildPlaces {
  /** Folders whose own esbuild may be taken, in their order. */
  folders: readonly string[];
  /** The folder of the shipped `esbuild-wasm`; null where none is. */
  wasm: string | null;
}

/** The first that works; null when there is none. */
export async function findEsbuild({ folders, wasm }: EsbuildPlaces): Promise<Esbuild | null> {
  for (const folder of folders) {
    const found = await nativeFrom(folder);
    if (found !== null) return found;
  }
  const shipped = wasm === null ? null : wasmFrom(wasm);
  return shipped !== null && (await works(shipped.api)) ? shipped : null;
}
