/** Bundles of the attacks: the worker with its door, locked and unlocked, and the page. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { targets } from "../../scripts/targets.ts";
import { typescriptRules } from "../../src/bundle/elsewhere.ts";
import { Bundler, findEsbuild } from "../../src/bundle/index.ts";
import { buildGuard } from "../browser/harness.ts";
import { type Attack, programOf } from "./attack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface AttackBundles {
  locked: string;
  unlocked: string;
  guard: string;
  page: string;
  /** The sandbox as it ships. */
  shipped: string;
  /** The attack as a program, bundled. */
  program(attack: Attack, canary: string): Promise<string>;
  close(): Promise<void>;
}

export async function buildAttacks(): Promise<AttackBundles> {
  const sandbox = targets.find(({ name }) => name === "sandbox")!;
  const { banner, footer, ...plain } = sandbox.options;
  const esbuild = await findEsbuild({ folders: [root], wasm: null });
  if (esbuild === null) throw new Error("no esbuild");
  const folder = mkdtempSync(join(tmpdir(), "suptree-attacks-"));
  const nodeModules = join(root, "dist", "node-modules");
  const program: AttackBundles["program"] = async (attack, canary) => {
    writeFileSync(join(folder, "app.js"), programOf(attack, canary));
    const bundler = new Bundler({ esbuild, base: folder, nodeModules, version: "0", rules: typescriptRules });
    const result = await bundler.bundle({ file: "app.js" });
    await bundler.dispose();
    if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
    return result.bundle.script;
  };
  const bundle = async (entry: string, unlocked: boolean): Promise<string> => {
    const { outputFiles } = await build({
      ...plain,
      // The engine's own names are a lock as well.
      ...(unlocked ? {} : { banner, footer }),
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      define: { UNLOCKED: String(unlocked) },
      logLevel: "error",
    });
    return outputFiles[0]?.text ?? "";
  };
  return {
    locked: await bundle("test/sandbox/door.ts", false),
    unlocked: await bundle("test/sandbox/door.ts", true),
    guard: await buildGuard(),
    page: await bundle("test/sandbox/page.ts", false),
    shipped: await bundle(sandbox.entry, false),
    program,
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
