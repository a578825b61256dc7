/**
 * A map of which many versions are kept: a version shares with the one before whatever was not changed, so that a batch
 * of events costs what it touches, however large the tree. Iterated in no particular order.
 */

/** A power of two. Few keys for each page at ten thousand keys, and few pages to copy. */
const PAGES = 512;

export class Table<K extends string | number, V> implements ReadonlyMap<K, V> {
  #pages: (Map<K, V> | undefined)[];
  /** Pages that only this version has. */
  #own: Set<number>;
  #size: number;

  constructor() {
    this.#pages = [];
    this.#own = new Set();
    this.#size = 0;
  }

  /** The next version, to be written to. This one stays as it is, as long as nobody writes to it. */
  next(): Table<K, V> {
    const copy = new Table<K, V>();
    copy.#pages = this.#pages.slice();
    copy.#size = this.#size;
    this.#own = new Set();
    return copy;
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    return this.#pages[pageOf(key)]?.get(key);
  }

  has(key: K): boolean {
    return this.#pages[pageOf(key)]?.has(key) === true;
  }

  set(key: K, value: V): this {
    const page = this.#write(pageOf(key));
    const before = page.size;
    page.set(key, value);
    this.#size += page.size - before;
    return this;
  }

  delete(key: K): boolean {
    if (!this.has(key)) return false;
    this.#write(pageOf(key)).delete(key);
    this.#size -= 1;
    return true;
  }

  *entries(): MapIterator<[K, V]> {
    for (const page of this.#pages) if (page !== undefined) yield* page;
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const page of this.#pages) if (page !== undefined) yield* page.values();
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
    for (let i = 0; i < PAGES; i++) {
      const [old, now] = [before.#pages[i], this.#pages[i]];
      if (old === now) continue;
      for (const [key, value] of now ?? []) if (old?.get(key) !== value) changed.push(key);
      for (const key of old?.keys() ?? []) if (now?.has(key) !== true) changed.push(key);
    }
    return changed;
  }

  #write(place: number): Map<K, V> {
    const page = this.#pages[place];
    if (page !== undefined && this.#own.has(place)) return page;
    const copy = new Map(page);
    this.#pages[place] = copy;
    this.#own.add(place);
    return copy;
  }
}

/** FNV-1a, for texts. */
function pageOf(key: string | number): number {
  if (typeof key === "number") return key & (PAGES - 1);
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (PAGES - 1);
}
