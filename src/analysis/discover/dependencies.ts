/** What the dependencies of a package.json are called, and what they really are. */
import type { Package } from "./packages.ts";
import { join } from "./paths.ts";

export const FIELDS = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** What a dependency's range says that it really is: a package's name, or an absolute folder; null: what it is called. */
export function realTarget(range: string, folder: string): string | null {
  const named = /^(?:npm|workspace):(@[^/]+\/[^@]+|[A-Za-z][^@/]*)(?:@|$)/.exec(range);
  if (named !== null) return named[1]!;
  const path = /^(?:file|link|portal):(.+)$/.exec(range);
  return path === null ? null : join(folder, path[1]!);
}

/** Whether a package.json gives other packages names of its own. */
export function hasAliases({ json }: Package): boolean {
  return FIELDS.some((field) => {
    const ranges = json[field];
    return (
      typeof ranges === "object" &&
      ranges !== null &&
      Object.values(ranges).some((range) => typeof range === "string" && realTarget(range, "/") !== null)
    );
  });
}
