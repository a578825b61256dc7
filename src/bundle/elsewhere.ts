/**
 * Imports that lead nowhere by the rules of browsers' bundlers and somewhere by TypeScript's or Node's: sources of project
 * references and of packages of the workspace that were not built, aliases of a configuration that only another one names,
 * packages for Node alone. Asked only where bundling failed.
 */
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join } from "node:path";
import { nodeHost } from "../analysis/discover/host-node.ts";
import { splitSpecifier } from "../analysis/discover/packages.ts";
import { normalize } from "../analysis/discover/paths.ts";
import { Projects } from "../analysis/discover/projects.ts";
import { ModuleResolver } from "../analysis/discover/resolve.ts";
import { FileTree, settle } from "../analysis/discover/tree.ts";
import type { Import, ModuleRules } from "./module-rules.ts";

function rules() {
  const tree = new FileTree(nodeHost());
  const projects = new Projects(tree);
  return { tree, projects, resolver: new ModuleResolver(tree, projects) };
}

/** Brings the compiler with it: see `ModuleRules`. Every question is answered by what the disk says then. */
export const typescriptRules: ModuleRules = {
  find: async (imports) => findElsewhere(imports),
  configurationOf: async (file) => configurationOf(file),
};

export function findElsewhere(imports: readonly Import[]): (string | null)[] {
  const { tree, resolver } = rules();
  return imports.map(({ importer, specifier }) => {
    const from = normalize(importer);
    const [name] = splitSpecifier(specifier);
    const installed = /^[.#/]/.test(specifier) ? null : folderOf(dirname(importer), name);
    if (installed !== null) resolver.addPackage(name, normalize(installed));
    const found = settle(tree, () => resolver.resolve(from, specifier));
    const file = found instanceof Promise ? undefined : found?.file;
    if (file !== undefined && !/\.d\.[cm]?ts$/.test(file)) return file;
    return /^[./]/.test(specifier) ? null : forNode(importer, specifier);
  });
}

/** Packages that have nothing for browsers are taken as Node takes them. */
function forNode(importer: string, specifier: string): string | null {
  try {
    const file = createRequire(importer).resolve(specifier);
    return isAbsolute(file) ? file : null;
  } catch {
    return null;
  }
}

/** Where a package of the workspace is linked to. */
function folderOf(from: string, name: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const linked = join(at, "node_modules", name);
    if (existsSync(linked)) {
      const real = realpathSync(linked);
      // What is installed comes built.
      return real.includes(`node_modules`) ? null : real;
    }
    if (dirname(at) === at) return null;
  }
}

/**
 * The configuration whose options `file` has, where it is one that the bundler does not look for: a `tsconfig.json` may only
 * refer to others.
 */
export function configurationOf(file: string): string | null {
  const { tree, projects } = rules();
  const found = settle(tree, () => projects.governing(normalize(file)));
  const path = found instanceof Promise ? undefined : found?.config.path;
  return path === undefined || basename(path) === "tsconfig.json" ? null : path;
}
