/** Builds `dist/` before tests that run what was built, when a source is newer: no test serves yesterday's program. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { dist, root } from "../util/paths.ts";
import { run } from "../util/run.ts";

export default async function freshBuild(): Promise<void> {
  if (builtAt() > newestSource()) return;
  const { code, output } = await run("node", ["scripts/build.ts"], { cwd: root });
  if (code !== 0) throw new Error(`The build failed, so nothing can be tested:\n${output}`);
}

/** When the oldest of the built programs was made, in milliseconds; 0 where one is missing. */
function builtAt(): number {
  const made = [
    "cli.js",
    "extension.cjs",
    "analysis-worker.cjs",
    "webview.js",
    "sandbox.js",
    "sandbox-guard.js",
    "sandbox-node.js",
    "node-modules/events.js",
    "esbuild-wasm/esbuild.wasm",
    "npm/suptree/package.json",
    "npm/suptree-cli/package.json",
  ];
  return Math.min(...made.map((name) => statSync(join(dist, name), { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

function newestSource(): number {
  let newest = 0;
  const visit = (path: string): void => {
    const found = statSync(path);
    if (!found.isDirectory()) newest = Math.max(newest, found.mtimeMs);
    else for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const name of [
    "src",
    "schema",
    "package.json",
    "scripts/build.ts",
    "scripts/targets.ts",
    "scripts/split-commonjs.ts",
    "scripts/npm.ts",
  ])
    visit(join(root, name));
  return newest;
}
