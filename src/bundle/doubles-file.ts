/** `suptree.doubles.ts`: what a workspace gives in the place of modules, by their names. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const NAMES = ["suptree.doubles.ts", "suptree.doubles.mts", "suptree.doubles.js", "suptree.doubles.mjs"];

export interface DoublesFile {
  file: string;
  /** Names that stand in it like keys. More than it has at worst: what it does not give is taken from elsewhere. */
  names: ReadonlySet<string>;
}

/** The file in the folder of `from` or the next above, up to `base`. */
export function findDoubles(from: string, base: string): DoublesFile | null {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    for (const name of NAMES) {
      const file = join(folder, name);
      if (existsSync(file)) return { file, names: namesIn(readFileSync(file, "utf8")) };
    }
    if (folder === base || dirname(folder) === folder) return null;
  }
}

function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, quoted, plain] of text.matchAll(
    /(?:["'`]([^"'`\n]+)["'`]|([A-Za-z_$][\w$]*))\s*(?=[:,}\n])/g,
  )) {
    const name = quoted ?? plain;
    if (name !== undefined) names.add(name.replace(/^node:/, ""));
  }
  return names;
}
