/** What of the language's own is there for code that is interpreted: what computes, and nothing else. */
import { bounded, spend, spendOn, within } from "./budget.ts";
import { ClassOf } from "./classes.ts";
import { InstanceOf } from "./instances.ts";
import { ANYTHING, ERRORS, made, ofProgram, partOf } from "./known.ts";
import { counted, native } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { abortingOf } from "./platform/aborting.ts";
import type { Later } from "./platform/alone.ts";
import { BYTES } from "./platform/bytes.ts";
import { TARGETS } from "./platform/events.ts";
import { isOpen } from "./platform/hosted.ts";
import { INTL } from "./platform/international.ts";
import { CRYPTO, GLOBAL, MODULES } from "./platform/node.ts";
import { OF_OBJECTS, PROXY, REFLECT } from "./platform/reflection.ts";
import { timersOf } from "./platform/timers.ts";
import { entriesOf, get, isBytes, isOwnError, isPlain, set, symbolsOf } from "./properties.ts";
import { ProxyOf } from "./proxies.ts";
import { known } from "./unknown.ts";
import { parseUtc, UtcDate } from "./utc-date.ts";

function only<T extends object>(object: T, names: string): object {
  return partOf(
    Object.fromEntries(
      names.split(" ").map((name) => [name, native((object as Record<string, unknown>)[name])]),
    ),
    object,
  );
}

const CONSOLE =
  "log info warn error debug table trace dir group groupCollapsed groupEnd time timeEnd timeLog count countReset assert".split(
    " ",
  );

const nothing = (): void => {};

/** `Object`'s functions, for what code has made itself: what the library hands out is closed. */
const OBJECT = partOf(
  {
    keys: (of: unknown) => (of instanceof ProxyOf ? of.names() : entriesOf(some(of)).map(([name]) => name)),
    values: (of: unknown) => entriesOf(some(of)).map(([, value]) => value),
    entries: (of: unknown) => entriesOf(some(of)),
    fromEntries: (entries: Iterable<readonly [PropertyKey, unknown]>) => {
      spendOn(entries);
      // To put a name into an object takes longer than to go over it.
      if (Array.isArray(entries)) spend(entries.length);
      return Object.fromEntries(counted(entries) as Iterable<readonly [PropertyKey, unknown]>);
    },
    assign: (target: unknown, ...from: unknown[]) => {
      some(target);
      if (typeof target !== "object" && typeof target !== "function")
        throw new NotInterpreted("Object.assign to what is no object");
      for (const each of from)
        for (const [name, value] of [...entriesOf(each), ...symbolsOf(each)]) set(target, name, value);
      return target;
    },
    create: (above: unknown, members?: unknown) => {
      if (above !== null || members !== undefined) throw new NotInterpreted("Object.create of something");
      return Object.create(null) as object;
    },
    groupBy: native(Object.groupBy),
    freeze,
    hasOwn: (of: unknown, name: unknown) => {
      if (typeof name === "object") throw new NotInterpreted("Object.hasOwn with an object for a name");
      return typeof name === "symbol"
        ? symbolsOf(some(of)).some(([each]) => each === name)
        : entriesOf(some(of)).some(([each]) => each === String(name));
    },
    is: Object.is,
    ...OF_OBJECTS,
  },
  Object,
);

/** Something that can have entries. */
function some(of: unknown): unknown {
  if (of === null || of === undefined) throw new TypeError("Cannot convert undefined or null to object");
  return of;
}

function freeze(of: unknown): unknown {
  if (of instanceof InstanceOf) of.frozen = true;
  else if (Array.isArray(of) || (typeof of === "object" && of !== null && isPlain(of))) Object.freeze(of);
  else if (of instanceof ClassOf || of instanceof Map || of instanceof Set)
    throw new NotInterpreted("Object.freeze of something that is not data");
  return of;
}

/** Levels of objects in objects; what is deeper goes in a circle. */
const DEEPEST = 100;

function stringify(
  value: unknown,
  replacer?: null | (string | number)[],
  space?: string | number,
): string | undefined {
  if (typeof replacer === "function") throw new NotInterpreted("JSON.stringify with a function");
  return bounded(JSON.stringify(dataOf(value, ""), replacer ?? null, space));
}

/** Objects of the program's classes as the data that they hold. `name`: under which it stands. */
function dataOf(given: unknown, name: string, depth = 0): unknown {
  spend();
  const value = asJson(known(given), name);
  known(value);
  if (value instanceof ClassOf || typeof value === "function") return undefined;
  if (typeof value === "string") spendOn(value);
  if (typeof value !== "object" || value === null) return value;
  if (isOpen(value)) throw new NotInterpreted("it writes something of the platform as JSON");
  if (depth > DEEPEST) throw new NotInterpreted("it writes what goes in a circle as JSON");
  const convert = (each: unknown, at: string): unknown => dataOf(each, at, depth + 1);
  const list = value instanceof ProxyOf ? value.asList() : value;
  if (Array.isArray(list)) return Array.from(list, (each, n) => convert(each, String(n)));
  if (!(value instanceof InstanceOf) && !(value instanceof ProxyOf) && !isPlain(value)) return value;
  const data: Record<string, unknown> = {};
  for (const [at, each] of entriesOf(value)) set(data, at, convert(each, at));
  return data;
}

/** What an object says that it is as JSON. */
function asJson(value: unknown, name: string): unknown {
  if (value instanceof ProxyOf) return called(get(value, "toJSON"), value, name);
  if (!(value instanceof InstanceOf) && !(typeof value === "object" && value !== null && isPlain(value)))
    return value;
  if (!(value instanceof InstanceOf ? value.has("toJSON") : "toJSON" in value)) return value;
  return called(get(value, "toJSON"), value, name);
}

const called = (toJson: unknown, of: unknown, name: string): unknown =>
  typeof toJson === "function" ? Reflect.apply(toJson, of, [name]) : of;

/** Data that nobody else has, of objects of the program's classes their fields. */
function clone(value: unknown, made = new Map<unknown, unknown>()): unknown {
  spend();
  known(value);
  if (typeof value === "function" || value instanceof ClassOf)
    throw new NotInterpreted("structuredClone of something that is not data");
  if (typeof value !== "object" || value === null || made.has(value)) return made.get(value) ?? value;
  const inside = (each: unknown): unknown => within(() => clone(each, made));
  if (value instanceof Date) return new UtcDate(value);
  if (isBytes(value)) return value.slice();
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (isOwnError(value)) return copyOf(value, inside);
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    made.set(value, map);
    for (const [key, each] of value) map.set(inside(key), inside(each));
    return map;
  }
  if (value instanceof Set) {
    const all = new Set<unknown>();
    made.set(value, all);
    for (const each of value) all.add(inside(each));
    return all;
  }
  if (!(value instanceof InstanceOf) && !Array.isArray(value) && !isPlain(value))
    throw new NotInterpreted("structuredClone of something that is not data");
  const data: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  made.set(value, data);
  if (Array.isArray(value)) data.length = value.length;
  for (const [name, each] of entriesOf(value)) set(data, name, inside(each));
  return data;
}

function copyOf(error: Error, inside: (each: unknown) => unknown): Error {
  const made = new (error.constructor as ErrorConstructor)(error.message);
  if (Object.hasOwn(error, "cause")) made.cause = inside(error.cause);
  return made;
}

/** Engines say in their own words what is no address. */
function urlOf([href, base]: readonly unknown[]): URL {
  const texts = base === undefined ? [href] : [href, base];
  if (!texts.every((each) => typeof each === "string" || each instanceof URL))
    throw new NotInterpreted("an address that is no text");
  for (const each of texts) spendOn(String(each));
  try {
    return new URL(String(href), base === undefined ? undefined : String(base));
  } catch {
    throw new TypeError("Invalid URL");
  }
}

function searchOf([of = ""]: readonly unknown[]): URLSearchParams {
  const text = typeof of === "string" || of instanceof URLSearchParams ? of : textPairs(of);
  if (text === null) throw new NotInterpreted("URLSearchParams of something that is no text");
  spendOn(String(text));
  return new URLSearchParams(text);
}

/** The names and texts of a plain object, a map or a list of pairs; null for all else. */
function textPairs(of: unknown): [string, string][] | null {
  const isList = Array.isArray(of) || of instanceof Map;
  if (!isList && !(typeof of === "object" && of !== null && isPlain(of))) return null;
  const pairs: unknown[] = isList ? [...of] : entriesOf(of);
  const isText = (each: unknown): boolean => typeof each === "string" || typeof each === "number";
  return pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText))
    ? (pairs as [unknown, unknown][]).map(([name, value]) => [String(name), String(value)])
    : null;
}

/** An environment in which nothing is set. */
function environment(): object {
  const no = (): never => {
    throw new NotInterpreted("it changes the environment");
  };
  return new Proxy(Object.create(null) as object, { defineProperty: no, deleteProperty: no });
}

export const GLOBALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  [
    "Math",
    only(
      Math,
      "PI E abs ceil floor round trunc sign min max pow sqrt cbrt log log2 log10 exp hypot sin cos tan atan atan2 imul fround clz32",
    ),
  ],
  ["JSON", partOf({ parse: native(JSON.parse), stringify }, JSON)],
  ["Object", OBJECT],
  ["Array", Array],
  ["Number", native(Number)],
  ["String", native(String)],
  ["Boolean", Boolean],
  ["BigInt", native(BigInt)],
  ["Symbol", native(Symbol)],
  ["Map", Map],
  ["Set", Set],
  ["WeakMap", WeakMap],
  ["WeakSet", WeakSet],
  ["Promise", Promise],
  ["RegExp", RegExp],
  ...ERRORS,
  ["AggregateError", AggregateError],
  ["encodeURIComponent", native(encodeURIComponent)],
  ["decodeURIComponent", native(decodeURIComponent)],
  ["encodeURI", native(encodeURI)],
  ["decodeURI", native(decodeURI)],
  ["structuredClone", (value: unknown) => clone(value)],
  ["URL", made(partOf({ canParse: native(URL.canParse) }, URL), urlOf)],
  ["URLSearchParams", made(partOf({}, URLSearchParams), searchOf)],
  ["parseInt", native(Number.parseInt)],
  ["parseFloat", native(Number.parseFloat)],
  ["isNaN", native((value: unknown) => Number.isNaN(Number(value)))],
  ["isFinite", native((value: unknown) => Number.isFinite(Number(value)))],
  ...BYTES,
  ...TARGETS,
  ["Intl", INTL],
  ["Proxy", PROXY],
  ["Reflect", REFLECT],
  ["WeakRef", WeakRef],
  ["DOMException", DOMException],
  ["atob", native(atob)],
  ["btoa", native(btoa)],
  ["console", partOf(Object.fromEntries(CONSOLE.map((name) => [name, nothing])), console)],
]);

/** What depends on the world around, as a run has it instead. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  Date: "its time is the run's",
  performance: "its time is the run's",
  random: "its numbers are the run's",
  environment: "none of its variables is set",
};

/** Under which of these a global is. */
export const OUTSIDE_OF: Readonly<Record<string, string>> = {
  Date: "Date",
  performance: "performance",
  crypto: "random",
  process: "environment",
};

/** What a module of Node exports by this name: a value, or a global and its member; null for what is not there. */
export function ofNode(
  pkg: string,
  name: string,
): { value: unknown } | { global: string; member?: string } | null {
  const module = pkg.replace(/^node:/, "");
  const own = MODULES.get(module);
  if (own !== undefined && Object.hasOwn(own, name)) return { value: own[name] };
  const globals = Object.hasOwn(GLOBAL, module) ? GLOBAL[module]! : {};
  if (!Object.hasOwn(globals, name)) return null;
  const [global, member] = globals[name]!;
  return member === undefined ? { global } : { global, member };
}

function uuid(random: () => number): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
  return [digits(8), digits(4), `4${digits(3)}`, `8${digits(3)}`, digits(12)].join("-");
}

/** Dates in UTC, of which one that is given nothing is the run's time. */
function dateOf(now: () => number): object {
  const part = partOf({ now, UTC: native(Date.UTC), parse: native(parseUtc) }, Date);
  return made(part, (args) => new UtcDate(...(args.length === 0 ? [now()] : args)));
}

/** What depends on a run: its time and its random numbers. `later`: its timers. */
export function outsideOf(
  now: () => number,
  random: () => number,
  later: Later,
): ReadonlyMap<string, unknown> {
  const math = partOf({ ...(GLOBALS.get("Math") as object), random }, Math);
  const timers = timersOf(later);
  const ofCrypto = {
    randomUUID: () => uuid(random),
    randomInt: native((from: number, to?: number) =>
      to === undefined ? Math.floor(random() * from) : from + Math.floor(random() * (to - from)),
    ),
  };
  return new Map<string, unknown>([
    ["Date", dateOf(now)],
    ["performance", partOf({ now }, performance)],
    ["Math", math],
    ["crypto", partOf(ofCrypto, ANYTHING)],
    ["node:crypto", partOf({ ...ofCrypto, ...CRYPTO }, ANYTHING)],
    ["process", processOf(now, timers.get("nextTick"))],
    ...timers,
    ...abortingOf(later),
  ]);
}

function processOf(now: () => number, nextTick: unknown): object {
  const hrtime = Object.assign(() => [Math.floor(now() / 1000), Math.floor(now() % 1000) * 1e6], {
    bigint: () => BigInt(Math.floor(now() * 1e6)),
  });
  return partOf(
    { env: environment(), nextTick, uptime: () => now() / 1000, hrtime: partOf(ofProgram(hrtime), ANYTHING) },
    ANYTHING,
  );
}

/** All of them, as a run would have them: for those who read code beforehand. */
export const KNOWN: ReadonlyMap<string, unknown> = new Map([
  ...GLOBALS,
  ...outsideOf(
    () => 0,
    () => 0,
    () => () => {},
  ),
]);
