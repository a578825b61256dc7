/**
 * `npm run package`: builds minified and packs the extension into `suptree.vsix`, then checks what went in:
 * exactly the files that the extension loads, and not more bytes than a download should have.
 */
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX, listFiles } from "@vscode/vsce";
import { noticesFile } from "./notices.ts";
import { root } from "./util/paths.ts";

export const vsix = join(root, "suptree.vsix");

/** Megabytes. Most of it is the TypeScript compiler inside the analysis. */
const LIMIT = 6;

const REQUIRED = [
  "package.json",
  "package.nls.json",
  "dist/extension.cjs",
  "dist/analysis-worker.cjs",
  "dist/webview.js",
  "dist/webview.css",
  "dist/codicon.ttf",
  "dist/sandbox.js",
  // What real code is bundled with.
  "dist/node-modules/events.js",
  "dist/esbuild-wasm/esbuild.wasm",
  "dist/esbuild-wasm/lib/main.js",
  "dist/sandbox-guard.js",
  noticesFile("extension"),
  "media/icon.png",
  "media/suptree.svg",
  "media/sample/chat.ts",
  "examples/1-playskool/src/main.ts",
  "examples/shared/three-faults.ts",
  // The sample's types, and the pages of the rules.
  "dist/lib/index.d.cts",
  "docs/rules/child-order.md",
  "syntaxes/supervision.injection.tmLanguage.json",
  "syntaxes/suptrace.tmLanguage.json",
  "README.md",
  "LICENSE",
];
const FORBIDDEN =
  /\.map$|^src\/|^test\/|^scripts\/|^node_modules\/|^examples\/(?!(?:[1-5]-[\w-]+\/src|shared)\/[\w-]+\.ts$)|^docs\/(?!rules\/)|^dist\/notices\/npm|^dist\/(cli|npm|chunks)|^dist\/lib\/.*(?<!\.d\.cts)$/;

/**
 * Packs a folder, twice the same to the same bytes: entries are sorted and have one date, whatever the clock, the time zone
 * and the files' own dates say. vsce takes that from the environment alone.
 */
export async function pack(cwd: string, packagePath: string): Promise<void> {
  const { TZ, SOURCE_DATE_EPOCH } = process.env;
  process.env.TZ = "UTC";
  // The first date that a ZIP file can tell.
  process.env.SOURCE_DATE_EPOCH = String(Date.UTC(1980, 0, 1) / 1000);
  try {
    await createVSIX({ cwd, packagePath, dependencies: false });
  } finally {
    restore("TZ", TZ);
    restore("SOURCE_DATE_EPOCH", SOURCE_DATE_EPOCH);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/**
 * Packs; the manifest's `vscode:prepublish` builds before that. @returns the file's size in bytes.
 * @throws with what is wrong with the package
 */
export async function packageExtension(): Promise<number> {
  await pack(root, vsix);
  const files = (await listFiles({ cwd: root })).map((file) => file.replaceAll("\\", "/"));
  const missing = REQUIRED.filter((file) => !files.includes(file));
  const extra = files.filter((file) => FORBIDDEN.test(file));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(", ")}.`);
  if (extra.length > 0) throw new Error(`The package must not have ${extra.join(", ")}.`);
  const { size } = await stat(vsix);
  if (size > LIMIT * 1024 * 1024) {
    throw new Error(`The package has ${(size / 1024 / 1024).toFixed(1)} MB, more than ${LIMIT} MB.`);
  }
  await packAgain();
  return size;
}

/** Builds and packs once more. @throws when the same sources do not give the same bytes */
async function packAgain(): Promise<void> {
  const again = join(root, "suptree-again.vsix");
  try {
    await pack(root, again);
    if (!(await readFile(vsix)).equals(await readFile(again))) {
      throw new Error("The package is not reproducible: packed twice, its bytes differ.");
    }
  } finally {
    await rm(again, { force: true });
  }
}

if (import.meta.main) {
  const size = await packageExtension();
  const files = await listFiles({ cwd: root });
  for (const file of files) console.log(`  ${file}`);
  console.log(`suptree.vsix: ${files.length} files, ${(size / 1024 / 1024).toFixed(2)} MB`);
}
