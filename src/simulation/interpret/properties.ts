/**
 * What code that is interpreted may see of values: their own fields, and those methods of the language that do nothing but
 * compute. Everything else is not there for it, so that nothing leads out of the run.
 */
import { GenServer, type Pid, System, Task } from "../../runtime/index.ts";
import { PER_STEP, room, spend, spendOn } from "./budget.ts";
import { ClassOf, captureStackTrace, unbound } from "./classes.ts";
import { fieldName, HIDDEN } from "./field-names.ts";
import { InstanceOf } from "./instances.ts";
import { checkMember, hasFields, isError, isNamed, isPartial, isSized, lacks } from "./known.ts";
import { behindNative, native } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { checkLacking, hostedNames, isOpen, isSettable, putOn, whatIsOn } from "./platform/hosted.ts";
import { PrototypeOf, ProxyOf } from "./proxies.ts";
import { known, Unknown } from "./unknown.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const STRING = words(
  "length at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match matchAll search normalize padEnd padStart repeat replace replaceAll slice split startsWith substring toLowerCase toString toUpperCase trim trimEnd trimStart valueOf",
);
const NUMBER = words("toFixed toString valueOf toPrecision toLocaleString");
const LIST = words(
  "length at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toReversed toSorted toSpliced toString unshift values with",
);
const MAP = words("size clear delete entries forEach get has keys set values");
const SET = words(
  "size add clear delete entries forEach has keys values union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom",
);
const WEAK = words("get set has delete add deref");
const ITERATOR = words(
  "next return throw drop map filter take flatMap reduce toArray forEach some every find",
);
const PROMISE = words("then catch finally");
const ERROR = words("message name reason cause errors toString");
const FUNCTION = words("call apply bind");
const REGEXP = words("test exec source flags global ignoreCase multiline sticky unicode lastIndex toString");
const DATE = words(
  "getTime getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds setTime setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds toISOString toJSON toString toUTCString valueOf toLocaleString toLocaleDateString toLocaleTimeString",
);
const URL_PARTS = words("href protocol username password host hostname port pathname search hash");
const URL_NAMES = new Set([...URL_PARTS, ...words("origin searchParams toString toJSON")]);
const SEARCH = words("append delete entries forEach get getAll has keys set size sort toString values");
const ASYNC_ITERATOR = words("next return throw");
const BIGINT = words("toString valueOf toLocaleString");
const SYMBOL = words("description toString");
const OBJECT = words("hasOwnProperty toString");
const PID = words("alive id toString");
/** Of what a system may do, what a process may as well. */
const SYSTEM = words("whereis cast send now readTimer");
/** What every process may do: see `Process`. */
export const PROCESS = words(
  "self parent ancestors signal call cast send reply stopServer monitor demonitor link unlink trapExit register unregister whereis exit sendExit sendAfter sendInterval readTimer cancelTimer sleep startLink start async await yield shutdownTask cancelTask now random startChild startChildResult terminateChild restartChild deleteChild whichChildren countChildren getChildSpec limitMailbox onExit own disown asyncStream on wrap system",
);

/** What a task is handed may do: what it is told of a child holds classes, which stand for others here. */
const TASK = new Set([...PROCESS].filter((name) => name !== "getChildSpec"));

const Iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

function isIterator(value: object): boolean {
  return Object.prototype.isPrototypeOf.call(Iterator, value);
}

/** An object that a literal makes, or that comes as data. */
export function isPlain(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  return above === Object.prototype || above === null;
}

/** Functions of these that code may call: `Array.isArray`. */
const STATICS: ReadonlyMap<unknown, ReadonlySet<string>> = new Map<unknown, ReadonlySet<string>>([
  [Array, new Set(["from", "fromAsync", "isArray", "of"])],
  [
    Number,
    new Set([
      "isInteger",
      "isFinite",
      "isNaN",
      "isSafeInteger",
      "NaN",
      "parseFloat",
      "parseInt",
      "MAX_SAFE_INTEGER",
      "MIN_SAFE_INTEGER",
      "EPSILON",
      "POSITIVE_INFINITY",
      "NEGATIVE_INFINITY",
      "MAX_VALUE",
      "MIN_VALUE",
    ]),
  ],
  [String, new Set(["fromCharCode", "fromCodePoint", "raw"])],
  [BigInt, new Set(["asIntN", "asUintN"])],
  [
    Symbol,
    new Set([
      "for",
      "keyFor",
      "iterator",
      "asyncIterator",
      "dispose",
      "asyncDispose",
      "toPrimitive",
      "toStringTag",
      "hasInstance",
    ]),
  ],
  [Promise, new Set(["all", "allSettled", "race", "any", "resolve", "reject", "withResolvers", "try"])],
  [Map, new Set(["groupBy"])],
  [RegExp, new Set(["escape"])],
]);

/** Whether a member of one of the language's own objects or classes is not there for code, be it that this engine has none. */
export function isMissing(of: unknown, name: string): boolean {
  const own = behindNative(of);
  const known = STATICS.get(own);
  if (known !== undefined) return known.has(name) !== name in Object(own) && !FUNCTION.has(name);
  return isPartial(of) && lacks(of as object, name);
}

/** The names that a value has beside its own fields; null for what is not known here. */
function namesOf(value: unknown): ReadonlySet<string> | null {
  switch (typeof value) {
    case "string":
      return STRING;
    case "number":
      return NUMBER;
    case "boolean":
      return OBJECT;
    case "bigint":
      return BIGINT;
    case "symbol":
      return SYMBOL;
    case "function":
      return FUNCTION;
    case "object":
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return LIST;
  const hosted = hostedNames(value);
  if (hosted !== null) return hosted;
  if (value instanceof Map) return MAP;
  if (value instanceof Set) return SET;
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) return WEAK;
  if (value instanceof Promise) return PROMISE;
  if (value instanceof Error) return ERROR;
  if (value instanceof RegExp) return REGEXP;
  if (value instanceof Date) return DATE;
  if (value instanceof URL) return URL_NAMES;
  if (value instanceof URLSearchParams) return SEARCH;
  if (isIterator(value)) return ITERATOR;
  if (Symbol.asyncIterator in value) return ASYNC_ITERATOR;
  if (value instanceof Task || value instanceof GenServer) return TASK;
  if (value instanceof System) return SYSTEM;
  if ("alive" in value && "id" in value) return PID;
  return OBJECT;
}

export function isPid(value: unknown): value is Pid {
  return typeof value === "object" && value !== null && "alive" in value && "id" in value;
}

/** Names and values of what code has made itself. */
export function entriesOf(value: unknown): [string, unknown][] {
  known(value);
  if (value === null || value === undefined) return [];
  if (value instanceof ProxyOf) return value.entries();
  if (value instanceof InstanceOf) {
    const entries = [...value.fields].filter(([name]) => !HIDDEN.test(name) && !value.hidden.has(name));
    spendOn(entries);
    // Numbers come first, in their order.
    return entries.some(([name]) => INDEX.test(name)) ? Object.entries(Object.fromEntries(entries)) : entries;
  }
  if (typeof value === "string") {
    spend(value.length);
    return Object.entries(value);
  }
  if (hasFields(value)) return Object.entries(value);
  if (typeof value !== "object") return [];
  if (Array.isArray(value) || isPlain(value) || isOwnError(value)) {
    const entries = Object.entries(value);
    spendOn(entries);
    return entries;
  }
  throw new NotInterpreted("it looks for what is in something that is not known");
}

/** `apply`, which makes a list of what is like one. */
function applied(this: unknown, self: unknown, args: unknown): unknown {
  if (typeof this !== "function") throw new TypeError("it applies what is not a function");
  room((args as { length?: unknown } | null | undefined)?.length ?? 0);
  if (args !== null && args !== undefined && !Array.isArray(args))
    throw new NotInterpreted("apply with something that is no list");
  return Reflect.apply(this, self, (args as unknown[] | null | undefined) ?? []);
}

/** A number that lists and texts count with. */
const INDEX = /^(?:0|[1-9]\d*)$/;

/** A method of a class, as a function. */
function ofPrototype({ cls }: PrototypeOf, name: string): unknown {
  if (name === "constructor") return cls;
  const method = cls.method(name);
  if (method === null) throw new NotInterpreted(`it reads ${name} of a prototype`);
  return unbound(method, name);
}

/** A typed array. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Reads a field. */
export function get(object: unknown, name: PropertyKey): unknown {
  known(object);
  if (object === null || object === undefined)
    throw new TypeError(`Cannot read properties of ${String(object)} (reading '${String(name)}')`);
  if (object instanceof InstanceOf || object instanceof ClassOf) return object.get(fieldName(name));
  if (object instanceof ProxyOf) return object.get(name);
  if (object instanceof PrototypeOf) return ofPrototype(object, fieldName(name));
  if (typeof name === "symbol") return bySymbol(object, name);
  if (typeof name === "number" || (typeof name === "string" && INDEX.test(name))) {
    if (Array.isArray(object) || typeof object === "string" || isBytes(object)) return object[Number(name)];
  }
  const text = String(name);
  if (isPartial(object) || typeof object === "function") checkMember(object, text);
  if (hasFields(object, text) && Object.hasOwn(object, text)) return object[text];
  if (typeof object === "object" && (isPlain(object) || Array.isArray(object)) && Object.hasOwn(object, text))
    return (object as Record<string, unknown>)[text];
  if (text === "name" && (isNamed(object) || isError(object))) return object.name;
  if (text === "length" && isSized(object)) return object.length;
  if (text === "constructor" && (isOwnError(object) || Array.isArray(object))) return object.constructor;
  if (text === "captureStackTrace" && isError(object)) return captureStackTrace;
  if (name === "stack" && object instanceof Error) return new Unknown("the stack of an error");
  if (isOwnError(object) && Object.hasOwn(object, text))
    return (object as unknown as Record<string, unknown>)[text];
  const names = STATICS.get(behindNative(object)) ?? namesOf(object);
  if (names?.has(text) === true) {
    const own = behindNative(object) as Record<string, unknown>;
    // The program runs elsewhere, where the language may be newer; of an error not all of them are there.
    if (names !== ERROR && !(text in Object(own))) throw new NotInterpreted(`no ${text} is here`);
    const value = own[text];
    // What a process does is its own affair, and a function is called as itself.
    if (name === "apply") return applied;
    return names === TASK || names === FUNCTION ? value : native(value);
  }
  if (typeof object === "object" && !isPlain(object) && OWN_FIELDS.has(text) && text in object)
    return (object as Record<string, unknown>)[text];
  const put = typeof object === "object" ? whatIsOn(object, text) : null;
  if (put !== null) return put.value;
  if (typeof object === "object") checkLacking(object, text);
  if (text in Object(behindNative(object)))
    throw new NotInterpreted(`it reads ${text} of something that is not known`);
  return undefined;
}

/** What the language goes through objects with, and what code has put there. */
function bySymbol(object: unknown, name: symbol): unknown {
  const made = Object(object) as Record<symbol, unknown>;
  if (Object.hasOwn(made, name) && (isPlain(made) || Array.isArray(made))) return made[name];
  if (!(name in made)) return undefined;
  const isKnown = name === Symbol.iterator || name === Symbol.asyncIterator;
  if (!isKnown) throw new NotInterpreted(`it reads ${String(name)} of something that is not known`);
  return native(made[name]);
}

/** One of the language's errors, which may have fields like any other object. */
export function isOwnError(value: unknown): value is Error {
  return value instanceof Error && isError(Object.getPrototypeOf(value)?.constructor);
}

/** What spreading takes besides the entries. */
export function symbolsOf(value: unknown): [symbol, unknown][] {
  return typeof value === "object" && value !== null && isPlain(value)
    ? Object.getOwnPropertySymbols(value).map((symbol) => [
        symbol,
        (value as Record<symbol, unknown>)[symbol],
      ])
    : [];
}

/** Fields of what the library hands out. */
const OWN_FIELDS: ReadonlySet<string> = words("pid ref reason ok error value type from name id");

/** Gives a field another value. */
export function set(object: unknown, name: PropertyKey, value: unknown): void {
  known(object);
  if (object === null || object === undefined)
    throw new TypeError(`Cannot set properties of ${String(object)} (setting '${String(name)}')`);
  if (object instanceof InstanceOf || object instanceof ClassOf) object.set(fieldName(name), value);
  else if (object instanceof ProxyOf) object.set(name, value);
  else if (Array.isArray(object) && (name === "length" || INDEX.test(String(name)))) {
    const size = Number(name === "length" ? value : name);
    room(size);
    if (size > object.length) spend((size - object.length) / PER_STEP);
    if (Object.isFrozen(object))
      throw new TypeError(`Cannot assign to read only property '${String(name)}' of object '[object Array]'`);
    (object as unknown[] & Record<PropertyKey, unknown>)[name] = value;
  } else if (typeof object === "object" && isPlain(object) && name !== "__proto__" && !isPartial(object)) {
    const own = Object.getOwnPropertyDescriptor(object, name);
    if (own?.set !== undefined) return void own.set.call(object, value);
    if (own?.get !== undefined)
      throw new TypeError(`Cannot set property ${String(name)} of #<Object> which has only a getter`);
    if (!Object.isExtensible(object))
      throw Object.hasOwn(object, name)
        ? new TypeError(`Cannot assign to read only property '${String(name)}' of object '#<Object>'`)
        : new TypeError(`Cannot add property ${String(name)}, object is not extensible`);
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  } else if (isBytes(object) && INDEX.test(String(name))) object[Number(name)] = value as number;
  else if (typeof object === "object" && isSettable(object, name))
    (object as Record<PropertyKey, unknown>)[name] = value;
  else if (typeof object === "object" && putOn(object, name, value)) return;
  else if (hasFields(object, name) || (isOwnError(object) && name !== "stack" && name !== "__proto__"))
    (object as Record<PropertyKey, unknown>)[name] = value;
  else if (object instanceof RegExp && name === "lastIndex" && typeof value === "number")
    object.lastIndex = Number(value);
  else if (object instanceof URL && URL_PARTS.has(String(name)) && typeof value === "string")
    (object as unknown as Record<PropertyKey, unknown>)[name] = value;
  else throw new NotInterpreted(`it sets ${String(name)} of something that is not known`);
}

export function remove(object: unknown, name: PropertyKey): boolean {
  known(object);
  if (object instanceof ProxyOf) return object.remove(name);
  if (object instanceof InstanceOf) {
    if (object.frozen) throw new TypeError(`Cannot delete property '${String(name)}' of an object`);
    object.fields.delete(fieldName(name));
    return true;
  }
  if (
    typeof object === "object" &&
    object !== null &&
    !isPartial(object) &&
    (isPlain(object) || Array.isArray(object))
  ) {
    if (!Reflect.deleteProperty(object, name))
      throw new TypeError(`Cannot delete property '${String(name)}' of an object`);
    return true;
  }
  throw new NotInterpreted(`it deletes ${String(name)} of something that is not known`);
}

/** `name in object`. */
export function has(object: unknown, name: PropertyKey): boolean {
  known(object);
  if (object instanceof ProxyOf) return object.has(name);
  if (object instanceof InstanceOf) return object.has(fieldName(name)) || name in Object.prototype;
  if (isPartial(object) || typeof object === "function")
    throw new NotInterpreted("it asks what is in a function");
  if (typeof object !== "object" || object === null) throw new TypeError("Cannot use 'in' operator");
  if (object instanceof ClassOf) throw new NotInterpreted("it asks what is in a class");
  if (isOpen(object)) {
    if (hostedNames(object)!.has(String(name)) || whatIsOn(object, String(name)) !== null) return true;
    throw new NotInterpreted("it asks what is in something of the platform");
  }
  return name in object;
}
