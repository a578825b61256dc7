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
  private readonly byKey = new Map<string, Set<string>>();

  add(file: ScannedFile): void {
    for (const specifier of file.specifiers) {
      const key = keyOf(specifier);
      const files = this.byKey.get(key);
      if (files === undefined) this.byKey.set(key, new Set([file.path]));
      else files.add(file.path);
    }
  }

  remove(file: ScannedFile): void {
    for (const specifier of file.specifiers) this.byKey.get(keyOf(specifier))?.delete(file.path);
  }

  /**
   * The files and specifiers that may mean `path`. `aliases` are other names that lead to it: of its package, or exact
   * path aliases.
   */
  *of(
    path: string,
    aliases: readonly string[],
    files: ReadonlyMap<string, ScannedFile>,
  ): Iterable<{ importer: string; specifier: string }> {
    const keys = new Set([keyOf(path), ...aliases.map(keyOf)]);
    if (/\/index\.[cm]?[jt]sx?$/.test(path)) {
      keys.add(keyOf(path.slice(0, path.lastIndexOf("/"))));
      keys.add(".");
    }
    for (const key of keys) {
      for (const importer of this.byKey.get(key) ?? []) {
        for (const specifier of files.get(importer)?.specifiers ?? [])
          if (keyOf(specifier) === key) yield { importer, specifier };
      }
    }
  }
}
