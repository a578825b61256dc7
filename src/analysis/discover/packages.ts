/**
 * package.json as module resolution needs it: names of workspace packages, `exports`, `imports`, `main`. Build output that
 * does not exist is traced back to the source that it is built from.
 */
import { HostError } from "./host.ts";
import { basename, childOf, dirname, isWithin, join, relative } from "./paths.ts";
import type { FileTree } from "./tree.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

export interface Package {
  name: string | undefined;
  /** Absolute folder of the package.json. */
  folder: string;
  json: JsonObject;
  /** Set when the file is no JSON object. */
  problem: string | undefined;
}

/** Reads `folder`/package.json; undefined when there is none (or it is not known yet). */
export function readPackage(tree: FileTree, folder: string): Package | undefined {
  const text = tree.text(childOf(folder, "package.json"));
  if (text === undefined) return undefined;
  if (text instanceof HostError) return { name: undefined, folder, json: {}, problem: text.message };
  let json: Json = null;
  let problem: string | undefined;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, "")) as Json;
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const object = isObject(json) ? json : {};
  const name = typeof object.name === "string" && object.name !== "" ? object.name : undefined;
  return { name: isNamesake(object, name) ? undefined : name, folder, json: object, problem };
}

/** Whether it is called as the package that it uses: a program named "nact" that has nact from the registry is another. */
function isNamesake({ dependencies }: JsonObject, name: string | undefined): boolean {
  const version = isObject(dependencies) && name !== undefined ? dependencies[name] : undefined;
  return typeof version === "string" && !/^(?:file|link|portal|workspace):/.test(version);
}

/** `@scope/name/rest` → `["@scope/name", "./rest"]`; the rest is `.` for the package itself. */
export function splitSpecifier(specifier: string): [name: string, subpath: string] {
  const first = specifier.indexOf("/");
  const end = specifier.startsWith("@") && first > 0 ? specifier.indexOf("/", first + 1) : first;
  if (end < 0) return [specifier, "."];
  return [specifier.slice(0, end), `.${specifier.slice(end)}`];
}

/** Conditions in the order in which source is preferred to build output. */
const CONDITIONS = [
  "source",
  "development",
  "types",
  "import",
  "require",
  "node",
  "module",
  "browser",
  "default",
];

/** The paths (absolute, existing or not) that a package gives for a subpath, best first. */
export function packageTargets(pkg: Package, subpath: string, custom: readonly string[]): string[] {
  const exports = pkg.json.exports;
  const conditions = new Set([...custom, ...CONDITIONS]);
  if (exports !== undefined && exports !== null) {
    const isMap = isObject(exports) && Object.keys(exports).some((key) => key.startsWith("."));
    const map: JsonObject = isMap ? (exports as JsonObject) : { ".": exports };
    return mapTargets(map, subpath, conditions).map((target) => join(pkg.folder, target));
  }
  if (subpath !== ".") return [join(pkg.folder, subpath)];
  const out: string[] = [];
  for (const field of ["source", "types", "typings", "module", "main"]) {
    const value = pkg.json[field];
    if (typeof value === "string") out.push(join(pkg.folder, value));
  }
  return [...out, join(pkg.folder, "index"), join(pkg.folder, "src/index")];
}

/** The targets of `#name` in a package's `imports`: absolute paths, or specifiers of other packages. */
export function importsTargets(pkg: Package, specifier: string, custom: readonly string[]): string[] {
  const imports = pkg.json.imports;
  if (!isObject(imports)) return [];
  const conditions = new Set([...custom, ...CONDITIONS]);
  return mapTargets(imports, specifier, conditions).map((target) =>
    target.startsWith(".") ? join(pkg.folder, target) : target,
  );
}

/** What a package's `imports` and `exports` call files of this name, whichever folder they are in; no patterns. */
export function namedInPackage(pkg: Package, file: string): string[] {
  const stem = (path: string): string => basename(path).replace(/(?:\.d)?\.\w+$/, "");
  const wanted = stem(file);
  const { imports, exports } = pkg.json;
  const keysOf = (map: Json | undefined): string[] =>
    isObject(map)
      ? Object.keys(map).filter(
          (key) =>
            /^[#.]/.test(key) && !key.includes("*") && eachText(map[key]!).some((to) => stem(to) === wanted),
        )
      : [];
  return [...keysOf(imports), ...keysOf(exports).map((key) => `${pkg.name ?? ""}${key.slice(1)}`)];
}

function eachText(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(eachText) : [];
}

function mapTargets(map: JsonObject, key: string, conditions: ReadonlySet<string>): string[] {
  const exact = map[key];
  if (exact !== undefined && !key.includes("*")) return flatten(exact, conditions, "");
  let best: { pattern: string; star: number } | undefined;
  for (const pattern of Object.keys(map)) {
    const star = pattern.indexOf("*");
    if (star < 0) continue;
    const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (key.length <= before.length + after.length - 1 || !key.startsWith(before) || !key.endsWith(after))
      continue;
    if (best === undefined || star > best.star) best = { pattern, star };
  }
  if (best === undefined) return [];
  const filled = key.slice(best.star, key.length - (best.pattern.length - best.star - 1));
  return flatten(map[best.pattern]!, conditions, filled);
}

function flatten(target: Json, conditions: ReadonlySet<string>, filled: string): string[] {
  if (typeof target === "string") return [target.replaceAll("*", filled)];
  if (Array.isArray(target)) return target.flatMap((item) => flatten(item, conditions, filled));
  if (!isObject(target)) return [];
  const keys = Object.keys(target).filter((key) => conditions.has(key));
  const rank = [...conditions];
  keys.sort((a, b) => rank.indexOf(a) - rank.indexOf(b));
  return keys.flatMap((key) => flatten(target[key]!, conditions, filled));
}

/** What one build of several is put into: `dist/esm/x.js`. */
const FLAVOUR = /^(?:esm?|es\d+|cjs|mjs|umd|module|commonjs|import|require|node|browser|types|src|lib)$/;

/**
 * Where the source of a build output may lie: `dist/a.js` with `outDir` dist and `rootDir` src is `src/a.js` (whose
 * extension the resolver then adapts). Without a configuration the usual folders are tried. Of a file that is there
 * (`isThere`) less is guessed: it may be written by hand.
 */
export function sourcesOf(
  pkg: Package,
  output: string,
  config: { outDir: string | undefined; rootDir: string | undefined } | undefined,
  isThere: boolean,
): string[] {
  if (!isWithin(pkg.folder, output)) return [];
  const out: string[] = [];
  const { outDir, rootDir } = config ?? {};
  if (outDir !== undefined && isWithin(outDir, output)) {
    const inside = relative(outDir, output);
    if (rootDir !== undefined) out.push(join(rootDir, inside));
    out.push(join(pkg.folder, inside), join(`${pkg.folder}/src`, inside));
  }
  const parts = relative(pkg.folder, output).split("/");
  // dist/x, dist/esm/x, lib/types/x … : what follows the first one or two folders, below src and below the package.
  for (let skip = 1; skip <= 2 && skip < parts.length; skip++) {
    if (isThere && (parts[0] === "src" || (skip === 2 && !FLAVOUR.test(parts[1]!)))) break;
    const inside = parts.slice(skip).join("/");
    out.push(`${pkg.folder}/src/${inside}`, `${pkg.folder}/${inside}`);
  }
  // Bundles: dist/index.mjs of a package whose source is index.ts at its top.
  if (!isThere) out.push(`${pkg.folder}/src/${basename(output)}`, `${pkg.folder}/${basename(output)}`);
  return [...new Set(out)].filter((path) => path !== output && dirname(path) !== "");
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
