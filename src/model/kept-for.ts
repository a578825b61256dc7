/** What is found out of something once, and kept for as long as that is there. */
export function keptFor<K extends object, T>(find: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly found: T }>();
  return (of) => {
    let kept = known.get(of);
    if (kept === undefined) {
      kept = { found: find(of) };
      known.set(of, kept);
    }
    return kept.found;
  };
}
