/** Which configuration and which package govern a file: the nearest ones above it, with TypeScript's exceptions. */

import { hasAliases } from "./dependencies.ts";
import { type Package, readPackage } from "./packages.ts";
import { childOf, dirname } from "./paths.ts";
import type { FileTree } from "./tree.ts";
import { readTsConfig, type TsConfig } from "./tsconfig.ts";

export interface Governing {
  config: TsConfig;
  /** True when the configuration leaves the file out on purpose; what it only does not mention is read with its options. */
  leftOut: boolean;
}

const MAX_REFERENCES = 4;

export class Projects {
  readonly #tree: FileTree;
  readonly #configs = new Map<string, TsConfig>();
  /** Folder → path of the nearest tsconfig.json or jsconfig.json; null for none. */
  readonly #nearestPaths = new Map<string, string | null>();
  readonly #packages = new Map<string, Package>();
  /** Folder → the folder of the nearest package.json; null for none. */
  readonly #packageFolders = new Map<string, string | null>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** Forgets everything read, after a configuration file changed. */
  clear(): void {
    this.#configs.clear();
    this.#nearestPaths.clear();
    this.#packages.clear();
    this.#packageFolders.clear();
  }

  /** The configuration at `path`; undefined when absent or not known yet. */
  config(path: string): TsConfig | undefined {
    const known = this.#configs.get(path);
    if (known !== undefined) return known;
    const config = readTsConfig(this.#tree, path);
    if (config !== undefined && !this.#tree.incomplete) this.#configs.set(path, config);
    return config;
  }

  /** Every configuration read so far. */
  allConfigs(): TsConfig[] {
    return [...this.#configs.values()];
  }

  /** The nearest configuration at or above a folder, whether or not it includes a file there. */
  nearest(folder: string): TsConfig | undefined {
    const path = this.#nearestConfig(folder);
    return path === undefined ? undefined : this.config(path);
  }

  /** The configuration that governs `file`; undefined when there is none (or it is not known yet). */
  governing(file: string): Governing | undefined {
    const config = this.nearest(dirname(file));
    if (config === undefined) return undefined;
    if (config.includes(file)) return { config, leftOut: false };
    const referenced = this.#referenced(config, file, 0);
    if (referenced !== undefined) return { config: referenced, leftOut: false };
    if (config.leavesOut(file)) return { config, leftOut: true };
    for (const sibling of this.#siblings(config))
      if (sibling.includes(file)) return { config: sibling, leftOut: false };
    return { config, leftOut: false };
  }

  #referenced(config: TsConfig, file: string, depth: number): TsConfig | undefined {
    for (const path of config.references) {
      const target = this.config(path);
      if (target === undefined) continue;
      if (target.includes(file)) return target;
      const deeper = depth < MAX_REFERENCES ? this.#referenced(target, file, depth + 1) : undefined;
      if (deeper !== undefined) return deeper;
    }
    return undefined;
  }

  /** tsconfig.test.json and the like beside it. */
  *#siblings(config: TsConfig): Iterable<TsConfig> {
    for (const name of this.#tree.listing(config.folder)?.files ?? []) {
      if (!/^tsconfig\..+\.json$/.test(name)) continue;
      const path = childOf(config.folder, name);
      if (path === config.path) continue;
      const sibling = this.config(path);
      if (sibling !== undefined) yield sibling;
    }
  }

  #nearestConfig(folder: string): string | undefined {
    const known = this.#nearestPaths.get(folder);
    if (known !== undefined) return known ?? undefined;
    const files = this.#tree.listing(folder)?.files;
    let path: string | undefined;
    if (files?.has("tsconfig.json")) path = childOf(folder, "tsconfig.json");
    else if (files?.has("jsconfig.json")) path = childOf(folder, "jsconfig.json");
    else if (dirname(folder) !== folder) path = this.#nearestConfig(dirname(folder));
    if (!this.#tree.incomplete) this.#nearestPaths.set(folder, path ?? null);
    return path;
  }

  /** The package at exactly this folder. */
  packageAt(folder: string): Package | undefined {
    const known = this.#packages.get(folder);
    if (known !== undefined) return known;
    const pkg = readPackage(this.#tree, folder);
    if (pkg !== undefined && !this.#tree.incomplete) this.#packages.set(folder, pkg);
    return pkg;
  }

  /** The nearest package at or above a folder that has a name, maps `imports` or gives packages other names. */
  packageOf(folder: string): Package | undefined {
    const known = this.#packageFolders.get(folder);
    if (known !== undefined) return known === null ? undefined : this.packageAt(known);
    let found: Package | undefined;
    const here = this.packageAt(folder);
    if (
      here !== undefined &&
      (here.name !== undefined || here.json.imports !== undefined || hasAliases(here))
    )
      found = here;
    else if (dirname(folder) !== folder) found = this.packageOf(dirname(folder));
    if (!this.#tree.incomplete) this.#packageFolders.set(folder, found?.folder ?? null);
    return found;
  }
}
