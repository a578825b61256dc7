/**
 * A map of which many versions are kept: a version shares with the one before whatever was not changed, so that a batch
 * of events costs what it touches, however large the tree. Iterated in no particular order.
 */

/** Leaves hold few keys each at ten thousand keys, and are reached over as many branches: both are copied to be written to. */
const BITS = 6;
const WIDTH = 1 << BITS;

type Leaf<K, V> = Map<K, V>;
type Branch<K, V> = (Leaf<K, V> | undefined)[];

export class Table<K extends string | number, V> implements ReadonlyMap<K, V> {
  #branches: (Branch<K, V> | undefined)[] = [];
  /** Branches and leaves that only this version has. */
  #own = new Set<Branch<K, V> | Leaf<K, V>>();
  #size = 0;

  /** The next version, to be written to. This one stays as it is, as long as nobody writes to it. */
  next(): Table<K, V> {
    const copy = new Table<K, V>();
    copy.#branches = this.#branches.slice();
    copy.#size = this.#size;
    this.#own = new Set();
    return copy;
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    return this.#leaf(placeOf(key))?.get(key);
  }

  has(key: K): boolean {
    return this.#leaf(placeOf(key))?.has(key) === true;
  }

  set(key: K, value: V): this {
    const leaf = this.#write(placeOf(key));
    const before = leaf.size;
    leaf.set(key, value);
    this.#size += leaf.size - before;
    return this;
  }

  delete(key: K): boolean {
    if (!this.has(key)) return false;
    this.#write(placeOf(key)).delete(key);
    this.#size -= 1;
    return true;
  }

  *entries(): MapIterator<[K, V]> {
    for (const branch of this.#branches) {
      for (const leaf of branch ?? []) if (leaf !== undefined) yield* leaf;
    }
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  /** The keys whose values differ between two versions, those that only one of them has included. */
  changedSince(before: Table<K, V>): K[] {
    const changed: K[] = [];
    for (let i = 0; i < WIDTH; i++) {
      const [oldBranch, branch] = [before.#branches[i], this.#branches[i]];
      if (oldBranch === branch) continue;
      for (let j = 0; j < WIDTH; j++) {
        const [old, now] = [oldBranch?.[j], branch?.[j]];
        if (old === now) continue;
        for (const [key, value] of now ?? []) if (old?.get(key) !== value) changed.push(key);
        for (const key of old?.keys() ?? []) if (now?.has(key) !== true) changed.push(key);
      }
    }
    return changed;
  }

  #leaf(place: number): Leaf<K, V> | undefined {
    return this.#branches[place >>> BITS]?.[place & (WIDTH - 1)];
  }

  #write(place: number): Leaf<K, V> {
    const [high, low] = [place >>> BITS, place & (WIDTH - 1)];
    let branch = this.#branches[high];
    if (branch === undefined || !this.#own.has(branch)) {
      branch = branch?.slice() ?? [];
      this.#branches[high] = branch;
      this.#own.add(branch);
    }
    let leaf = branch[low];
    if (leaf === undefined || !this.#own.has(leaf)) {
      leaf = new Map(leaf);
      branch[low] = leaf;
      this.#own.add(leaf);
    }
    return leaf;
  }
}

/** FNV-1a, for texts. */
function placeOf(key: string | number): number {
  if (typeof key === "number") return key & (WIDTH * WIDTH - 1);
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (WIDTH * WIDTH - 1);
}
