/** The language's own functions as code that is interpreted gets them: they take their time, and make nothing very large. */
import { bounded, room, spendOn, spendOnAll } from "./budget.ts";

type Native = (...args: never[]) => unknown;

/** Makes something as large as it is told. */
const GROWING: ReadonlyMap<unknown, (self: unknown, args: readonly unknown[]) => unknown> = new Map<
  unknown,
  (self: unknown, args: readonly unknown[]) => unknown
>([
  [String.prototype.repeat, (self, [count]) => String(self).length * Number(count)],
  [String.prototype.padStart, (_, [length]) => length],
  [String.prototype.padEnd, (_, [length]) => length],
  [Array.from, (_, [like]) => (like as { length?: unknown } | null | undefined)?.length ?? 0],
]);

/** Goes through lists in a list too. */
const DEEP: ReadonlySet<unknown> = new Set<unknown>([
  Array.prototype.join,
  Array.prototype.toString,
  Array.prototype.flat,
  Array.prototype.sort,
  Array.prototype.toSorted,
]);

const guarded = new WeakMap<object, unknown>();
const behind = new WeakMap<object, unknown>();

/** What a function is of the language's own. */
export function behindNative(of: unknown): unknown {
  return typeof of === "function" ? (behind.get(of) ?? of) : of;
}

/** The same function, within the bounds. */
export function native<T>(of: T): T {
  if (typeof of !== "function") return of;
  const known = guarded.get(of);
  if (known !== undefined) return known as T;
  const fn = of as unknown as Native;
  const within = function (this: unknown, ...args: unknown[]): unknown {
    const growing = GROWING.get(fn);
    if (growing !== undefined) room(growing(this, args));
    if (DEEP.has(fn)) spendOnAll(this);
    else spendOn(this);
    // Texts are made of what is given to a text's methods and to functions alone; a list takes what it is given as it is.
    const takesTexts = typeof this !== "object" || this === null;
    for (const each of args) if (takesTexts) spendOnAll(each);
    const made = bounded(Reflect.apply(fn, this, args));
    spendOn(made);
    return made;
  };
  behind.set(within, of);
  guarded.set(of, within);
  guarded.set(within, within);
  return within as unknown as T;
}
