import type { FileContribution } from "./file-contribution.ts";

/** Supervisors that nothing starts; one of each ring that starts itself. */
export function rootsOf(files: readonly FileContribution[]): string[] {
  const parts = files
    .flatMap((file) => file.supervisors)
    .filter((part) => part.draft.implicit !== true || part.nodes.length > 0);
  const byKey = new Map(parts.map((part) => [part.key, part]));
  const nested = new Set<string>();
  for (const part of parts) {
    for (const node of part.nodes)
      if (node.supervisor !== null && node.supervisor !== part.key) nested.add(node.supervisor);
  }
  const roots = parts.filter((part) => !nested.has(part.key)).map((part) => part.key);
  const seen = new Set<string>();
  const visit = (root: string): void => {
    const open = [root];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      for (const node of byKey.get(key)?.nodes ?? [])
        if (node.supervisor !== null) open.push(node.supervisor);
    }
  };
  for (const root of roots) visit(root);
  for (const part of parts) {
    if (seen.has(part.key)) continue;
    roots.push(part.key);
    visit(part.key);
  }
  return roots;
}
