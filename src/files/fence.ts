/** Whether a file lies inside folders that somebody named, once links are followed. */
import { realpath } from "node:fs/promises";
import path from "node:path";

/** The real paths of folders and files; what is not there is left out. */
export async function realRoots(named: readonly string[]): Promise<string[]> {
  const found = await Promise.all(named.map((each) => realpath(each).catch(() => null)));
  return found.filter((each) => each !== null);
}

/** Both with links followed. A root that is a file holds itself. */
export function isInside(roots: readonly string[], file: string): boolean {
  return roots.some((root) => {
    const inside = path.relative(root, file);
    return inside !== ".." && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
  });
}
