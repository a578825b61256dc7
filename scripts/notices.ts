/**
 * The licences of what others wrote and the build puts into the packages: gathered from what esbuild says went in, so that
 * nothing is forgotten and nothing listed that is not there.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { root } from "./util/paths.ts";

/** Package → the targets whose output it holds (.vscodeignore and npm.ts say the same in files). */
export const SHIPPED = {
  extension: ["extension", "analysis-worker", "webview", "sandbox", "sandbox-guard", "node-modules"],
  suptree: ["library", "library-cjs"],
  "suptree-cli": ["cli", "webview", "web-bridge", "sandbox", "sandbox-guard", "sandbox-node", "node-modules"],
} as const satisfies Record<string, readonly string[]>;

export type Package = keyof typeof SHIPPED;

/** Where the build writes a package's notices. */
export const noticesFile = (name: Package): string => `dist/notices/${name}.txt`;

/** Carried inside another package, in a file of its own, under its own licence. */
const INSIDE: Record<string, { name: string; from: string }> = {
  "node_modules/@ts-morph/common/dist/typescript.js": { name: "TypeScript", from: "node_modules/typescript" },
};

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(?:licen[cs]e|notice|thirdpartynotice|copying)/i;

/** The folders of packages of which something is in these outputs, sorted; and what they carry inside. */
export function bundled(metafiles: readonly Metafile[]): string[] {
  const found = new Set<string>();
  for (const { outputs } of metafiles) {
    for (const [file, { inputs }] of Object.entries(outputs)) {
      if (file.endsWith(".map")) continue;
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = PACKAGE.exec(input)?.[1];
        if (folder === undefined || bytesInOutput === 0) continue;
        found.add(folder);
        if (INSIDE[input] !== undefined) found.add(input);
      }
    }
  }
  return [...found].sort();
}

/** The text of a package's notices. @throws when something bundled has no licence text */
export async function noticesOf(metafiles: readonly Metafile[]): Promise<string> {
  const parts: string[] = [];
  for (const folder of bundled(metafiles)) {
    const inside = INSIDE[folder];
    const from = join(root, inside?.from ?? folder);
    const manifest = JSON.parse(await readFile(join(from, "package.json"), "utf8"));
    const texts = await licencesIn(from);
    if (texts.length === 0) throw new Error(`${folder} is bundled and has no licence text.`);
    const title =
      inside === undefined ? `${manifest.name} ${manifest.version}` : `${inside.name}, inside ${folder}`;
    parts.push([`${title} (${manifest.license ?? "see below"})`, ...texts].join("\n\n"));
  }
  if (parts.length === 0) return "This package holds no software of others.\n";
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  return `Suptree holds the following software of others, under these licences.${rule}${parts.join(rule)}\n`;
}

async function licencesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => LICENCE.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim());
}
