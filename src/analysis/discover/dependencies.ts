/** What the dependencies of a package.json are called, and what they really are. */
import type { Package } from "./packages.ts";
import { join } from "./paths.ts";

const FIELDS = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** What a dependency's range says that it really is: a package's name, or an absolute folder; null: what it is called. */
export function realTarget(range: string, folder: string): string | null {
  const named = /^(?:npm|workspace):(@[^/]+\/[^@]+|[A-Za-z][^@/]*)(?:@|$)/.exec(range);
  if (named !== null) return named[1]!;
  const path = /^(?:file|link|portal):(.+)$/.exec(range);
  return path === null ? null : join(folder, path[1]!);
}

/** What a package.json says of the packages that it depends on: their names there, and ranges. */
export function rangesOf({ json }: Package): [name: string, range: string][] {
  return FIELDS.flatMap((field) => {
    const ranges = json[field];
    if (typeof ranges !== "object" || ranges === null || Array.isArray(ranges)) return [];
    return Object.entries(ranges).filter((each): each is [string, string] => typeof each[1] === "string");
  });
}

/** The packages that a package.json depends on, as they are really called where it says so. */
export function dependenciesOf(pkg: Package): string[] {
  return rangesOf(pkg).map(([name, range]) => realTarget(range, pkg.folder) ?? name);
}

/** Whether a package.json gives other packages names of its own. */
export function hasAliases(pkg: Package): boolean {
  return rangesOf(pkg).some(([, range]) => realTarget(range, "/") !== null);
}
