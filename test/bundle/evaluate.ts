/** Bundles files and evaluates what comes out, as the engine does it, in this process. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { typescriptRules } from "../../src/bundle/elsewhere.ts";
import { Bundler, findEsbuild } from "../../src/bundle/index.ts";
import * as library from "../../src/runtime/index.ts";
import { hostOf } from "../../src/sandbox/code/host.ts";
import type { UserCode } from "../../src/sandbox/code/program.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const found = findEsbuild({ folders: [root], wasm: null });

/** A folder with these files and links (path → what it leads to); `package:` leads to one that is installed here. */
export function folderOf(files: Record<string, string>, links: Record<string, string> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "suptree ü (bundle)-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  for (const [name, to] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const target = to.startsWith("package:")
      ? join(root, "node_modules", to.slice("package:".length))
      : join(folder, to);
    symlinkSync(target, join(folder, name), "dir");
  }
  return folder;
}

export async function bundlerOf(base: string): Promise<Bundler> {
  const esbuild = await found;
  if (esbuild === null) throw new Error("no esbuild");
  const nodeModules = join(root, "dist", "node-modules");
  const bundler = new Bundler({ esbuild, base, nodeModules, version: "1.2.3", rules: typescriptRules });
  onTestFinished(() => bundler.dispose());
  return bundler;
}

/** What the module exports. @throws what is wrong with the bundle */
export async function evaluated(base: string, file: string): Promise<Record<string, unknown>> {
  const result = await (await bundlerOf(base)).bundle({ file });
  if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return exportsOf(result.bundle.script);
}

export async function exportsOf(script: string): Promise<Record<string, unknown>> {
  let run: UserCode["run"] = () => Promise.reject(new Error("the bundle does not open the door"));
  const door = (_at: Error, code: UserCode["run"]): void => {
    run = code;
  };
  new Function("suptreeCode", script)(door);
  let all: Record<string, unknown> = {};
  const host = hostOf({
    surroundings: { fetch: "absent", waiting: "answers" },
    after: () => () => {},
    placeOf: () => "",
    exports: (namespace) => {
      all = namespace;
    },
  });
  await run(library, host);
  return all;
}
