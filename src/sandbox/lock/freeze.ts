/**
 * Freezes the built-in objects, so that user code cannot change what the engine, the protocol and other processes stand
 * on. A frozen property on a prototype would also forbid `this.name = …` on objects that inherit it (the language's
 * "override mistake"): such properties become accessors whose setter puts an own property on the object instead.
 */
import {
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  NativeSet,
  ownKeys,
} from "./natives.ts";

/** Objects that no global name leads to. */
function hiddenRoots(): object[] {
  const proto = (value: object): object => getPrototypeOf(value) as object;
  function* generator() {}
  async function* asyncGenerator() {}
  const fn = async () => {};
  const roots = [
    proto(fn),
    proto(generator),
    proto(asyncGenerator),
    proto(generator()),
    proto(asyncGenerator()),
    proto([][Symbol.iterator]()),
    proto(new Map()[Symbol.iterator]()),
    proto(new Set()[Symbol.iterator]()),
    proto(""[Symbol.iterator]()),
    proto("".matchAll(/x/g)),
  ];
  const iterator = (globalThis as { Iterator?: { from(value: object): object } }).Iterator;
  if (iterator !== undefined) {
    roots.push(proto(iterator.from({ next: () => ({ done: true }) })));
    const helper = [][Symbol.iterator]() as unknown as { map?: (fn: () => void) => object };
    if (helper.map !== undefined) roots.push(proto(helper.map(() => undefined)));
  }
  const segmenter = (Intl as { Segmenter?: new () => { segment(text: string): Iterable<unknown> } })
    .Segmenter;
  if (segmenter !== undefined) {
    const segments = new segmenter().segment("a");
    roots.push(proto(segments), proto(segments[Symbol.iterator]()));
  }
  return roots;
}

/** Where V8 looks whether a promise, an iterator or an array is an ordinary one; as accessors they would be slow. */
const FAST: ReadonlySet<PropertyKey> = new Set(["then", "next", "constructor"]);

/** The setter that an inherited accessor has: an own property, as if the inherited one had been writable. */
function overriding(holder: object, name: PropertyKey): (value: unknown) => void {
  return function set(this: unknown, value: unknown): void {
    if (this === holder || this === null || (typeof this !== "object" && typeof this !== "function"))
      throw new TypeError(`${String(name)} is built in and cannot be changed in the sandbox.`);
    const own = getOwnPropertyDescriptor(this, name);
    if (own !== undefined && own.configurable !== true) {
      if (own.writable !== true) throw new TypeError(`Cannot assign to read only property '${String(name)}'`);
      defineProperty(this, name, { value });
    } else {
      defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    }
  };
}

/** Makes `name` of `holder` unchangeable there and assignable on whatever inherits it. */
function makeOverridable(holder: object, name: PropertyKey, { value, enumerable }: PropertyDescriptor): void {
  const get = { get: () => value as unknown }.get;
  const set = overriding(holder, name);
  // The mark by which packages (get-intrinsic) know that this accessor stands for a value.
  defineProperty(get, "originalValue", { value });
  freeze(get);
  freeze(set);
  defineProperty(holder, name, { get, set, enumerable: enumerable === true, configurable: false });
}

/** Everything that can be reached from `roots` by properties, accessors and prototypes. */
function reachable(roots: readonly object[], except: ReadonlySet<object>): Set<object> {
  const found = new NativeSet<object>();
  const waiting: unknown[] = [...roots];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next === null || (typeof next !== "object" && typeof next !== "function")) continue;
    if (found.has(next) || except.has(next)) continue;
    found.add(next);
    waiting.push(getPrototypeOf(next));
    for (const name of ownKeys(next)) {
      const descriptor = getOwnPropertyDescriptor(next, name);
      if (descriptor !== undefined) waiting.push(descriptor.value, descriptor.get, descriptor.set);
    }
  }
  return found;
}

/** Objects that others inherit from: the prototypes of functions, and prototypes that only objects lead to. */
function prototypesAmong(objects: ReadonlySet<object>): Set<object> {
  const prototypes = new NativeSet<object>();
  for (const object of objects) {
    const above = getPrototypeOf(object);
    if (above !== null) prototypes.add(above);
    if (typeof object !== "function") continue;
    const own = getOwnPropertyDescriptor(object, "prototype")?.value as unknown;
    if (typeof own === "object" && own !== null) {
      prototypes.add(own);
      // `class Own extends Error {}` inherits from the constructor as well.
      prototypes.add(object);
    }
  }
  return prototypes;
}

/**
 * Freezes what can be reached from `roots` and from the language's own hidden objects. `scope` stays open: it is where
 * user code puts its own globals. So does `open`, each object of it.
 */
export function freezeBuiltIns(scope: object, roots: readonly object[], open: readonly object[]): void {
  const globals = ownKeys(scope).flatMap((name) => {
    const { value, get } = getOwnPropertyDescriptor(scope, name) ?? {};
    return [value, get].filter(
      (each): each is object => typeof each === "object" || typeof each === "function",
    );
  });
  const objects = reachable([...globals, ...hiddenRoots(), ...roots], new NativeSet([scope, ...open]));
  const prototypes = prototypesAmong(objects);
  keepStacksSettable();
  for (const object of objects) {
    if (prototypes.has(object)) {
      for (const name of ownKeys(object)) {
        const descriptor = getOwnPropertyDescriptor(object, name) as PropertyDescriptor;
        const settable = descriptor.writable === true && descriptor.configurable === true;
        if (!settable || (typeof name === "symbol" && isArrayLike(object))) continue;
        if (object === Error && name === "stackTraceLimit") continue;
        if (FAST.has(name) && isFast(object, name)) continue;
        makeOverridable(object, name, descriptor);
      }
    }
    if (object === Error) sealButStackLimit();
    else freeze(object);
  }
}

const isArrayLike = (object: object): boolean => object === Array.prototype;

const isFast = (object: object, name: PropertyKey): boolean =>
  name !== "constructor" || object === Promise.prototype || object === Array.prototype;

/**
 * The engine of the language reads `Error.stackTraceLimit` as a plain field only, and programs set it: it stays one. A
 * `prepareStackTrace` is taken and not used: it would see everybody's frames.
 */
function keepStacksSettable(): void {
  defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => {}, configurable: false });
}

function sealButStackLimit(): void {
  for (const name of ownKeys(Error)) {
    const descriptor = getOwnPropertyDescriptor(Error, name) as PropertyDescriptor;
    const limit = name === "stackTraceLimit";
    if (descriptor.configurable !== true) continue;
    defineProperty(
      Error,
      name,
      "value" in descriptor ? { writable: limit, configurable: false } : { configurable: false },
    );
  }
  Object.preventExtensions(Error);
}

/** A constructor that makes code of text cannot be had, but what is made by it can be recognised. */
export function closeEvaluation(scope: object): void {
  const kinds = [
    function plain() {},
    async () => {},
    function* generator() {},
    async function* asyncGenerator() {},
  ];
  for (const sample of kinds) {
    const prototype = getPrototypeOf(sample) as { constructor: { name: string } };
    const { name } = prototype.constructor;
    const refused = {
      [name]: function refuse(): never {
        throw new EvalError("The sandbox makes no code of text.");
      },
    }[name] as object;
    defineProperty(refused, "name", { value: name });
    defineProperty(refused, "prototype", { value: prototype, writable: false });
    defineProperty(prototype, "constructor", { value: refused, writable: false, configurable: true });
    if (name === "Function")
      defineProperty(scope, name, { value: refused, writable: true, configurable: true });
  }
  const refuseEval = {
    eval(): never {
      throw new EvalError("The sandbox makes no code of text.");
    },
  }.eval;
  defineProperty(scope, "eval", { value: refuseEval, writable: true, configurable: true });
}
