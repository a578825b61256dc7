/** Operators on values: arithmetic, comparison, joining text. */

import { compute } from "../../model/index.ts";
import type { Expr, Literal } from "../ir.ts";
import { derived } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { computedFrom } from "./formula.ts";
import type { Scope } from "./scope.ts";
import { known, nullish, same, truth } from "./truth.ts";
import { type At, computed, FALSE, lit, type Text, TRUE, UNDEFINED, unknown, type Value } from "./values.ts";

export function binary(x: Expr & { kind: "binary" }, left: Value, right: Value, scope: Scope): Value {
  const l = known(left);
  const r = known(right);
  switch (x.op) {
    case "===":
    case "==":
    case "!==":
    case "!=": {
      const equal = x.op.length === 2 ? loosely(l, r) : same(l, r);
      if (equal === null) break;
      return (x.op[0] === "=") === equal ? TRUE : FALSE;
    }
    case "+":
      if (isText(l) || isText(r)) return concatenate([l, r], x, scope.module.at(x));
      break;
    case ",":
      return r;
    case "in":
      if (l.kind === "literal" && r.kind === "record") {
        const entry = r.contents.props.get(String(l.value));
        if (entry === undefined ? r.contents.open === null : !entry.maybe)
          return entry === undefined ? FALSE : TRUE;
      }
      break;
  }
  if (l.kind === "literal" && r.kind === "literal") {
    const known = calculate(x.op, l.value, r.value);
    if (known !== null) return lit(known);
  }
  const cause = l.kind === "unknown" ? l : r.kind === "unknown" ? r : null;
  const result = unknown(
    cause === null ? `computed at run time: ${excerpt(x)}` : `${excerpt(x)}: ${cause.why}`,
    scope.module.at(x),
  );
  return computedFrom(result, x.op, l, r);
}

/** `==`: null and undefined are the same, texts and numbers are compared as numbers. */
function loosely(l: Value, r: Value): boolean | null {
  const [a, b] = [nullish(l), nullish(r)];
  if (a !== null && b !== null && (a || b)) return a && b;
  if (l.kind === "literal" && r.kind === "literal" && typeof l.value !== typeof r.value) return null;
  return same(l, r);
}

function isText(v: Value): boolean {
  return v.kind === "text" || (v.kind === "literal" && typeof v.value === "string");
}

function calculate(op: string, a: Literal, b: Literal): Literal | null {
  if (typeof a !== "number" || typeof b !== "number") {
    if (typeof a !== "string" || typeof b !== "string") return null;
    if (op === "<") return a < b;
    if (op === "<=") return a <= b;
    if (op === ">=") return a >= b;
    return op === ">" ? a > b : null;
  }
  return OF_NUMBERS.has(op) ? (compute(op, a, b) as Literal) : null;
}

const OF_NUMBERS: ReadonlySet<string> = new Set("+ - * / % ** << >> | & < > <= >=".split(" "));

export function unary(x: Expr & { kind: "unary" }, v: Value, scope: Scope): Value {
  if (x.op === "!") {
    const t = truth(v);
    if (t !== null) return t ? FALSE : TRUE;
  } else if (x.op === "typeof") {
    const type = typeOf(v);
    if (type !== null) return lit(type);
  } else if (x.op === "void") return UNDEFINED;
  else if (v.kind === "literal" && typeof v.value === "number") {
    if (x.op === "-") return lit(-v.value);
    if (x.op === "+") return v;
    if (x.op === "~") return lit(~v.value);
  } else if (x.op === "+" && v.kind === "literal" && typeof v.value === "string") return lit(Number(v.value));
  return computedFrom(computed(x, scope.module.at(x)), x.op, v, null);
}

function typeOf(value: Value): string | null {
  const v = known(value);
  switch (v.kind) {
    case "literal":
      return typeof v.value;
    case "text":
      return "string";
    case "list":
    case "collection":
    case "record":
    case "instance":
    case "namespace":
      return "object";
    case "function":
    case "class":
      return "function";
    case "choice": {
      const first = typeOf(v.of[0]!);
      return v.of.every((x) => typeOf(x) === first) ? first : null;
    }
    default:
      return null;
  }
}

/** Longer texts that a program puts together are not followed. */
export const MAX_TEXT = 20_000;
const MAX_PARTS = 200;

/** Joins parts to text; parts that are not known stay holes. */
export function concatenate(parts: readonly Value[], x: Expr, at: At): Value {
  const joined: (string | null)[] = [];
  const holes: (Value | undefined)[] = [];
  let cause = "";
  for (const value of parts) {
    const part = known(value);
    if (part.kind === "text") holes.push(part.hole);
    else if (part.kind !== "literal") holes.push(part);
    const pieces =
      part.kind === "text" ? part.parts : part.kind === "literal" ? [String(part.value)] : [null];
    if (part.kind === "text") cause ||= part.why.why;
    else if (part.kind === "unknown" || part.kind === "symbol") cause ||= part.why ?? "";
    for (const piece of pieces) {
      const last = joined.at(-1);
      if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
      else if (!(piece === null && last === null && joined.length > 0)) joined.push(piece);
    }
  }
  const first = joined[0];
  if (joined.length > MAX_PARTS) return unknown("a text of too many parts", at);
  if (joined.some((piece) => piece !== null && piece.length > MAX_TEXT))
    return unknown("too long a text", at);
  if (joined.length === 1 && typeof first === "string") return lit(first);
  const why = unknown(cause === "" ? `computed at run time: ${excerpt(x)}` : `${excerpt(x)}: ${cause}`, at);
  const [hole] = holes;
  const only = holes.length === 1 && hole !== undefined ? { hole } : {};
  return { kind: "text", parts: joined, ...only, why: derived(why, ...parts) } satisfies Text;
}
