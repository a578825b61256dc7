/**
 * Files outside the folders that were named, to which files inside lead by paths and aliases: a barrel beside the folder may hand
 * on what its own files name. Only what they name is looked at, once each. Where a repository's own folder was named, nothing is.
 */
import { type FileSystemHost, HostError } from "./host.ts";
import { dirname, isSource, isWithin, join } from "./paths.ts";
import type { Projects } from "./projects.ts";
import type { ModuleResolver } from "./resolve.ts";
import { type Interner, specifiersInBytes } from "./scan.ts";
import { type FileTree, settle } from "./tree.ts";

/** What a workspace has for this. */
interface Inside {
  options: { host: FileSystemHost; roots: readonly string[]; maxFileSize: number };
  tree: FileTree;
  projects: Projects;
  resolver: ModuleResolver;
  interner: Interner;
}

/** A file, and the modules that it names. */
export interface Naming {
  path: string;
  specifiers: readonly string[];
}

/** Looked at altogether, at most. */
const MOST = 10_000;

export class Outside {
  readonly #inside: Inside;
  /** Null for what is no source. */
  readonly #files = new Map<string, Naming | null>();
  /** Which files outside a file leads to; of files inside as well. */
  readonly #leads = new Map<string, readonly string[]>();
  #isWhole: boolean | undefined;
  #handing: { test: (file: Naming) => boolean; found: ReadonlySet<string> } | undefined;

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** Whether a file inside leads to one outside, directly or through others there, of which this holds. */
  leadsTo(path: string, test: (file: Naming) => boolean): boolean {
    const leads = this.#leads.get(path);
    if (leads === undefined) return false;
    if (this.#handing?.test !== test) this.#handing = { test, found: this.#allThatLeadTo(test) };
    const { found } = this.#handing;
    return leads.some((each) => found.has(each));
  }

  #allThatLeadTo(test: (file: Naming) => boolean): ReadonlySet<string> {
    const importers = new Map<string, string[]>();
    for (const path of this.#files.keys())
      for (const to of this.#leads.get(path) ?? []) {
        const known = importers.get(to);
        if (known === undefined) importers.set(to, [path]);
        else known.push(path);
      }
    const found = new Set<string>();
    const open = [...this.#files].flatMap(([path, file]) => (file !== null && test(file) ? [path] : []));
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (found.has(path)) continue;
      found.add(path);
      open.push(...(importers.get(path) ?? []));
    }
    return found;
  }

  /** Looks where these files inside lead to. */
  async look(files: Iterable<Naming>): Promise<void> {
    if (await this.#isAllInside()) return;
    for (const file of files) {
      this.#leads.delete(file.path);
      const open: Naming[] = [file];
      for (let from = open.pop(); from !== undefined; from = open.pop()) {
        const leads = await this.#leavingBy(from);
        if (leads.length === 0) continue;
        this.#leads.set(from.path, leads);
        this.#handing = undefined;
        for (const path of leads) {
          if (this.#files.has(path) || this.#files.size >= MOST) continue;
          const next = await this.#scan(path);
          this.#files.set(path, next);
          if (next !== null) open.push(next);
        }
      }
    }
  }

  async #isAllInside(): Promise<boolean> {
    const { options, tree } = this.#inside;
    this.#isWhole ??= await settle(tree, () =>
      options.roots.every((root) => {
        const at = tree.listing(root);
        return at?.folders.has(".git") === true || at?.files.has(".git") === true;
      }),
    );
    return this.#isWhole;
  }

  async #leavingBy({ path, specifiers }: Naming): Promise<string[]> {
    const { tree, projects, resolver, options } = this.#inside;
    const aliases = await settle(tree, () => projects.governing(path)?.config.aliases ?? []);
    const found: string[] = [];
    const isInside = (file: string): boolean => options.roots.some((root) => isWithin(root, file));
    for (const specifier of specifiers) {
      // Most lead to a place inside, which is seen by their paths.
      const mayLead = specifier.startsWith(".")
        ? !isInside(join(dirname(path), specifier))
        : /^[#/]/.test(specifier) || aliases.some(({ prefix }) => specifier.startsWith(prefix));
      const to = mayLead ? await settle(tree, () => resolver.resolve(path, specifier)) : null;
      if (to?.file === undefined || !isSource(to.file) || to.file.includes("/node_modules/")) continue;
      const { file } = to;
      if (!isInside(file)) found.push(file);
    }
    return found;
  }

  async #scan(path: string): Promise<Naming | null> {
    const { options, interner } = this.#inside;
    const bytes = await options.host.readFile(path, options.maxFileSize);
    const specifiers = bytes instanceof HostError ? undefined : specifiersInBytes(bytes, interner);
    return specifiers === undefined ? null : { path, specifiers };
  }
}
