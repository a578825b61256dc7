/**
 * What a value is, whichever realm it was made in: `instanceof` knows the classes of its own realm only, and errors of
 * Node's core inside jest, of a `vm` context or of another frame are of another.
 */

const isError: ((value: unknown) => boolean) | undefined = (
  Error as { isError?: (value: unknown) => boolean }
).isError;

/** The engine's own name of a kind of object, such as `Map`. Proxies that refuse to be looked at throw. */
function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** True for every Error. */
export function isErrorOfAnyRealm(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== "object" || value === null) return false;
  if (isError?.(value) === true) return true;
  const tag = tagOf(value);
  if (tag === "Error" || tag === "DOMException") return true;
  // An Error may have a tag of its own; then its ancestors say what it is.
  const { message, stack } = value as { message?: unknown; stack?: unknown };
  if (typeof message !== "string" || typeof stack !== "string") return false;
  for (let up: unknown = value; typeof up === "object" && up !== null; up = Object.getPrototypeOf(up)) {
    if (Object.hasOwn(up, "constructor") && (up.constructor as { name?: unknown })?.name === "Error")
      return true;
  }
  return false;
}

/** True for an object that is a `kind` of this realm or another. Not for what names itself so by `Symbol.toStringTag` only. */
export function isOfKind(value: object, kind: "Map" | "Set" | "Date" | "RegExp" | "Promise"): boolean {
  if (value instanceof globalThis[kind]) return true;
  return tagOf(value) === kind && typeof (value as { constructor?: unknown }).constructor === "function";
}

/** True for an object that a literal makes, in this realm or another, and for one without a prototype. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    typeof prototype === "object" &&
    Object.getPrototypeOf(prototype) === null &&
    (prototype as { constructor?: { name?: unknown } }).constructor?.name === "Object"
  );
}
