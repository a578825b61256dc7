import { sameList } from "../../model/index.ts";

/** What is made of an object together with other things: the last of each object, made anew when one of these is another. */
export function remade<K extends object, T>(): (of: K, from: readonly unknown[], make: () => T) => T {
  const known = new WeakMap<K, { readonly from: readonly unknown[]; readonly made: T }>();
  return (of, from, make) => {
    const last = known.get(of);
    if (last !== undefined && sameList(last.from, from)) return last.made;
    const made = make();
    known.set(of, { from, made });
    return made;
  };
}
