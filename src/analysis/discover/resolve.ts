/**
 * Where an import leads, by TypeScript's bundler rules: extensions, `.js` that means `.ts`, index files, path aliases,
 * `baseUrl`, package `imports`, a package's own name, and other packages of the workspace. Never enters node_modules.
 */

import { aliasedPackage, packageInside } from "./aliases.ts";
import {
  importsTargets,
  namedInPackage,
  type Package,
  packageTargets,
  sourcesOf,
  splitSpecifier,
} from "./packages.ts";
import { dirname, isAbsolute, isSource, join } from "./paths.ts";
import type { Projects } from "./projects.ts";
import type { FileTree } from "./tree.ts";
import type { TsConfig } from "./tsconfig.ts";

/** `file` is absolute; `package` is the name of the package that the file belongs to, or that the specifier names. */
export interface Resolved {
  file: string | undefined;
  package: string | undefined;
}

const APPENDED = [".ts", ".tsx", ".mts", ".cts", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".d.mts", ".d.cts"];
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".d.ts"],
  ".jsx": [".tsx", ".ts", ".d.ts"],
  ".mjs": [".mts", ".d.mts"],
  ".cjs": [".cts", ".d.cts"],
};
const MAX_ALIAS_DEPTH = 4;

export class ModuleResolver {
  readonly #tree: FileTree;
  readonly #projects: Projects;
  /** Workspace packages by name. */
  readonly #byName = new Map<string, string>();
  #asked: { names: ReadonlySet<string>; has: boolean } | undefined;
  readonly #relative = new Map<string, Map<string, Resolved | null>>();
  readonly #bare = new Map<string, Map<string, Resolved | null>>();

  constructor(tree: FileTree, projects: Projects) {
    this.#tree = tree;
    this.#projects = projects;
  }

  /** Files appeared, vanished or changed their meaning. */
  clear(): void {
    this.#relative.clear();
    this.#bare.clear();
  }

  /** Declares a package of the workspace. */
  addPackage(name: string, folder: string): void {
    if (this.#byName.has(name)) return;
    this.#byName.set(name, folder);
    this.#asked = undefined;
  }

  /** Asked for every file with the same names. */
  hasPackage(names: ReadonlySet<string>): boolean {
    if (this.#asked?.names !== names) {
      let has = false;
      for (const name of names) has ||= this.#byName.has(name);
      this.#asked = { names, has };
    }
    return this.#asked.has;
  }

  /** Names that lead to a file other than by its own: its package's and what that calls it, and exact aliases. */
  aliasesOf(file: string): string[] {
    const pkg = this.#projects.packageOf(dirname(file));
    const out = pkg === undefined ? [] : namedInPackage(pkg, file);
    if (pkg?.name !== undefined) out.push(pkg.name);
    for (const config of this.#projects.allConfigs())
      for (const alias of config.aliases) if (alias.suffix === undefined) out.push(alias.prefix);
    return out;
  }

  clearPackages(): void {
    this.#byName.clear();
    this.#asked = undefined;
  }

  /**
   * Null when the specifier is relative and leads nowhere. May be a guess while the tree is incomplete: ask through
   * `settle`.
   */
  resolve(from: string, specifier: string): Resolved | null {
    const folder = dirname(from);
    if (specifier.startsWith(".") || isAbsolute(specifier)) {
      const cache = slot(this.#relative, folder);
      const known = cache.get(specifier);
      if (known !== undefined) return known;
      const path = join(folder, specifier.replace(/[?#].*$/, ""));
      const file = this.#tryPath(path, specifier.endsWith("/")) ?? this.#tryBuilt(path);
      const resolved = file === undefined ? null : this.#found(file);
      if (!this.#tree.incomplete) cache.set(specifier, resolved);
      return resolved;
    }
    const config = this.#projects.governing(from)?.config;
    const pkg = this.#projects.packageOf(folder);
    const cache = slot(this.#bare, `${config?.path ?? ""}\n${pkg?.folder ?? ""}`);
    const known = cache.get(specifier);
    if (known !== undefined) return known;
    const resolved = this.#resolveBare(specifier, config, pkg, 0);
    if (!this.#tree.incomplete) cache.set(specifier, resolved);
    return resolved;
  }

  /** The name of the package that a file belongs to. */
  packageName(file: string): string | undefined {
    return this.#projects.packageOf(dirname(file))?.name;
  }

  #found(path: string): Resolved {
    const file = this.#tree.real(path);
    return { file, package: this.packageName(file) };
  }

  #resolveBare(
    specifier: string,
    config: TsConfig | undefined,
    pkg: Package | undefined,
    depth: number,
  ): Resolved | null {
    for (const alias of config?.aliases ?? []) {
      const { prefix, suffix } = alias;
      let filled = "";
      if (suffix === undefined) {
        if (specifier !== prefix) continue;
      } else {
        if (specifier.length < prefix.length + suffix.length) continue;
        if (!specifier.startsWith(prefix) || !specifier.endsWith(suffix)) continue;
        filled = specifier.slice(prefix.length, specifier.length - suffix.length);
      }
      for (const target of alias.targets) {
        const inside = packageInside(target);
        if (inside !== undefined) return this.#resolveBare(inside, undefined, pkg, depth + 1);
        const file = this.#tryPath(
          join(
            "/",
            target.replace("*", () => filled),
          ),
          false,
        );
        if (file !== undefined) return this.#found(file);
      }
      break; // TypeScript tries the best alias only, then goes on as if there were none
    }
    if (specifier.startsWith("#")) {
      if (pkg === undefined || depth > MAX_ALIAS_DEPTH) return { file: undefined, package: undefined };
      for (const target of importsTargets(pkg, specifier, config?.customConditions ?? [])) {
        if (!isAbsolute(target)) return this.#resolveBare(target, undefined, pkg, depth + 1);
        const file = this.#tryOutput(pkg, target, config);
        if (file !== undefined) return this.#found(file);
      }
      return null;
    }
    if (config?.baseUrl !== undefined) {
      const file = this.#tryPath(join(config.baseUrl, specifier), false);
      if (file !== undefined) return this.#found(file);
    }
    const [name, subpath] = splitSpecifier(specifier);
    const real = depth > MAX_ALIAS_DEPTH ? null : aliasedPackage(this.#projects, pkg, name);
    if (real !== null) return this.#resolveBare(`${real}${subpath.slice(1)}`, undefined, pkg, depth + 1);
    const folder = pkg?.name === name ? pkg.folder : this.#byName.get(name);
    const target = folder === undefined ? undefined : this.#projects.packageAt(folder);
    if (target !== undefined) {
      const conditions = config?.customConditions ?? [];
      for (const path of packageTargets(target, subpath, conditions)) {
        const file = this.#tryOutput(target, path, undefined);
        if (file !== undefined) return { file: this.#tree.real(file), package: name };
      }
    }
    return { file: undefined, package: name };
  }

  /** A package's own build output that is not there means the source that it is built from. */
  #tryBuilt(path: string): string | undefined {
    if (!/\.[cm]?jsx?$/.test(path)) return undefined;
    const pkg = this.#projects.packageOf(dirname(path));
    return pkg === undefined ? undefined : this.#tryOutput(pkg, path, undefined);
  }

  /** A path that package.json gives: the file itself if it is source, else the source it is built from, else the output. */
  #tryOutput(pkg: Package, path: string, config: TsConfig | undefined): string | undefined {
    const direct = this.#tryPath(path, false);
    if (direct !== undefined && /\.[cm]?tsx?$/.test(direct) && !/\.d\.[cm]?ts$/.test(direct)) return direct;
    const own = config ?? this.#projects.governing(`${pkg.folder}/src/index.ts`)?.config;
    const output = path.replace(/\.d\.([cm]?)ts$/, ".$1js");
    const isThere = direct !== undefined && direct === output;
    for (const source of sourcesOf(pkg, output, own, isThere)) {
      // Bundlers write .mjs and .cjs from .ts.
      for (const candidate of new Set([source, source.replace(/\.[cm]js$/, ".js")])) {
        const file = this.#tryPath(candidate, false);
        if (file !== undefined && !/\.d\.[cm]?ts$/.test(file)) return file;
      }
    }
    return direct;
  }

  /** The source file that a path without or with an extension means. */
  #tryPath(path: string, folderOnly: boolean): string | undefined {
    if (!folderOnly) {
      const slash = path.lastIndexOf("/");
      const files = this.#tree.listing(slash <= 0 ? "/" : path.slice(0, slash))?.files;
      if (files !== undefined) {
        const name = path.slice(slash + 1);
        const file = fileFor(files, name);
        if (file !== undefined) return `${path.slice(0, slash + 1)}${file}`;
        if (files.has(name)) return undefined; // .json, .css, .svg
      }
    }
    if (!this.#tree.hasFolder(path)) return undefined;
    const inside = this.#tree.listing(path)?.files;
    if (inside === undefined) return undefined;
    if (inside.has("package.json")) {
      const pkg = this.#projects.packageAt(path);
      for (const target of pkg === undefined
        ? []
        : packageTargets({ ...pkg, json: withoutExports(pkg) }, ".", [])) {
        const at = target.lastIndexOf("/");
        const files = this.#tree.listing(target.slice(0, at))?.files;
        const file = files === undefined ? undefined : fileFor(files, target.slice(at + 1));
        if (file !== undefined) return `${target.slice(0, at + 1)}${file}`;
      }
    }
    const index = fileFor(inside, "index");
    return index === undefined ? undefined : `${path}/${index}`;
  }
}

/** Only `main` and the like count when a folder is imported by its path. */
function withoutExports(pkg: Package): Package["json"] {
  const { exports: _, ...rest } = pkg.json;
  return rest;
}

function fileFor(files: ReadonlySet<string>, name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  const replaced = dot < 0 ? undefined : REPLACED[name.slice(dot)];
  if (replaced !== undefined) {
    const bare = name.slice(0, dot);
    for (const extension of replaced) if (files.has(bare + extension)) return bare + extension;
  }
  if (isSource(name) && files.has(name)) return name;
  // What `.js` means last of all.
  if (name.endsWith(".js") && files.has(`${name}x`)) return `${name}x`;
  for (const extension of APPENDED) if (files.has(name + extension)) return name + extension;
  return undefined;
}

function slot<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = map.get(key);
  if (inner === undefined) {
    inner = new Map();
    map.set(key, inner);
  }
  return inner;
}
