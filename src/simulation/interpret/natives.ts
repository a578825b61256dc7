/** The language's own functions as code that is interpreted gets them: they take their time, and make nothing very large. */
import { bounded, PER_STEP, room, spend, spendOn, spendOnAll } from "./budget.ts";
import { NotInterpreted } from "./not-interpreted.ts";

type Native = (...args: never[]) => unknown;

/** Makes something as large as it is told. */
const GROWING: ReadonlyMap<unknown, (self: unknown, args: readonly unknown[]) => unknown> = new Map<
  unknown,
  (self: unknown, args: readonly unknown[]) => unknown
>([
  [String.prototype.repeat, (self, [count]) => String(self).length * Number(count)],
  [String.prototype.padStart, (_, [length]) => length],
  [String.prototype.padEnd, (_, [length]) => length],
  [Array.prototype.join, (self, [by]) => (self as unknown[]).length * String(by ?? ",").length],
  [
    String.prototype.replaceAll,
    (self, [what, by]) =>
      typeof by === "string" ? (String(self).length / (String(what).length + 1)) * by.length : 0,
  ],
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

/** Looks for a text in a text. */
const SEARCHING: ReadonlySet<unknown> = new Set<unknown>([
  String.prototype.includes,
  String.prototype.indexOf,
  String.prototype.lastIndexOf,
  String.prototype.replace,
  String.prototype.replaceAll,
  String.prototype.split,
]);

/** Takes what is done when something fails. */
const PROMISED: ReadonlySet<unknown> = new Set<unknown>([
  Promise.prototype.then,
  Promise.prototype.catch,
  Promise.prototype.finally,
]);

/** A failure of the interpreter is none of the program's: it handles none. */
function unlessLost(handler: unknown): unknown {
  if (typeof handler !== "function") return handler;
  return (...args: unknown[]): unknown => {
    if (args[0] instanceof NotInterpreted) throw args[0];
    return Reflect.apply(handler, undefined, args);
  };
}

async function whole(ends: Promise<unknown>): Promise<unknown> {
  let failures: readonly unknown[] = [];
  try {
    const all = await ends;
    if (Array.isArray(all)) failures = all.map((end: { reason?: unknown }) => end.reason);
    return all;
  } catch (thrown) {
    if (thrown instanceof AggregateError) failures = thrown.errors;
    throw thrown;
  } finally {
    const lost = failures.find((each) => each instanceof NotInterpreted);
    // biome-ignore lint/correctness/noUnsafeFinally: instead of what the program would see
    if (lost !== undefined) throw lost;
  }
}

/** A failure that nobody waits for ends nothing here. */
export function unattended<T>(value: T): T {
  if (value instanceof Promise) Promise.prototype.then.call(value, undefined, () => {});
  return value;
}

/** What the language's functions may be called on: what code can make, or what they belong to. */
function isKnown(fn: unknown, self: unknown): boolean {
  if (typeof self === "function") return !OF_LISTS.has(fn) && OWNERS.has(behindNative(self));
  if (typeof self !== "object" || self === null || !OF_LISTS.has(fn)) return true;
  const above: unknown = Object.getPrototypeOf(self);
  return Array.isArray(self) || above === null || above === Object.prototype;
}

function isCollection(self: unknown): boolean {
  return (
    Array.isArray(self) ||
    [Map, Set, WeakMap, WeakSet, Promise].some((cls) => self instanceof cls) ||
    (typeof self === "object" && self !== null && Symbol.iterator in self)
  );
}

/** They work on whatever looks like a list, and change it. */
const OF_LISTS: ReadonlySet<unknown> = new Set(
  Object.getOwnPropertyNames(Array.prototype)
    .filter((name) => name !== "constructor")
    .map((name) => (Array.prototype as unknown as Record<string, unknown>)[name]),
);

/** Goes through all that an iterator gives. */
const TAKING_ALL: ReadonlySet<unknown> = new Set<unknown>([
  Array.from,
  Map.groupBy,
  Object.groupBy,
  Promise.all,
  Promise.allSettled,
  Promise.any,
  Promise.race,
]);

/** An iterator whose turns take their time. */
export function counted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return typeof (value as { next?: unknown }).next === "function" && Symbol.iterator in value
    ? turns(value as Iterable<unknown>)
    : value;
}

function* turns(through: Iterable<unknown>): Generator<unknown> {
  for (const each of through) {
    spend(1 / PER_STEP);
    yield each;
  }
}

const OWNERS: ReadonlySet<unknown> = new Set<unknown>([
  Array,
  Number,
  String,
  Promise,
  Map,
  Error,
  TypeError,
  RangeError,
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
    spend(5 / PER_STEP);
    if (!isKnown(fn, this)) throw new NotInterpreted("it calls a function of the language on something else");
    if (PROMISED.has(fn)) args = args.map(unlessLost);
    // Texts are made of what is given to a text's methods and to functions alone; a list takes what it is given as it is.
    const takesTexts = !isCollection(this);
    for (const each of args) if (takesTexts) spendOnAll(each);
    if (SEARCHING.has(fn) && typeof this === "string")
      spend((this.length * String(args[0]).length) / PER_STEP ** 2 / 4);
    const growing = GROWING.get(fn);
    if (growing !== undefined) {
      // What it says may be another number each time that it is asked.
      if (fn !== Array.from && args.some((each) => typeof each === "object" && each !== null))
        throw new NotInterpreted("it makes something of a size that is not known");
      room(growing(this, args));
    }
    if (TAKING_ALL.has(fn)) args = args.map(counted);
    // Each of them is waited for.
    if (this === Promise && Array.isArray(args[0])) spend(args[0].length * 2);
    if (DEEP.has(fn)) spendOnAll(this);
    else spendOn(this);
    const made = bounded(Reflect.apply(fn, this, args));
    spendOn(made);
    return unattended(
      fn === Promise.allSettled || fn === Promise.any ? whole(made as Promise<unknown>) : made,
    );
  };
  behind.set(within, of);
  guarded.set(of, within);
  guarded.set(within, within);
  return within as unknown as T;
}
