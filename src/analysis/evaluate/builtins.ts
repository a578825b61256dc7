/** Methods that values have by themselves: of texts, functions, promises, and of lists that are not known. */
import type { Expr } from "../ir.ts";
import { callWith } from "./calls.ts";
import { collectionMethod } from "./collections.ts";
import { originsOf, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { isRejected } from "./failure.ts";
import type { Interpreter } from "./interpreter.ts";
import { flattened } from "./list-elements.ts";
import { listMethod } from "./lists.ts";
import { oneOfSeveral } from "./one-of-several.ts";
import { OTHER } from "./origins.ts";
import type { Scope } from "./scope.ts";
import { elementOf, isNone, overElements } from "./symbolic.ts";
import { changedCase, textMethod } from "./texts.ts";
import {
  type Args,
  type At,
  choice,
  computed,
  isPlain,
  iterated,
  list,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** A method that a value of this kind has by itself; null: look for an ordinary property. */
export function builtinMethod(
  I: Interpreter,
  o: Value,
  n: string,
  args: Args,
  x: Expr & { kind: "call" },
  scope: Scope,
): Value | null {
  const at = scope.module.at(x);
  switch (o.kind) {
    case "list":
      return listMethod(I, o, n, args, x, at);
    case "collection":
      return collectionMethod(I, o, n, args, x, at);
    case "literal":
      if (isOfPromises(n)) return promiseMethod(I, o, n, args, at);
      return typeof o.value === "string" || typeof o.value === "number"
        ? textMethod(o.value, n, args, at, x)
        : null;
    case "text":
      return n === "toString" ? o : changedCase(o, n);
    case "function": {
      if (n === "bind") return { ...o, self: args.values[0] ?? o.self, bound: args.values.slice(1) };
      if (n === "apply") {
        const given = args.values[1] === undefined ? { items: [], open: null } : iterated(args.values[1]);
        if (given === null || !isPlain(given)) return null;
        return callWith(
          I,
          { ...o, self: args.values[0] ?? o.self },
          given.items.map((item) => item.value),
          x,
          at,
        );
      }
      if (n === "call")
        return callWith(I, { ...o, self: args.values[0] ?? o.self }, args.values.slice(1), x, at);
      return null;
    }
    case "externalMethod":
      return n === "bind" && args.values.length === 1 && args.values[0] === o.self ? o : null;
    case "choice": {
      const kind = o.of.find((v) => v.kind !== "literal")?.kind;
      if (kind !== "list" && kind !== "function") return null;
      if (!o.of.every((v) => v.kind === kind || v.kind === "literal")) return null;
      const ways = o.of.map((v) => (v.kind === kind ? () => builtinMethod(I, v, n, args, x, scope) : null));
      const results =
        kind === "function"
          ? oneOfSeveral(I, ways, originsOf(o), o.why)
          : ways.flatMap((way) => (way === null ? [] : [way()]));
      if (results.length === 0 || results.some((v) => v === null)) return null;
      return results.reduce<Value | null>(
        (a, b) => (a === null ? b : choice(a, b ?? UNDEFINED, o.why)),
        null,
      );
    }
    case "external":
      return unknownMethod(I, o, n, args, x, at);
    case "symbol":
      if (o.is?.kind === "literal") return builtinMethod(I, o.is, n, args, x, scope);
      return (
        unknownMethod(I, o, n, args, x, at) ?? (isOfPromises(n) ? promiseMethod(I, o, n, args, at) : null)
      );
    case "unknown":
    case "term": {
      const many =
        o.kind !== "term" || o.tag === "outside" || o.tag === "part"
          ? unknownMethod(I, o, n, args, x, at)
          : null;
      return many ?? (isOfPromises(n) ? promiseMethod(I, o, n, args, at) : null);
    }
    default:
      return isOfPromises(n) ? promiseMethod(I, o, n, args, at) : null;
  }
}

const isOfPromises = (n: string): boolean => n === "then" || n === "catch" || n === "finally";

/**
 * `.then` and the like: of a promise that is waited for the callback runs now, else later. What `catch` is given runs
 * when something fails.
 */
function promiseMethod(I: Interpreter, o: Value, n: string, args: Args, at: At): Value | null {
  if (
    o.kind === "record" ||
    o.kind === "instance" ||
    o.kind === "external" ||
    o.kind === "namespace" ||
    o.kind === "class"
  )
    return null;
  const call = (f: Value | undefined, given: Value[]): Value | null => {
    if (f?.kind !== "function") return null;
    const go = (): Value =>
      callWith(
        I,
        f,
        given,
        { kind: "opaque", start: 0, end: 0, parts: [], what: n },
        f.scope.module.at(f.func),
      );
    return I.fate === "awaited" ? go() : I.later(go);
  };
  const failed = (f: Value | undefined): void => {
    if (f?.kind === "function")
      perhaps(I, OTHER, () => call(f, [unknown("why a promise failed", f.scope.module.at(f.func))]));
  };
  const [f, g] = args.values;
  if (isRejected(o) && n !== "finally") {
    const handler = n === "catch" ? f : g;
    return handler === undefined ? o : call(handler, [unknown("why a promise failed", at)]);
  }
  if (n === "catch") failed(f);
  if (n === "finally") call(f, []);
  if (n !== "then") return o;
  const result = call(f, [o]);
  failed(g);
  // Whoever waits for what follows waits for what came before.
  return o.kind === "term" && o.tag === "outside" ? o : (result ?? o);
}

/** `xs.map(f)` of a list that is not known: any number of what `f` makes. */
function unknownMethod(
  I: Interpreter,
  o: Value,
  n: string,
  args: Args,
  x: Expr & { kind: "call" },
  at: At,
): Value | null {
  const f = args.values[0];
  if (f?.kind !== "function") return null;
  const why = o.kind === "unknown" ? o.why : excerpt(x);
  const place = f.scope.module.at(f.func.params[0]?.target ?? f.func);
  const reason = `element of a list that is not known (${why})`;
  const element =
    o.kind === "symbol" && o.root !== "var" ? elementOf(o, reason, place) : unknown(reason, place);
  const position = unknown("position in a list that is not known", at);
  const each = (): Value => overElements(I, o, () => callWith(I, f, [element, position], x, at));
  if (isNone(o) && (n === "map" || n === "flatMap")) return list([], at);
  if (isNone(o) && n === "forEach") return UNDEFINED;
  if (n === "map" || n === "flatMap") {
    const [changes, v] = I.journal.branch(each);
    I.journal.repeat(changes, null, computed(x, at, "loop over "));
    const made = list([{ value: v, card: "many", count: null, at: v.kind === "record" ? v.at : at }], at);
    return n === "flatMap" ? flattened(I, made, x, at) : made;
  }
  if (n === "forEach") {
    const [changes] = I.journal.branch(each);
    I.journal.repeat(changes, null, computed(x, at, "loop over "));
    return UNDEFINED;
  }
  return null;
}
