/**
 * Keys by structure: `["room", 1]` is found again by another `["room", 1]`, as terms are in Erlang. Arrays and objects
 * made by literals are compared by what is in them, everything else as a Map does.
 */
import { isPlainObject } from "../realm.ts";

/** Numbers of the objects that count by identity inside a structure. */
const numbers = new WeakMap<WeakKey, number>();
let last = 0;

/**
 * What stands for `key` in a Map: the same for keys of the same structure. One that contains itself, or that does not let
 * itself be read, is no structure.
 */
export function structuralKey(key: unknown): unknown {
  if (typeof key === "string") return `s${key}`;
  if (typeof key !== "object" || key === null) return key;
  try {
    return isStructure(key) ? `t${encode(key, new Set())}` : key;
  } catch {
    return key;
  }
}

function isStructure(term: object): boolean {
  return Array.isArray(term) || isPlainObject(term);
}

function encode(term: unknown, open: Set<object>): string {
  switch (typeof term) {
    case "string":
      return JSON.stringify(term);
    case "number":
      return String(term);
    case "bigint":
      return `${term}n`;
    case "boolean":
    case "undefined":
      return String(term);
    case "symbol":
      return Symbol.keyFor(term) === undefined
        ? identity(term)
        : `Symbol.for(${JSON.stringify(Symbol.keyFor(term))})`;
    case "function":
      return identity(term);
    case "object":
      return term === null ? "null" : encodeObject(term, open);
  }
}

function encodeObject(term: object, open: Set<object>): string {
  if (!isStructure(term)) return identity(term);
  if (open.has(term)) throw new Error("it contains itself");
  open.add(term);
  const text = Array.isArray(term)
    ? `[${Array.from(term, (item) => encode(item, open)).join(",")}]`
    : `{${Object.entries(term)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${JSON.stringify(name)}:${encode(value, open)}`)
        .join(",")}}`;
  open.delete(term);
  return text;
}

function identity(term: WeakKey): string {
  let number = numbers.get(term);
  if (number === undefined) {
    number = ++last;
    numbers.set(term, number);
  }
  return `#${number}`;
}
