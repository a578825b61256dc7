/** Our runtime as one readable bundle, built once per run. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { CACHE, here } from "./peers.ts";

const BUNDLE = join(CACHE, "suptree.mjs");

export async function buildOurs(): Promise<void> {
  await build({
    entryPoints: [join(here, "..", "..", "src", "runtime", "index.ts")],
    outfile: BUNDLE,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    minify: false,
    logLevel: "silent",
  });
}

export async function importOurs<T>(): Promise<T> {
  return (await import(pathToFileURL(BUNDLE).href)) as T;
}
