/** The analysis of sources in memory: for tests, rules, the simulation and small tools. */
import type { FileProblem, TreeModel } from "../model/index.ts";
import { Linker } from "./link/linker.ts";
import type { LinkerOptions } from "./options.ts";
import type { Resolver } from "./resolver.ts";
import { parseText } from "./summarize/parse.ts";

const EXTENSIONS = ["", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** Resolves relative imports among the given files; every other specifier is a package. */
export function sourceResolver(has: (file: string) => boolean): Resolver {
  return (from, specifier) => {
    if (!specifier.startsWith(".")) return { package: packageName(specifier) };
    const path: string[] = from.split("/").slice(0, -1);
    for (const part of specifier.split("/")) {
      if (part === "..") path.pop();
      else if (part !== "." && part !== "") path.push(part);
    }
    const base = path.join("/");
    const stem = base.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
    for (const candidate of [stem, base]) {
      for (const extension of EXTENSIONS)
        if (has(candidate + extension)) return { file: candidate + extension };
    }
    for (const extension of EXTENSIONS.slice(1)) {
      const index = `${base === "" ? "" : `${base}/`}index${extension}`;
      if (has(index)) return { file: index };
    }
    return null;
  };
}

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}

/** Analyses files given by relative path and text. A file that cannot be read at all is a problem of the model. */
export function analyzeSources(files: Map<string, string>, options: Partial<LinkerOptions> = {}): TreeModel {
  const resolve = options.resolve ?? sourceResolver((file) => files.has(file));
  const linker = new Linker({ ...options, resolve });
  const unread: FileProblem[] = [];
  for (const [file, text] of files) {
    const { summary, problems } = parseText(file, text);
    if (summary !== undefined) linker.set(file, summary);
    else unread.push(...problems.map(({ message }): FileProblem => ({ file, message, kind: "syntax" })));
  }
  const model = linker.model();
  return unread.length === 0 ? model : { ...model, problems: [...model.problems, ...unread] };
}
