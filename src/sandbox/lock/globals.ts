/**
 * What user code finds in the worker: the language, and those parts of the platform that lead nowhere. Everything else
 * goes, also what a browser of next year adds. The page's policy and the frame's opaque origin stop most of it a second
 * time; nothing depends on one lock alone.
 */
import { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } from "./natives.ts";

const LANGUAGE = [
  "globalThis Infinity NaN undefined eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI",
  "encodeURIComponent escape unescape Object Function Array Number Boolean String Symbol Date Promise RegExp BigInt",
  "Error AggregateError EvalError RangeError ReferenceError SuppressedError SyntaxError TypeError URIError",
  "JSON Math Intl Reflect Proxy Iterator Map Set WeakMap WeakSet WeakRef FinalizationRegistry",
  "ArrayBuffer DataView Float16Array Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array",
  "Uint8ClampedArray Uint16Array Uint32Array BigInt64Array BigUint64Array DisposableStack AsyncDisposableStack",
];
/** Some of these are replaced by the run's own: see virtual.ts. */
const PLATFORM = [
  "self console setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone atob btoa crypto",
  "performance AbortController AbortSignal Event EventTarget CustomEvent DOMException TextEncoder TextDecoder URL",
  "URLSearchParams",
];
const ALLOWED: ReadonlySet<PropertyKey> = new Set([...LANGUAGE, ...PLATFORM].join(" ").split(" "));

/** Of what is allowed, the parts that are. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  // Neither observables nor whatever comes after them: a listener on the worker itself would hear the engine's port.
  EventTarget: ["constructor", "addEventListener", "removeEventListener", "dispatchEvent"],
};
const STATIC_DOORS: Readonly<Record<string, readonly string[]>> = {
  URL: ["createObjectURL", "revokeObjectURL"],
};

/**
 * Takes everything from `scope`, and from what it inherits from, that is not allowed. Returns the names that would not
 * go; constants are not counted, since they lead nowhere.
 */
export function closeDoors(scope: object): string[] {
  const open: string[] = [];
  const shared = new Set<object>([Object.prototype]);
  const targets = (scope as { EventTarget?: { prototype: object } }).EventTarget?.prototype;
  if (targets !== undefined) shared.add(targets);
  for (let at: object | null = scope; at !== null && !shared.has(at); at = getPrototypeOf(at)) {
    for (const name of ownKeys(at)) {
      if (ALLOWED.has(name)) {
        if (at === scope) continue;
        // All in one place: what is replaced there later must not be found behind it.
        const value: unknown = Reflect.get(scope, name);
        defineProperty(scope, name, { value, writable: true, enumerable: false, configurable: true });
      }
      if (!take(at, name)) open.push(String(name));
    }
  }
  for (const [owner, names] of Object.entries(PARTS)) {
    const prototype = (scope as Record<string, { prototype?: object } | undefined>)[owner]?.prototype;
    if (prototype === undefined) continue;
    for (const name of ownKeys(prototype)) {
      if (typeof name === "string" && !names.includes(name) && !take(prototype, name))
        open.push(`${owner}.${name}`);
    }
  }
  for (const [owner, names] of Object.entries(STATIC_DOORS)) {
    const target = (scope as Record<string, object | undefined>)[owner];
    if (target === undefined) continue;
    for (const name of names) if (!take(target, name)) open.push(`${owner}.${name}`);
  }
  hideTheScope(scope);
  return open;
}

/** True when nothing usable is left under the name. */
function take(owner: object, name: PropertyKey): boolean {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined) return true;
  if (descriptor.configurable === true) return Reflect.deleteProperty(owner, name);
  const { value } = descriptor;
  return "value" in descriptor && (value === null || !["object", "function"].includes(typeof value));
}

/** Event targets of user code work; the worker itself is none of them. */
function hideTheScope(scope: object): void {
  const prototype = (scope as { EventTarget?: { prototype: object } }).EventTarget?.prototype;
  if (prototype === undefined) return;
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const) {
    const native = (prototype as Record<string, ((...args: unknown[]) => unknown) | undefined>)[name];
    if (native === undefined) continue;
    const guarded = {
      [name](this: unknown, ...args: unknown[]): unknown {
        // Called without an object the platform takes the worker.
        if (this === scope || this === undefined || this === null)
          throw new TypeError(`The sandbox's worker has no ${name}.`);
        return Reflect.apply(native, this, args);
      },
    }[name];
    defineProperty(prototype, name, { value: guarded, writable: true, configurable: true });
    // What asks first whether the worker has it is told that it has not.
    defineProperty(scope, name, { value: undefined, writable: true, configurable: true });
  }
}
