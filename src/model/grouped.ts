/** One value more of those that stand under a key. `Map.groupBy` is there from Node 21 on only. */
export function addUnder<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const there = groups.get(key);
  if (there === undefined) groups.set(key, [value]);
  else there.push(value);
}
