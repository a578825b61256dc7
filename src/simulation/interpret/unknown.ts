/** A value of which nothing is known: it may be kept and handed on, and whoever looks at it cannot be followed any further. */
import { NotInterpreted } from "./not-interpreted.ts";

export class Unknown {
  readonly #why: string;

  constructor(why: string) {
    this.#why = why;
  }

  look(): never {
    throw new NotInterpreted(this.#why);
  }

  [Symbol.toPrimitive](): never {
    return this.look();
  }

  get [Symbol.iterator](): never {
    return this.look();
  }

  get [Symbol.asyncIterator](): never {
    return this.look();
  }
}

/** A value that is looked at. @throws NotInterpreted when nothing is known of it */
export function known<T>(value: T): T {
  return value instanceof Unknown ? value.look() : value;
}

/** What only takes what it is given, and does not look at it. */
const KEEPING: ReadonlySet<unknown> = new Set<unknown>([
  Array.prototype.push,
  Array.prototype.unshift,
  Array.prototype.concat,
  Array.of,
  Promise.resolve,
]);

/** What compares what is in a list with what it is given. */
const COMPARING: ReadonlySet<unknown> = new Set<unknown>([
  Array.prototype.includes,
  Array.prototype.indexOf,
  Array.prototype.lastIndexOf,
]);

/** The language's own function is called. @throws NotInterpreted when it looks at what is not known */
export function checkKnown(fn: unknown, self: unknown, args: readonly unknown[]): void {
  known(self);
  if (KEEPING.has(fn)) return;
  const looksAt = fn === Map.prototype.set || fn === WeakMap.prototype.set ? args.slice(0, 1) : args;
  looksAt.forEach(known);
  if (COMPARING.has(fn) && Array.isArray(self)) self.forEach(known);
}
