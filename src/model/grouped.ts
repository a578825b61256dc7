/** One value more of those that stand under a key. `Map.groupBy` is there from Node 21 on only. */
export function addUnder<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const there = groups.get(key);
  if (there === undefined) groups.set(key, [value]);
  else there.push(value);
}

/** The same for what stands there once. */
export function putUnder<K, V>(groups: Map<K, Set<V>>, key: K, value: V): void {
  const there = groups.get(key);
  if (there === undefined) groups.set(key, new Set([value]));
  else there.add(value);
}
