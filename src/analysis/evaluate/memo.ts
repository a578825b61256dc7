/**
 * What was computed from which files. A computation collects the files it reads; when one of them changes, all
 * that was computed from it is dropped.
 */
export interface Memo<T> {
  value: T;
  deps: Set<string>;
  drop: () => void;
}

/** Collects what a computation reads; `memo`: its result, when it is there. */
interface Computation {
  readonly deps: Set<string>;
  readonly used: Set<Memo<unknown>>;
  memo: Memo<unknown> | null;
}

export class Dependencies {
  readonly #readers = new Map<string, Set<Memo<unknown>>>();
  readonly #stack: Computation[] = [];

  /** Notes that the running computations read this file. */
  touch(file: string): void {
    this.#top?.deps.add(file);
  }

  get #top(): Computation | undefined {
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
    const own: Computation = { deps: new Set(), used: new Set(), memo: null };
    const value = this.#run(own, body);
    const memo: Memo<T> = { value, deps: own.deps, drop };
    own.memo = memo;
    this.reuse(memo);
    for (const file of memo.deps) this.#reads(memo, file);
    return memo;
  }

  #run<T>(own: Computation, body: () => T): T {
    this.#stack.push(own);
    try {
      return body();
    } catch (error) {
      // What it had read may make it succeed another time.
      for (const file of own.deps) this.#stack.at(-2)?.deps.add(file);
      throw error;
    } finally {
      this.#stack.pop();
    }
  }

  #reads(memo: Memo<unknown>, file: string): void {
    const readers = this.#readers.get(file);
    if (readers === undefined) this.#readers.set(file, new Set([memo]));
    else readers.add(memo);
  }

  /**
   * For a part of the running computation that is worked out when somebody asks for it: what is read for it then counts as
   * read by the computation.
   */
  later<Args extends readonly unknown[], T>(body: (...args: Args) => T): (...args: Args) => T {
    const owner = this.#top;
    return (...args) => {
      const own: Computation = { deps: new Set(), used: new Set(), memo: null };
      const value = this.#run(own, () => body(...args));
      for (const file of own.deps) {
        this.touch(file);
        if (owner === undefined || owner.deps.has(file)) continue;
        owner.deps.add(file);
        if (owner.memo !== null) this.#reads(owner.memo, file);
      }
      return value;
    };
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
