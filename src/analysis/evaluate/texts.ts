/** Methods of texts and numbers. */
import type { Expr, Literal } from "../ir.ts";
import { concatenate, MAX_TEXT } from "./operators.ts";
import type { Args } from "./values.ts";
import { type At, computed, list, lit, type Text, type Value } from "./values.ts";

/** Longer texts are not computed with. */
const MAX_LENGTH = 2000;
/** What `padStart` and `repeat` may make. */
const MAX_MADE = 1000;

interface TextCall {
  /** The value, and as text. */
  o: string | number;
  s: string;
  /** The arguments, and the first two of them. */
  values: readonly Literal[];
  a: Literal;
  b: Literal;
  x: Expr;
  at: At;
}

/** What the call gives; null when that is not known. */
type Method = (call: TextCall) => Literal | Value | null;

/** A method of a text or number that is known, with arguments that are known. */
export function textMethod(o: string | number, n: string, args: Args, at: At, x: Expr): Value {
  const method = Object.hasOwn(METHODS, n) ? METHODS[n] : undefined;
  if (method === undefined || (typeof o === "string" && o.length > MAX_LENGTH)) return computed(x, at);
  const values: Literal[] = [];
  for (const v of args.values) {
    if (v.kind !== "literal" || v.value === null) return computed(x, at);
    values.push(v.value);
  }
  const result = method({ o, s: String(o), values, a: values[0], b: values[1], x, at });
  if (result === null) return computed(x, at);
  return typeof result === "object" ? result : lit(result);
}

const number = (a: Literal): number | undefined => (typeof a === "number" ? a : undefined);
const padding = (b: Literal): string => (b === undefined ? " " : String(b));

const METHODS: Readonly<Record<string, Method>> = {
  toString: ({ o, s, a }: TextCall) => (typeof o === "number" && typeof a === "number" ? o.toString(a) : s),
  toUpperCase: ({ s }) => s.toUpperCase(),
  toLowerCase: ({ s }) => s.toLowerCase(),
  trim: ({ s }) => s.trim(),
  trimStart: ({ s }) => s.trimStart(),
  trimEnd: ({ s }) => s.trimEnd(),
  padStart: ({ s, a, b }) => (typeof a === "number" && a <= MAX_MADE ? s.padStart(a, padding(b)) : null),
  padEnd: ({ s, a, b }) => (typeof a === "number" && a <= MAX_MADE ? s.padEnd(a, padding(b)) : null),
  repeat: ({ s, a }) => (typeof a === "number" && a >= 0 && a * s.length <= MAX_MADE ? s.repeat(a) : null),
  localeCompare: ({ o, a, values }) =>
    typeof o === "string" && typeof a === "string" && values.length === 1 ? o.localeCompare(a) : null,
  substring: ({ s, a, b }) => (typeof a === "number" ? s.substring(a, number(b)) : null),
  slice: ({ s, a, b }) => s.slice(number(a), number(b)),
  charAt: ({ s, a }) => s.charAt(number(a) ?? 0),
  at: ({ s, a }) => s.at(number(a) ?? 0),
  indexOf: ({ s, a }) => s.indexOf(String(a)),
  startsWith: ({ s, a }) => s.startsWith(String(a)),
  endsWith: ({ s, a }) => s.endsWith(String(a)),
  includes: ({ s, a }) => s.includes(String(a)),
  replace: ({ s, a, b }) => (typeof a === "string" && typeof b === "string" ? s.replace(a, b) : null),
  replaceAll: ({ s, a, b }) =>
    // Each character of a text can become as long as the new text.
    typeof a === "string" && typeof b === "string" && s.length * (b.length + 1) <= MAX_TEXT
      ? s.replaceAll(a, b)
      : null,
  concat: ({ s, values, x, at }) => concatenate([lit(s), ...values.map((v) => lit(String(v)))], x, at),
  split: ({ s, a, at }) =>
    typeof a === "string"
      ? list(
          s.split(a).map((part) => ({ value: lit(part), card: "one" as const, count: null, at })),
          at,
        )
      : null,
};

/** A text with parts that are not known, in other letters; null for another method. */
export function changedCase(text: Text, n: string): Text | null {
  if (n !== "toLowerCase" && n !== "toUpperCase") return null;
  const parts = text.parts.map((part) =>
    part === null ? null : n === "toLowerCase" ? part.toLowerCase() : part.toUpperCase(),
  );
  return { ...text, parts };
}
