/**
 * What was computed from which files. A computation collects the files it reads; when one of them changes, all
 * that was computed from it is dropped.
 */
export interface Memo<T> {
  value: T;
  deps: Set<string>;
  drop: () => void;
}

export class Dependencies {
  readonly #readers = new Map<string, Set<Memo<unknown>>>();
  readonly #stack: { deps: Set<string>; used: Set<Memo<unknown>> }[] = [];

  /** Notes that the running computations read this file. */
  touch(file: string): void {
    this.#top?.deps.add(file);
  }

  get #top(): { deps: Set<string>; used: Set<Memo<unknown>> } | undefined {
    return this.#stack[this.#stack.length - 1];
  }

  /** Notes everything that an earlier computation read, when its result is used again. */
  reuse(memo: Memo<unknown>): void {
    const top = this.#top;
    if (top === undefined || top.used.has(memo)) return;
    top.used.add(memo);
    for (const file of memo.deps) top.deps.add(file);
  }

  /** Computes and remembers; `drop` is called once, when a file that was read changes. */
  compute<T>(body: () => T, drop: () => void): Memo<T> {
    const deps = new Set<string>();
    this.#stack.push({ deps, used: new Set() });
    let value: T;
    try {
      value = body();
    } catch (error) {
      // What it had read may make it succeed another time.
      for (const file of deps) this.#stack.at(-2)?.deps.add(file);
      throw error;
    } finally {
      this.#stack.pop();
    }
    const memo: Memo<T> = { value, deps, drop };
    this.reuse(memo);
    for (const file of deps) {
      const readers = this.#readers.get(file);
      if (readers === undefined) this.#readers.set(file, new Set([memo]));
      else readers.add(memo);
    }
    return memo;
  }

  forget(memo: Memo<unknown>): void {
    for (const file of memo.deps) {
      const readers = this.#readers.get(file);
      readers?.delete(memo);
      if (readers?.size === 0) this.#readers.delete(file);
    }
  }

  /** Drops everything that read the file. */
  invalidate(file: string): void {
    const readers = this.#readers.get(file);
    if (readers === undefined) return;
    for (const memo of [...readers]) {
      this.forget(memo);
      memo.drop();
    }
  }
}
