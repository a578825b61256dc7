/**
 * tsconfig.json and jsconfig.json: which files belong to a project, and its path aliases. `extends` (also lists and
 * packages), `references`, `files`, `include`, `exclude` and `${configDir}` follow TypeScript's rules; compiler options that
 * say nothing about files are not read.
 */
import { ts } from "ts-morph";
import { globSource } from "./glob.ts";
import { HostError } from "./host.ts";
import { basename, dirname, isAbsolute, isSource, isWithin, join } from "./paths.ts";
import type { FileTree } from "./tree.ts";

export interface PathAlias {
  /** Up to the `*`, or the whole specifier when there is none. */
  prefix: string;
  /** After the `*`; undefined when the alias is exact. */
  suffix: string | undefined;
  /** Absolute, at most one `*` in each. */
  targets: string[];
}

export interface TsConfig {
  /** Absolute path of the file. */
  path: string;
  folder: string;
  aliases: PathAlias[];
  /** Absolute; undefined when not set. */
  baseUrl: string | undefined;
  outDir: string | undefined;
  rootDir: string | undefined;
  customConditions: string[];
  /** Absolute paths of the referenced configurations. */
  references: string[];
  /** Whether a source file (absolute) is one of the project's files. */
  includes(file: string): boolean;
  /**
   * Whether the project leaves it out on purpose: its `include` holds it and its `exclude` takes it out again, or it is
   * JavaScript that `exclude` names or that lies where the project writes its output.
   */
  leavesOut(file: string): boolean;
  /** What is wrong with it or with what it extends. */
  problems: { file: string; message: string; line?: number; column?: number }[];
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

interface Merged {
  paths: { value: JsonObject; base: string } | undefined;
  baseUrl: string | undefined;
  outDir: string | undefined;
  declarationDir: string | undefined;
  rootDir: string | undefined;
  customConditions: string[];
  files: string[] | undefined;
  include: string[] | undefined;
  exclude: string[] | undefined;
}

const EMPTY: Merged = {
  paths: undefined,
  baseUrl: undefined,
  outDir: undefined,
  declarationDir: undefined,
  rootDir: undefined,
  customConditions: [],
  files: undefined,
  include: undefined,
  exclude: undefined,
};

const MAX_EXTENDS = 32;

/** Reads a configuration; undefined when there is no such file, or when the tree does not know it yet. */
export function readTsConfig(tree: FileTree, path: string): TsConfig | undefined {
  const problems: TsConfig["problems"] = [];
  const folder = dirname(path);
  const json = readJson(tree, path, problems);
  if (json === undefined) return undefined;
  const merged = merge(tree, path, json, folder, problems, [path]);
  const references: string[] = [];
  for (const entry of list(json.references)) {
    if (!isObject(entry) || typeof entry.path !== "string") continue;
    const target = join(folder, entry.path);
    references.push(target.endsWith(".json") ? target : `${target}/tsconfig.json`);
  }
  return {
    path,
    folder,
    aliases: aliasesOf(merged),
    baseUrl: merged.baseUrl,
    outDir: merged.outDir,
    rootDir: merged.rootDir,
    customConditions: merged.customConditions,
    references,
    ...fileTests(folder, merged),
    problems,
  };
}

function readJson(tree: FileTree, path: string, problems: TsConfig["problems"]): JsonObject | undefined {
  const text = tree.text(path);
  if (text === undefined) return undefined;
  if (text instanceof HostError) {
    problems.push({ file: path, message: `cannot be read: ${text.message}` });
    return {};
  }
  const { config, error } = ts.parseConfigFileTextToJson(path, text) as {
    config?: Json;
    error?: ts.Diagnostic;
  };
  if (error !== undefined) {
    const before = text.slice(0, error.start ?? 0).split("\n");
    problems.push({
      file: path,
      message: ts.flattenDiagnosticMessageText(error.messageText, " "),
      line: before.length,
      column: before.at(-1)!.length + 1,
    });
  }
  return isObject(config) ? config : {};
}

function merge(
  tree: FileTree,
  path: string,
  json: JsonObject,
  configDir: string,
  problems: TsConfig["problems"],
  chain: readonly string[],
): Merged {
  let merged = EMPTY;
  const folder = dirname(path);
  const bases = typeof json.extends === "string" ? [json.extends] : list(json.extends);
  for (const base of bases) {
    if (typeof base !== "string") continue;
    const target = extended(tree, folder, base);
    if (target === undefined) {
      if (!tree.incomplete)
        problems.push({ file: path, message: `extends "${base}", which cannot be found` });
      continue;
    }
    if (chain.includes(target) || chain.length > MAX_EXTENDS) {
      problems.push({ file: path, message: `extends "${base}", which extends this file again` });
      continue;
    }
    const baseJson = readJson(tree, target, problems);
    if (baseJson === undefined) continue;
    const from = merge(tree, target, baseJson, configDir, problems, [...chain, target]);
    merged = override(merged, from);
  }
  return override(merged, own(json, folder, configDir));
}

/** Later wins, field by field. */
function override(base: Merged, over: Merged): Merged {
  return {
    paths: over.paths ?? base.paths,
    baseUrl: over.baseUrl ?? base.baseUrl,
    outDir: over.outDir ?? base.outDir,
    declarationDir: over.declarationDir ?? base.declarationDir,
    rootDir: over.rootDir ?? base.rootDir,
    customConditions: over.customConditions.length > 0 ? over.customConditions : base.customConditions,
    files: over.files ?? base.files,
    include: over.include ?? base.include,
    exclude: over.exclude ?? base.exclude,
  };
}

function own(json: JsonObject, folder: string, configDir: string): Merged {
  const options = isObject(json.compilerOptions) ? json.compilerOptions : {};
  const at = (value: Json | undefined): string | undefined =>
    typeof value === "string" ? place(value, folder, configDir) : undefined;
  const places = (value: Json | undefined): string[] | undefined =>
    Array.isArray(value)
      ? value.filter((item) => typeof item === "string").map((item) => place(item, folder, configDir))
      : undefined;
  return {
    paths: isObject(options.paths) ? { value: options.paths, base: folder } : undefined,
    baseUrl: at(options.baseUrl),
    outDir: at(options.outDir),
    declarationDir: at(options.declarationDir),
    rootDir: at(options.rootDir),
    customConditions: list(options.customConditions).filter((item) => typeof item === "string"),
    files: places(json.files),
    include: places(json.include),
    exclude: places(json.exclude),
  };
}

// The variable's name is put together so that it is not taken for a forgotten template string.
const CONFIG_DIR = `$${"{configDir}"}`;

function place(value: string, folder: string, configDir: string): string {
  return value.startsWith(CONFIG_DIR)
    ? join(configDir, `./${value.slice(CONFIG_DIR.length)}`)
    : join(folder, value);
}

/** Where `extends` leads: a relative or absolute path, or a package's file. */
function extended(tree: FileTree, folder: string, base: string): string | undefined {
  if (base.startsWith(".") || isAbsolute(base)) {
    const path = join(folder, base);
    if (tree.hasFile(path)) return path;
    return tree.hasFile(`${path}.json`) ? `${path}.json` : undefined;
  }
  for (let at = folder; ; at = dirname(at)) {
    const path = join(`${at}/node_modules`, base);
    for (const candidate of [path, `${path}.json`, `${path}/tsconfig.json`])
      if (tree.hasFile(candidate)) return candidate;
    if (dirname(at) === at) return undefined;
  }
}

function aliasesOf(merged: Merged): PathAlias[] {
  const { paths } = merged;
  if (paths === undefined) return [];
  const base = merged.baseUrl ?? paths.base;
  const aliases: PathAlias[] = [];
  for (const [pattern, targets] of Object.entries(paths.value)) {
    const star = pattern.indexOf("*");
    aliases.push({
      prefix: star < 0 ? pattern : pattern.slice(0, star),
      suffix: star < 0 ? undefined : pattern.slice(star + 1),
      targets: list(targets)
        .filter((target) => typeof target === "string")
        .map((target) => place(target, base, base)),
    });
  }
  // TypeScript: an exact alias first, then the longest prefix.
  return aliases.sort(
    (a, b) =>
      Number(a.suffix !== undefined) - Number(b.suffix !== undefined) || b.prefix.length - a.prefix.length,
  );
}

const PACKAGE_FOLDERS = ["/node_modules/", "/bower_components/", "/jspm_packages/"];
const JAVASCRIPT = /\.[cm]?jsx?$/;

function fileTests(folder: string, merged: Merged): Pick<TsConfig, "includes" | "leavesOut"> {
  const files = new Set(merged.files);
  const include = merged.include ?? (merged.files === undefined ? [`${folder}/**/*`] : []);
  // Where the sources are written to their own folder, that holds no output alone.
  const outputs = [merged.outDir, merged.declarationDir].filter(
    (dir): dir is string => dir !== undefined && !isWithin(dir, folder),
  );
  const exclude = merged.exclude ?? outputs;
  const included = anyOf(include.map((spec) => specSource(spec, "include")));
  const excluded = anyOf(exclude.map((spec) => specSource(spec, "exclude")));
  // Few files hold the fixed part of a pattern, and looking for that is many times faster than matching.
  const parts = exclude.map(fixedPart);
  const excludes = (file: string): boolean =>
    excluded !== undefined && parts.some((part) => file.includes(part)) && excluded.test(file);
  const holds = (file: string): boolean => {
    const start = isWithin(folder, file) ? folder.length : 0;
    if (file.includes("_", start) && PACKAGE_FOLDERS.some((name) => file.includes(name, start))) return false;
    return included?.test(file) ?? false;
  };
  return {
    // JavaScript counts whatever `allowJs` says: whether it is type-checked says nothing about supervision.
    includes: (file) => files.has(file) || (holds(file) && !excludes(file)),
    leavesOut: (file) => {
      if (files.has(file)) return false;
      if (JAVASCRIPT.test(file) && outputs.some((dir) => isWithin(dir, file))) return true;
      return excludes(file) && (JAVASCRIPT.test(file) || holds(file));
    },
  };
}

function anyOf(sources: readonly string[]): RegExp | undefined {
  return sources.length === 0 ? undefined : new RegExp(`^(?:${sources.join("|")})$`);
}

function specSource(spec: string, kind: "include" | "exclude"): string {
  // The usual ones, and every file is asked: no need to go through its folders one by one.
  if (kind === "include" && spec.endsWith("/**/*"))
    return `${globSource(spec.slice(0, -5), { braces: false, sets: false })}/.+`;
  const source = globSource(spec, { braces: false, sets: false });
  const last = basename(spec);
  if (kind === "exclude") return `${source}(?:/.*)?`;
  // An include that ends neither in a wildcard nor in a source file's name is a folder.
  return /[*?]/.test(last) || isSource(last) ? source : `${source}(?:/.*)?`;
}

/** A piece of a pattern, without wildcards, that every path it matches holds: not the folder, which all paths hold. */
function fixedPart(spec: string): string {
  const [folder = "", ...pieces] = spec.split(/\/?[*?]+\/?/);
  let longest = "";
  for (const piece of pieces) if (piece.length > longest.length) longest = piece;
  return longest === "" ? folder : longest;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
