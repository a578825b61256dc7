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
  private readonly readers = new Map<string, Set<Memo<unknown>>>();
  private readonly stack: Set<string>[] = [];

  /** Notes that the running computations read this file. */
  touch(file: string): void {
    this.stack.at(-1)?.add(file);
  }

  /** Notes everything that an earlier computation read, when its result is used again. */
  touchAll(deps: Iterable<string>): void {
    const top = this.stack.at(-1);
    if (top !== undefined) for (const file of deps) top.add(file);
  }

  /** Computes and remembers; `drop` is called once, when a file that was read changes. */
  compute<T>(body: () => T, drop: () => void): Memo<T> {
    const deps = new Set<string>();
    this.stack.push(deps);
    let value: T;
    try {
      value = body();
    } finally {
      this.stack.pop();
    }
    this.touchAll(deps);
    const memo: Memo<T> = { value, deps, drop };
    for (const file of deps) {
      const readers = this.readers.get(file);
      if (readers === undefined) this.readers.set(file, new Set([memo]));
      else readers.add(memo);
    }
    return memo;
  }

  forget(memo: Memo<unknown>): void {
    for (const file of memo.deps) {
      const readers = this.readers.get(file);
      readers?.delete(memo);
      if (readers?.size === 0) this.readers.delete(file);
    }
  }

  /** Drops everything that read the file. */
  invalidate(file: string): void {
    const readers = this.readers.get(file);
    if (readers === undefined) return;
    for (const memo of [...readers]) {
      this.forget(memo);
      memo.drop();
    }
  }
}
