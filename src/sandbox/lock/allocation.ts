/**
 * Built-ins that can take much memory at once ask first. The language's own operators cannot be asked, and what grows
 * little by little is not seen here: the watchdog and the host's recovery are for that.
 */
import {
  apply,
  construct,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  NativeFinalizationRegistry,
  NativeSet,
  ownKeys,
} from "./natives.ts";

/** Asked before memory is taken. */
export interface Memory {
  /** @throws when it is too much */
  take(what: string, bytes: number): void;
  /** Bytes outside the heap that live from now on; negative when they are gone. @throws when it is too much */
  hold(bytes: number): void;
}

type Big = (what: string, bytes: number) => void;

/** Bytes of one place in an array. */
const PLACE = 8;
/** What is smaller than this is not worth a question. */
const SMALL = 16_384;

type Fn = (...args: never[]) => unknown;

/** Puts `make(native)` in the place of a method, with its name and length. */
function replace(owner: object, name: PropertyKey, make: (native: Fn) => Fn): void {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const native = descriptor?.value as Fn | undefined;
  if (typeof native !== "function") return;
  const made = make(native);
  for (const each of ["name", "length"] as const) {
    defineProperty(made, each, { value: native[each], configurable: true });
  }
  defineProperty(owner, name, { ...descriptor, value: made });
}

/**
 * Puts a constructor in the place of a global one; objects of both are of both. `before` is asked, `after` gets what was
 * made.
 */
function replaceConstructor(
  scope: object,
  name: string,
  before: (args: readonly unknown[]) => number,
  after: (made: object, bytes: number) => void = () => {},
): void {
  const native = getOwnPropertyDescriptor(scope, name)?.value as (new () => object) | undefined;
  if (native === undefined) return;
  const made = function made(this: unknown, ...args: unknown[]): unknown {
    const bytes = before(args);
    // Without `new` the platform either does the same or refuses.
    const object =
      new.target === undefined
        ? (apply(native as unknown as Fn, this as never, args as never) as object)
        : construct(native, args, new.target);
    if (bytes > SMALL) after(object, bytes);
    return object;
  };
  for (const key of ownKeys(native)) {
    const descriptor = getOwnPropertyDescriptor(native, key);
    if (key !== "prototype" && descriptor !== undefined) defineProperty(made, key, descriptor);
  }
  if (getOwnPropertyDescriptor(native, Symbol.species) !== undefined) {
    // Without a species of its own, the language makes its own kind by itself: faster, and it leads to nothing.
    defineProperty(made, Symbol.species, {
      configurable: true,
      get(this: unknown) {
        return this === made ? undefined : this;
      },
    });
  }
  defineProperty(made, "prototype", { value: native.prototype, writable: false });
  Object.setPrototypeOf(made, getPrototypeOf(native));
  const descriptor = { value: made, writable: true, enumerable: false, configurable: true };
  defineProperty(native.prototype as object, "constructor", descriptor);
  defineProperty(scope, name, descriptor);
}

const lengthOf = (value: unknown): number => {
  if (typeof value === "string") return value.length;
  if (isArray(value)) return value.length;
  return ArrayBuffer.isView(value) ? value.byteLength : 0;
};

/** The length that an array-like claims, as `Array.from` reads it. */
const claimed = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return lengthOf(value);
  const own = getOwnPropertyDescriptor(value, "length")?.value as unknown;
  return typeof own === "number" && own > 0 ? own : lengthOf(value);
};

/** Makes everything in `scope` that takes memory by the megabyte ask first. */
export function boundAllocations(scope: object, memory: Memory): void {
  const big: Big = (what, bytes) => {
    if (bytes > SMALL) memory.take(what, bytes);
  };
  boundStrings(big);
  boundArrays(scope, big);
  boundBuffers(scope, memory);
  boundText(scope, big);
}

function boundStrings(big: Big): void {
  const strings = String.prototype;
  replace(strings, "repeat", (native) => {
    return function repeat(this: unknown, count: unknown) {
      const text = String(this);
      const times = Number(count);
      if (times > 0) big("String.prototype.repeat", text.length * times);
      return apply(native, text, [times]);
    };
  });
  for (const name of ["padStart", "padEnd"] as const) {
    replace(strings, name, (native) => {
      return function pad(this: unknown, ...args: unknown[]) {
        const length = Number(args[0]);
        big(`String.prototype.${name}`, length);
        return apply(native, this, [length, ...args.slice(1)]);
      };
    });
  }
  replace(strings, "split", (native) => {
    return function split(this: unknown, ...args: unknown[]) {
      if (typeof this === "string" && this.length * PLACE > SMALL) {
        const by = typeof args[0] === "string" ? Math.max(1, args[0].length) : 1;
        const most = args[1] === undefined ? Number.POSITIVE_INFINITY : Number(args[1]);
        if (args[0] !== undefined) big("String.prototype.split", Math.min(this.length / by, most) * PLACE);
      }
      return apply(native, this, args);
    };
  });
  // What these give is known afterwards; the language ends strings at half a gigabyte.
  for (const name of [
    "replaceAll",
    "replace",
    "concat",
    "normalize",
    "toUpperCase",
    "toLowerCase",
  ] as const) {
    replace(strings, name, (native) => {
      return function measured(this: unknown, ...args: unknown[]) {
        const text = apply(native, this, args) as string;
        big(`String.prototype.${name}`, text.length);
        return text;
      };
    });
  }
}

function boundArrays(scope: object, big: Big): void {
  replaceConstructor(scope, "Array", (args) => {
    if (args.length !== 1 || typeof args[0] !== "number") return 0;
    big("Array(length)", args[0] * PLACE);
    return 0;
  });
  const array = (scope as { Array: ArrayConstructor }).Array;
  replace(array, "from", (native) => {
    return function from(this: unknown, ...args: unknown[]) {
      const [source] = args;
      const iterable = typeof source === "object" && source !== null && Symbol.iterator in source;
      big("Array.from", (iterable ? lengthOf(source) : claimed(source)) * PLACE);
      // As a plain function, it makes arrays.
      return apply(native, this === undefined ? array : this, args);
    };
  });
  const arrays = Array.prototype;
  // As long as what they are called on, by their length alone.
  for (const name of ["fill", "slice", "map", "copyWithin", "toReversed", "toSorted", "with"] as const) {
    replace(arrays, name, (native) => {
      return function alike(this: unknown, ...args: unknown[]) {
        const length = claimed(this);
        if (length * PLACE > SMALL) big(`Array.prototype.${name}`, length * PLACE);
        return apply(native, this, args);
      };
    });
  }
  replace(arrays, "concat", (native) => {
    return function concat(this: unknown, ...args: unknown[]) {
      let length = lengthOf(this);
      for (const each of args) length += isArray(each) ? each.length : 1;
      big("Array.prototype.concat", length * PLACE);
      return apply(native, this, args);
    };
  });
  replace(arrays, "flat", (native) => {
    return function flat(this: unknown, ...args: unknown[]) {
      big("Array.prototype.flat", flatLength(this, Number(args[0] ?? 1)) * PLACE);
      return apply(native, this, args);
    };
  });
  replace(arrays, "join", (native) => {
    return function join(this: unknown, ...args: unknown[]) {
      if (isArray(this)) big("Array.prototype.join", joinedLength(this, args[0]));
      return apply(native, this, args);
    };
  });
}

/** How many elements flattening gives, as far as plain arrays tell; it stops at what is too many anyway. */
function flatLength(value: unknown, depth: number): number {
  if (!isArray(value)) return 1;
  if (depth < 0) return 1;
  let length = 0;
  for (let at = 0; at < value.length && length < MANY; at++) {
    const each = getOwnPropertyDescriptor(value, at)?.value as unknown;
    length += isArray(each) ? (depth > 1 ? flatLength(each, depth - 1) : each.length) : 1;
  }
  return length;
}

/** More elements than any bound allows. */
const MANY = 1e8;
/** Elements whose texts are looked at. */
const LOOKED_AT = 10_000;

function joinedLength(array: readonly unknown[], separator: unknown): number {
  const between = typeof separator === "string" ? separator.length : 1;
  let length = array.length * between;
  for (let at = 0; at < array.length && at < LOOKED_AT; at++) {
    const each = getOwnPropertyDescriptor(array, at)?.value as unknown;
    if (typeof each === "string") length += each.length;
  }
  return length;
}

const TYPED =
  "Float16Array Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array BigInt64Array BigUint64Array";

/** Buffers lie outside the heap that the language bounds: what lives of them is counted until it is collected. */
function boundBuffers(scope: object, memory: Memory): void {
  const big: Memory["take"] = (what, bytes) => {
    if (bytes > SMALL) memory.take(what, bytes);
  };
  const living = new NativeFinalizationRegistry<number>((bytes) => memory.hold(-bytes));
  const wrap = (name: string, size: (args: readonly unknown[]) => number): void => {
    replaceConstructor(
      scope,
      name,
      (args) => {
        const bytes = size(args);
        big(`new ${name}`, bytes);
        if (bytes > SMALL) memory.hold(bytes);
        return bytes;
      },
      (made, bytes) => living.register(ArrayBuffer.isView(made) ? made.buffer : made, bytes),
    );
  };
  wrap("ArrayBuffer", (args) => {
    const [length, options] = args;
    const most =
      typeof options === "object" && options !== null
        ? Number((options as { maxByteLength?: unknown }).maxByteLength ?? 0)
        : 0;
    return Math.max(Number(length) || 0, most || 0);
  });
  for (const name of TYPED.split(" ")) {
    const native = getOwnPropertyDescriptor(scope, name)?.value as { BYTES_PER_ELEMENT: number } | undefined;
    if (native === undefined) continue;
    const each = native.BYTES_PER_ELEMENT;
    wrap(name, ([first]) => {
      if (typeof first !== "object" || first === null) return (Number(first) || 0) * each;
      // A view of a buffer takes nothing.
      return first instanceof ArrayBuffer ? 0 : claimed(first) * each;
    });
  }
  const typed = getPrototypeOf(Uint8Array) as { prototype: object; from: unknown };
  for (const name of ["slice", "map", "toReversed", "toSorted", "with", "filter"] as const) {
    replace(typed.prototype, name, (native) => {
      return function alike(this: unknown, ...args: unknown[]) {
        big(`TypedArray.prototype.${name}`, lengthOf(this));
        return apply(native, this, args);
      };
    });
  }
  replace(typed, "from", (native) => {
    return function from(this: unknown, ...args: unknown[]) {
      big("TypedArray.from", claimed(args[0]) * PLACE);
      return apply(native, this, args);
    };
  });
  for (const name of ["resize", "transfer", "transferToFixedLength"] as const) {
    replace(ArrayBuffer.prototype, name, (native) => {
      return function sized(this: unknown, ...args: unknown[]) {
        big(`ArrayBuffer.prototype.${name}`, Number(args[0]) || 0);
        return apply(native, this, args);
      };
    });
  }
  replace(ArrayBuffer.prototype, "slice", (native) => {
    return function slice(this: unknown, ...args: unknown[]) {
      big("ArrayBuffer.prototype.slice", this instanceof ArrayBuffer ? this.byteLength : 0);
      return apply(native, this, args);
    };
  });
}

/** Bytes that a parsed text takes for each of its characters. */
const PARSED = 4;

function boundText(scope: object, big: Big): void {
  replace(JSON, "stringify", (native) => {
    return function stringify(this: unknown, ...args: unknown[]) {
      const text = apply(native, this, args) as string | undefined;
      if (typeof text === "string") big("JSON.stringify", text.length);
      return text;
    };
  });
  replace(JSON, "parse", (native) => {
    return function parse(this: unknown, ...args: unknown[]) {
      if (typeof args[0] === "string") big("JSON.parse", args[0].length * PARSED);
      return apply(native, this, args);
    };
  });
  replace(scope, "structuredClone", (native) => {
    return function structuredClone(...args: unknown[]) {
      big("structuredClone", sizeOf(args[0]));
      return apply(native, scope, args);
    };
  });
  for (const [name, growth] of [
    ["btoa", 2],
    ["atob", 1],
    ["encodeURIComponent", 3],
    ["encodeURI", 3],
    ["escape", 3],
  ] as const) {
    replace(scope, name, (native) => {
      return function grown(...args: unknown[]) {
        big(name, lengthOf(args[0]) * growth);
        return apply(native, scope, args);
      };
    });
  }
  const { TextEncoder: encoder, TextDecoder: decoder } = scope as {
    TextEncoder?: { prototype: object };
    TextDecoder?: { prototype: object };
  };
  for (const [prototype, name] of [
    [encoder?.prototype, "encode"],
    [decoder?.prototype, "decode"],
  ] as const) {
    if (prototype === undefined) continue;
    replace(prototype, name, (native) => {
      return function coded(this: unknown, ...args: unknown[]) {
        const bytes = args[0] instanceof ArrayBuffer ? args[0].byteLength : lengthOf(args[0]);
        big(name === "encode" ? "TextEncoder.encode" : "TextDecoder.decode", bytes);
        return apply(native, this, args);
      };
    });
  }
}

/** Values that are looked at to learn how large a copy would be; more of them count as small ones. */
const MOST_VALUES = 200_000;

/**
 * About how many bytes a copy of the plain data below `value` takes. Accessors are not run; a proxy may answer as it
 * likes, within the same bounds.
 */
function sizeOf(value: unknown): number {
  const seen = new NativeSet<object>();
  const open: unknown[] = [value];
  let bytes = 0;
  for (let looked = 0; open.length > 0 && looked < MOST_VALUES; looked++) {
    const next = open.pop();
    bytes += typeof next === "string" ? next.length : PLACE;
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    try {
      bytes += partsOf(next, open);
    } catch {
      // A proxy that refuses to be looked at.
    }
  }
  return bytes + open.length * PLACE;
}

/** Puts what `object` holds on the list, and says how many bytes it takes beside that. */
function partsOf(object: object, open: unknown[]): number {
  if (object instanceof ArrayBuffer || ArrayBuffer.isView(object)) return object.byteLength;
  if (isArray(object)) {
    const looked = Math.min(object.length, MOST_VALUES);
    for (let at = 0; at < looked; at++) open.push(getOwnPropertyDescriptor(object, at)?.value);
    return (object.length - looked) * PLACE;
  }
  let bytes = 0;
  for (const name of ownKeys(object)) {
    const descriptor = getOwnPropertyDescriptor(object, name);
    if (typeof name === "string") bytes += name.length;
    if (descriptor !== undefined && "value" in descriptor) open.push(descriptor.value);
  }
  if (object instanceof Map) for (const [key, held] of object) open.push(key, held);
  else if (object instanceof Set) for (const held of object) open.push(held);
  return bytes;
}
