/** Real programs under a real inspector: bundled with the library's sources, run by this Node. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onTestFinished } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Running {
  child: ChildProcess;
  pid: number;
  /** `127.0.0.1:PORT`; empty without an inspector. */
  address: string;
  /** What it has printed, errors included. */
  printed(): string;
  /** Waits for a text among that. */
  says(text: string): Promise<void>;
  exited: Promise<number | null>;
}

/** Most tests of a file run the same program. */
const bundled = new Map<string, Promise<string>>();

/** Bundles a module that lies, as it were, at the project's root. */
export async function bundle(source: string, platform: "node" | "browser" = "node"): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "suptree-live-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, "program.mjs");
  const key = `${platform} ${source}`;
  const text = bundled.get(key) ?? bundledText(source, platform);
  bundled.set(key, text);
  writeFileSync(outfile, await text);
  return outfile;
}

async function bundledText(source: string, platform: "node" | "browser"): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: source, resolveDir: root, sourcefile: "program.ts", loader: "ts" },
    tsconfig: path.join(root, "examples", "gateway", "tsconfig.json"),
    alias: { suptree: path.join(root, "src", "runtime", "index.ts") },
    outfile: "program.mjs",
    write: false,
    bundle: true,
    platform,
    format: "esm",
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** Of `127.0.0.1:PORT`. */
export function endpoint(address: string): { host: string; port: number } {
  const [host = "", port = ""] = address.split(":");
  return { host, port: Number(port) };
}

/** Starts a program; it is killed when the test is over. `inspect: false`: without an inspector. */
export async function start(source: string, { inspect = true } = {}): Promise<Running> {
  const file = await bundle(source);
  const child = spawn(process.execPath, [...(inspect ? ["--inspect=127.0.0.1:0"] : []), file], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      text += data;
      for (const listener of listeners) listener();
    });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const says = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!text.includes(wanted)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      void exited.then(() => reject(new Error(`it ended without saying ${wanted}:\n${text}`)));
      look();
    });
  if (inspect) await says("Debugger listening on ws://");
  const address = /ws:\/\/([^/]+)\//.exec(text)?.[1] ?? "";
  return { child, pid: child.pid ?? 0, address, printed: () => text, says, exited };
}

/** The gateway example, with real timers, until its standard input ends. */
export const GATEWAY = `
  import { System } from "suptree";
  import { gateway } from "./examples/gateway/src/applications.ts";
  const system = new System({ name: "gateway", logger: (report) => console.log(report.kind, report.text ?? "") });
  await system.startApplication(gateway);
  console.log("the gateway is up");
  process.stdin.on("data", () => {}).on("end", async () => { await system.stop(); });
`;
