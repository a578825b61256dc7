/** Keys of supervisors, applications and orphans: `<file>#<name>`, with `~2` and so on for namesakes in one file. */

export function keysIn(file: string): (name: string) => string {
  const taken = new Map<string, number>();
  return (name) => {
    const n = (taken.get(name) ?? 0) + 1;
    taken.set(name, n);
    return n === 1 ? `${file}#${name}` : `${file}#${name}~${n}`;
  };
}

/** Keys of the children of one supervisor. */
export function childKeys(supervisor: string, ids: readonly (string | null)[]): string[] {
  const taken = new Map<string, number>();
  return ids.map((id, i) => {
    const name = id ?? `?${i + 1}`;
    const n = (taken.get(name) ?? 0) + 1;
    taken.set(name, n);
    return n === 1 ? `${supervisor}/${name}` : `${supervisor}/${name}~${n}`;
  });
}
