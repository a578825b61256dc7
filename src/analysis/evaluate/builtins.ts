/** Methods that values have by themselves: of texts, functions, promises, and of lists that are not known. */
import type { Expr } from "../ir.ts";
import { type Args, callWith } from "./calls.ts";
import { collectionMethod } from "./collections.ts";
import { OTHER, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import type { Interpreter } from "./interpreter.ts";
import { flattened, listMethod } from "./lists.ts";
import { concatenate, MAX_TEXT } from "./operators.ts";
import type { Scope } from "./scope.ts";
import { elementOf, isNone, overElements } from "./symbolic.ts";
import {
  type At,
  choice,
  computed,
  isPlain,
  iterated,
  list,
  lit,
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
      if (isOfPromises(n)) return promiseMethod(I, o, n, args);
      return typeof o.value === "string" || typeof o.value === "number"
        ? literalMethod(o.value, n, args, at, x)
        : null;
    case "text":
      if (n === "toString") return o;
      if (n !== "toLowerCase" && n !== "toUpperCase") return null;
      return {
        ...o,
        parts: o.parts.map((part) =>
          part === null ? null : n === "toLowerCase" ? part.toLowerCase() : part.toUpperCase(),
        ),
      };
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
    case "choice": {
      if (!o.of.every((v) => v.kind === "list" || v.kind === "literal")) return null;
      const results = o.of
        .filter((v) => v.kind === "list")
        .map((v) => builtinMethod(I, v, n, args, x, scope));
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
      return unknownMethod(I, o, n, args, x, at) ?? (isOfPromises(n) ? promiseMethod(I, o, n, args) : null);
    case "unknown":
    case "term": {
      const many =
        o.kind !== "term" || o.tag === "outside" || o.tag === "part"
          ? unknownMethod(I, o, n, args, x, at)
          : null;
      return many ?? (isOfPromises(n) ? promiseMethod(I, o, n, args) : null);
    }
    default:
      return isOfPromises(n) ? promiseMethod(I, o, n, args) : null;
  }
}

const isOfPromises = (n: string): boolean => n === "then" || n === "catch" || n === "finally";

/**
 * `.then` and the like: of a promise that is waited for the callback runs now, else later. What `catch` is given runs
 * when something fails.
 */
function promiseMethod(I: Interpreter, o: Value, n: string, args: Args): Value | null {
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

function literalMethod(o: string | number, n: string, args: Args, at: At, x: Expr): Value {
  if (typeof o === "string" && o.length > 2000) return computed(x, at);
  const values = args.values.map((v) => (v.kind === "literal" ? v.value : null));
  const [a, b] = values;
  if (!values.includes(null)) {
    const s = String(o);
    switch (n) {
      case "toString":
        return lit(typeof o === "number" && typeof a === "number" ? o.toString(a) : s);
      case "toUpperCase":
        return lit(s.toUpperCase());
      case "toLowerCase":
        return lit(s.toLowerCase());
      case "trim":
        return lit(s.trim());
      case "padStart":
      case "padEnd":
        if (typeof a !== "number" || a > 1000) break;
        return lit(
          n === "padStart"
            ? s.padStart(a, b === undefined ? " " : String(b))
            : s.padEnd(a, b === undefined ? " " : String(b)),
        );
      case "localeCompare":
        if (typeof o !== "string" || typeof a !== "string" || values.length > 1) break;
        return lit(s.localeCompare(a));
      case "repeat":
        if (typeof a !== "number" || a < 0 || a * s.length > 1000) break;
        return lit(s.repeat(a));
      case "substring":
        if (typeof a !== "number") break;
        return lit(s.substring(a, typeof b === "number" ? b : undefined));
      case "charAt":
        return lit(s.charAt(typeof a === "number" ? a : 0));
      case "at":
        return lit(s.at(typeof a === "number" ? a : 0));
      case "indexOf":
        return lit(s.indexOf(String(a)));
      case "replaceAll":
        // Each character of a text can become as long as the new text.
        if (typeof a === "string" && typeof b === "string" && s.length * (b.length + 1) <= MAX_TEXT)
          return lit(s.replaceAll(a, b));
        break;
      case "trimStart":
        return lit(s.trimStart());
      case "trimEnd":
        return lit(s.trimEnd());
      case "toFixed":
        if (typeof o !== "number" || typeof a !== "number" || a < 0 || a > 20) break;
        return lit(o.toFixed(a));
      case "concat":
        return concatenate([lit(s), ...values.map((v) => lit(String(v)))], x, at);
      case "slice":
        return lit(s.slice(typeof a === "number" ? a : undefined, typeof b === "number" ? b : undefined));
      case "replace":
        if (typeof a === "string" && typeof b === "string") return lit(s.replace(a, b));
        break;
      case "split":
        if (typeof a === "string")
          return list(
            s.split(a).map((v) => ({ value: lit(v), card: "one" as const, count: null, at })),
            at,
          );
        break;
      case "startsWith":
        return lit(s.startsWith(String(a)));
      case "endsWith":
        return lit(s.endsWith(String(a)));
      case "includes":
        return lit(s.includes(String(a)));
    }
  }
  return computed(x, at);
}
