/** The language's own functions as code that is interpreted gets them: they take their time, and make nothing very large. */
import { bounded, PER_STEP, room, spend, spendOn, spendOnAll, unattended } from "./budget.ts";
import { ClassOf } from "./classes.ts";
import { InstanceOf } from "./instances.ts";
import { ERRORS, wholeOf } from "./known.ts";
import { checkLocal } from "./local-text.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { ProxyOf } from "./proxies.ts";
import { checkSearch } from "./regexps.ts";
import { stillOf } from "./running.ts";
import { checkKnown } from "./unknown.ts";

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
      what instanceof RegExp
        ? replacedSize(self, by)
        : typeof by === "string"
          ? (String(self).length / (String(what).length + 1)) * by.length
          : 0,
  ],
  [String.prototype.replace, (self, [what, by]) => (what instanceof RegExp ? replacedSize(self, by) : 0)],
  [Array.from, (_, [like]) => (like as { length?: unknown } | null | undefined)?.length ?? 0],
]);

const REPLACING: ReadonlySet<unknown> = new Set<unknown>([
  String.prototype.replace,
  String.prototype.replaceAll,
]);

/** What makes the texts that replace others, which together have a size. */
function replacer(by: unknown): unknown {
  if (typeof by !== "function") return by;
  let size = 0;
  return (...args: unknown[]): string => {
    const text = String(Reflect.apply(by, undefined, args));
    size += text.length;
    room(size);
    return text;
  };
}

/** What a replacement may come to: `$'` stands for all of the rest. */
function replacedSize(self: unknown, by: unknown): number {
  if (typeof by !== "string") return 0;
  const { length } = String(self);
  return (length + 1) * by.length * (by.includes("$") ? length : 1);
}

/** Goes through lists in a list too. */
const DEEP: ReadonlySet<unknown> = new Set<unknown>([
  Array.prototype.join,
  Array.prototype.toString,
  Array.prototype.flat,
  Array.prototype.sort,
  Array.prototype.toSorted,
]);

/** They ask something like a Set for what is in it. */
const OF_SETS: ReadonlySet<unknown> = new Set<unknown>(
  "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom"
    .split(" ")
    .map((name) => (Set.prototype as unknown as Record<string, unknown>)[name])
    .filter((fn) => fn !== undefined),
);

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
  return stillOf((...args: unknown[]): unknown => {
    if (isLost(args[0])) throw args[0];
    return Reflect.apply(handler, undefined, args);
  });
}

/** Whoever looks at the end of what cannot be followed cannot be followed either. */
function checkEnds(ends: unknown): void {
  for (const end of Array.isArray(ends) ? (ends as unknown[]) : []) {
    if (!(end instanceof Object) || !("reason" in end) || !(end.reason instanceof NotInterpreted)) continue;
    const thrown = end.reason;
    const get = (): never => {
      throw thrown;
    };
    Object.defineProperties(end, { status: { get }, reason: { get } });
  }
}

/** What the language's functions may be called on: what code can make, or what they belong to. */
function isKnown(fn: unknown, self: unknown): boolean {
  if (self instanceof ClassOf || self instanceof InstanceOf) return false;
  if (typeof self === "function")
    return !OF_LISTS.has(fn) && (OWNERS.has(behindNative(self)) || wholeOf(self) !== null);
  if (typeof self !== "object" || self === null) return !OF_LISTS.has(fn) || typeof self === "string";
  if (!OF_LISTS.has(fn)) return true;
  const above: unknown = Object.getPrototypeOf(self);
  return Array.isArray(self) || above === null || above === Object.prototype;
}

function isCollection(self: unknown): boolean {
  return (
    Array.isArray(self) ||
    [Map, Set, WeakMap, WeakSet, Promise].some((cls) => self instanceof cls) ||
    (typeof self === "object" && self !== null && !(self instanceof InstanceOf) && Symbol.iterator in self)
  );
}

/** They work on whatever looks like a list, and change it. */
const OF_LISTS: ReadonlySet<unknown> = new Set(
  Object.getOwnPropertyNames(Array.prototype)
    .filter((name) => name !== "constructor")
    .map((name) => (Array.prototype as unknown as Record<string, unknown>)[name]),
);

/** They ask of what they are given whether it is a list. */
const AS_LISTS: ReadonlySet<unknown> = new Set<unknown>([
  Array.isArray,
  Array.prototype.concat,
  Array.prototype.flat,
]);

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

const isUnknownSize = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !(value instanceof RegExp);

const OWNERS: ReadonlySet<unknown> = new Set<unknown>([
  Array,
  Number,
  String,
  Promise,
  Map,
  Symbol,
  BigInt,
  ...ERRORS.values(),
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
    if (this instanceof ProxyOf && OF_LISTS.has(fn)) return Reflect.apply(within, this.list(), args);
    if (AS_LISTS.has(fn))
      args = args.map((each) => (each instanceof ProxyOf ? (each.asList() ?? each) : each));
    checkKnown(fn, this, args);
    checkLocal(fn, args);
    if (!isKnown(fn, this)) throw new NotInterpreted("it calls a function of the language on something else");
    if (OF_SETS.has(fn) && !(args[0] instanceof Set))
      throw new NotInterpreted("it combines a Set with something else");
    if (PROMISED.has(fn)) args = args.map(unlessLost);
    if (REPLACING.has(fn)) args = args.map(replacer);
    // Texts are made of what is given to a text's methods and to functions alone; a list takes what it is given as it is.
    const takesTexts = !isCollection(this);
    for (const each of args) if (takesTexts) spendOnAll(each);
    checkSearch(fn, this, args);
    if (SEARCHING.has(fn) && typeof this === "string")
      spend((this.length * String(args[0]).length) / PER_STEP ** 2 / 4);
    const growing = GROWING.get(fn);
    if (growing !== undefined) {
      // What it says may be another number each time that it is asked.
      if (fn !== Array.from && args.some(isUnknownSize))
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
    if (fn === Promise.allSettled) (made as Promise<unknown>).then(checkEnds, () => {});
    return unattended(made);
  };
  behind.set(within, of);
  guarded.set(of, within);
  guarded.set(within, within);
  return within as unknown as T;
}
