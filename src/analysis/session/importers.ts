/**
 * Who imports a file? Answered without resolving every import of the workspace: importers are found by the last part of
 * the specifiers they name, and only those few are resolved.
 */
import type { ScannedFile } from "../discover/index.ts";

const SOURCE = /(?:\.d)?\.[cm]?[jt]sx?$/;

/** `registry` for `./lib/registry.js`, `lib` for `./lib/index`, `.` for a folder's own index. */
function keyOf(specifier: string): string {
  const bare = specifier.replace(SOURCE, "").replace(/\/(?:index)?$/, "");
  const last = bare.slice(bare.lastIndexOf("/") + 1);
  return last === "" || last === ".." || last === "index" ? "." : last;
}

export class Importers {
  /** Specifier → the files that name it. */
  readonly #bySpecifier = new Map<string, string[]>();
  /** Key → specifiers; made from the above when first asked for. */
  #byKey: Map<string, Set<string>> | undefined;

  add(file: ScannedFile): void {
    for (const specifier of file.specifiers) {
      const files = this.#bySpecifier.get(specifier);
      if (files !== undefined) files.push(file.path);
      else {
        this.#bySpecifier.set(specifier, [file.path]);
        if (this.#byKey !== undefined) this.#index(specifier, this.#byKey);
      }
    }
  }

  remove(file: ScannedFile): void {
    for (const specifier of file.specifiers) {
      const files = this.#bySpecifier.get(specifier);
      const at = files?.indexOf(file.path) ?? -1;
      if (at >= 0) files!.splice(at, 1);
    }
  }

  #index(specifier: string, byKey: Map<string, Set<string>>): void {
    const key = keyOf(specifier);
    const specifiers = byKey.get(key);
    if (specifiers === undefined) byKey.set(key, new Set([specifier]));
    else specifiers.add(specifier);
  }

  #indexed(): Map<string, Set<string>> {
    if (this.#byKey === undefined) {
      this.#byKey = new Map();
      for (const specifier of this.#bySpecifier.keys()) this.#index(specifier, this.#byKey);
    }
    return this.#byKey;
  }

  /**
   * The files and specifiers that may mean `path`. `aliases` are other names that lead to it: of its package, or exact
   * path aliases. Files that are `known` already are left out.
   */
  *of(
    path: string,
    aliases: readonly string[],
    known: ReadonlyMap<string, unknown>,
  ): Iterable<{ importer: string; specifier: string }> {
    const keys = new Set([keyOf(path), ...aliases.map(keyOf)]);
    if (/\/index\.[cm]?[jt]sx?$/.test(path)) {
      keys.add(keyOf(path.slice(0, path.lastIndexOf("/"))));
      keys.add(".");
    }
    const byKey = this.#indexed();
    for (const key of keys) {
      for (const specifier of byKey.get(key) ?? []) {
        for (const importer of this.#bySpecifier.get(specifier) ?? [])
          if (!known.has(importer)) yield { importer, specifier };
      }
    }
  }
}
