/** Names, as code computes them and as messages say them. */
import { spendOnAll } from "./budget.ts";
import type { Code } from "./frame.ts";
import { checkPrivate } from "./instances.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import type { Scope } from "./scope.ts";

export const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** A name that is computed: of nothing, none is made. */
export const keyIn = (object: unknown, value: unknown): PropertyKey =>
  isNothing(object) && typeof value === "object" ? "..." : keyOf(value);

/** Under what an object has what a name says: a private name is its class's own. */
export function nameOf(object: unknown, name: string, scope: Scope): string {
  if (!name.startsWith("#")) return name;
  const key = scope.get(name) as string;
  checkPrivate(object, key, name);
  return key;
}

export const keyOf = (value: unknown): PropertyKey =>
  typeof value === "number" || typeof value === "string" || typeof value === "symbol" ? value : textOf(value);

/** As a template writes it. */
export function textOf(value: unknown): string {
  spendOnAll(value);
  if (typeof value === "function") throw new NotInterpreted("it writes a function as text");
  // Unlike `String`, it fails for a symbol.
  return `${value as string}`;
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function";
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as AsyncIterable<unknown> | null | undefined)?.[Symbol.asyncIterator] === "function";
}

export function nothingIn(value: unknown, name: string | null | undefined): TypeError {
  const what = typeof name === "string" ? `property '${name}' of ` : "";
  return new TypeError(`Cannot destructure ${what}'${String(value)}' as it is ${String(value)}.`);
}

/** An expression as the engine names it in its messages. */
export function written(x: Code): string {
  switch (x.kind) {
    case "identifier":
      return x.name;
    case "this":
      return "this";
    case "super":
      return "(intermediate value)";
    case "literal":
      return typeof x.value === "string" ? JSON.stringify(x.value) : String(x.value);
    case "get":
      return x.object.kind === "super" ? `(intermediate value).${x.name}` : `${written(x.object)}.${x.name}`;
    case "index":
      return `${written(x.object)}[${x.index.kind === "literal" ? String(x.index.value) : "..."}]`;
    case "call":
      return `${written(x.callee)}(...)`;
    default:
      return "(intermediate value)";
  }
}
