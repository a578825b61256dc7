/** esbuild's errors as sentences with their place and the imports that lead there. */
import type { Message, Plugin } from "esbuild";
import type { BundleProblem } from "./types.ts";

/** Who imports whom, as far as a build came: file → the first that imports it. */
export type Importers = Map<string, string>;

/** Only listens: run after a build has failed, since listening to every import costs time. */
export function importsPlugin(importers: Importers, toName: (path: string) => string): Plugin {
  return {
    name: "suptree-imports",
    setup(build) {
      build.onResolve(
        { filter: /.*/ },
        async ({ path, importer, kind, resolveDir, pluginData, namespace }) => {
          if (pluginData !== undefined || importer === "" || namespace !== "file") return null;
          const found = await build.resolve(path, {
            importer,
            kind,
            resolveDir,
            pluginData: { listening: true },
          });
          const name = toName(found.path);
          if (found.errors.length === 0 && !importers.has(name)) importers.set(name, toName(importer));
          return null;
        },
      );
    },
  };
}

/** What the bundle begins with: no file of the program. */
export const STDIN = "<suptree>";

/** Files from the entry down to `file`. */
export function chainTo(file: string, entry: string, importers: Importers): string[] {
  const chain = [file];
  for (let at = importers.get(file); at !== undefined && !chain.includes(at); at = importers.get(at))
    if (!at.endsWith(STDIN)) chain.unshift(at);
  if (chain[0] !== entry && file !== entry) chain.unshift(entry);
  return chain;
}

export function problemOf(message: Message, entry: string, importers: Importers): BundleProblem {
  const { location } = message;
  const place =
    location === null || location.file.endsWith(STDIN)
      ? null
      : { file: location.file, line: location.line, column: location.column + 1 };
  const text = sentenceOf(message);
  return { message: text, place, chain: place === null ? [] : chainTo(place.file, entry, importers) };
}

/** What leads nowhere, if that is what is wrong. */
export const unresolved = (text: string): string | null =>
  /^Could not resolve "(.+)"$/.exec(text)?.[1] ?? null;

function sentenceOf({ text }: Message): string {
  const missing = unresolved(text);
  if (missing !== null) {
    if (/^[./]/.test(missing)) return `There is no file ${missing}.`;
    const name = missing.startsWith("@") ? missing.split("/").slice(0, 2).join("/") : missing.split("/")[0];
    return `The package ${name} is not installed: install it (npm install ${name}), or give a module in its place in suptree.doubles.ts.`;
  }
  const loader = /^No loader is configured for "(.+)" files/.exec(text)?.[1];
  if (loader !== undefined)
    return `Files that end in ${loader} cannot be bundled: give a module in its place in suptree.doubles.ts.`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** One line for a terminal or a list: where, what, and how one gets there. */
export function describeBundleProblem({
  message,
  place,
  chain,
}: Pick<BundleProblem, "message" | "place" | "chain">): string {
  const where = place === null ? "" : `${place.file}:${place.line}:${place.column}: `;
  const by =
    chain.length > 1 ? ` (imported by ${chain.slice(0, -1).reverse().join(", which is imported by ")})` : "";
  return `${where}${message}${by}`;
}
