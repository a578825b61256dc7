/** Functions of the language: `Object.*`, `Array.*`, `Promise.*`, `Math.*`. */
import type { Expr } from "../ir.ts";
import type { Args } from "./calls.ts";
import { pairsOf } from "./collections.ts";
import { spreadInto } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import { listMethod, pair } from "./lists.ts";
import { property } from "./objects.ts";
import { anyElement } from "./symbolic.ts";
import {
  type At,
  computed,
  type Entry,
  type Item,
  isLit,
  iterated,
  type List,
  list,
  lit,
  record,
  truth,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

const MAX_ELEMENTS = 64;

const ROUNDING = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  trunc: Math.trunc,
  abs: Math.abs,
} as const;

/** A call of a global function; null when it is nothing that can be known. */
export function globalCall(
  I: Interpreter,
  path: readonly string[],
  args: Args,
  x: Expr,
  at: At,
): Value | null {
  const a = args.values[0];
  switch (path.join(".")) {
    case "String":
      if (a?.k === "text") return a;
      return a?.k === "lit" ? lit(String(a.v)) : null;
    case "Number":
    case "parseInt":
    case "parseFloat":
    case "Number.parseInt":
      return a?.k === "lit" && (typeof a.v === "string" || typeof a.v === "number") ? lit(Number(a.v)) : null;
    case "Boolean": {
      const t = a === undefined ? false : truth(a);
      return t === null ? null : lit(t);
    }
    case "Object.freeze":
    case "Object.seal":
    case "structuredClone":
    case "Promise.resolve":
      return a ?? UNDEFINED;
    case "Object.keys":
    case "Object.values":
    case "Object.entries":
      if (a?.k === "list") return listMethod(I, a, path[1]!, { values: [], open: false }, called(x), at);
      if (a?.k === "rec" && !I.charge(a.c.props.size)) return I.cut(at);
      return a?.k === "rec" ? entriesOf(a.c.props, path[1]!, at, a.c.open) : null;
    case "Object.assign":
      return assign(I, args, at, x);
    case "Object.fromEntries":
      if (a?.k === "list" && !I.charge(a.c.items.length)) return I.cut(at);
      return a === undefined ? null : fromEntries(a, at);
    case "Array.of":
      return list(
        args.values.map((v) => ({ v, card: "one" as const, count: null, at })),
        at,
      );
    case "Array.isArray":
      return a?.k === "list" ? lit(true) : null;
    case "Array":
      return a?.k === "lit" && typeof a.v === "number" && args.values.length === 1 ? counted(a.v, at) : null;
    case "Array.from":
      return arrayFrom(I, args, x, at);
    case "Promise.all":
    case "Promise.allSettled":
      return a?.k === "list" ? a : a?.k === "coll" ? list(a.c.items, at, a.c.open) : null;
    case "Promise.race":
    case "Promise.any":
      return a?.k === "list" || a?.k === "coll" ? anyElement(a, at) : null;
    case "Math.floor":
    case "Math.ceil":
    case "Math.round":
    case "Math.trunc":
    case "Math.abs":
      if (a?.k !== "lit" || typeof a.v !== "number") return null;
      return lit(ROUNDING[path[1] as keyof typeof ROUNDING](a.v));
    case "Math.max":
    case "Math.min": {
      const numbers = args.values.map((v) => (v.k === "lit" && typeof v.v === "number" ? v.v : null));
      if (numbers.includes(null) || args.open) return null;
      return lit(path[1] === "max" ? Math.max(...(numbers as number[])) : Math.min(...(numbers as number[])));
    }
    default:
      return null;
  }
}

function called(x: Expr): Expr & { k: "call" } {
  return { k: "call", s: x.s, e: x.e, f: x, a: [], q: false };
}

function fromEntries(v: Value, at: At): Value | null {
  const pairs = pairsOf(v);
  if (pairs === null) return null;
  const props = new Map<string, Entry>();
  for (const { key, item, v } of pairs) {
    const before = props.get(key);
    props.set(key, { v, at: item.at, maybe: item.card === "maybe" && before?.maybe !== false });
    if (before !== undefined && item.card === "maybe")
      props.set(key, {
        v: unknown("it is replaced on a condition", item.at),
        at: item.at,
        maybe: before.maybe,
      });
  }
  return record(props, at);
}

/** Properties in the order of the language: positions first, by their number. */
export function inOrder(props: ReadonlyMap<string, Entry>): [string, Entry][] {
  const all = [...props];
  const isPosition = (n: string): boolean => /^(0|[1-9]\d{0,9})$/.test(n);
  if (!all.some(([n]) => isPosition(n))) return all;
  const positions = all.filter(([n]) => isPosition(n)).sort(([a], [b]) => Number(a) - Number(b));
  return [...positions, ...all.filter(([n]) => !isPosition(n))];
}

function entriesOf(props: ReadonlyMap<string, Entry>, what: string, at: At, open: List["c"]["open"]): Value {
  const items: Item[] = inOrder(props).map(([n, entry]) => ({
    v: what === "keys" ? lit(n) : what === "values" ? entry.v : pair(lit(n), entry.v, at),
    card: entry.maybe ? "maybe" : "one",
    count: null,
    at: entry.at,
  }));
  return list(items, at, open);
}

function assign(I: Interpreter, args: Args, at: At, x: Expr): Value | null {
  const [target, ...sources] = args.values;
  if (target?.k !== "rec") return null;
  if (!I.charge(target.c.props.size)) return I.cut(at);
  const props = new Map(target.c.props);
  let open = target.c.open;
  const given = x.k === "call" ? x.a : [];
  sources.forEach((source, i) => {
    I.charge(source.k === "rec" ? source.c.props.size : 0);
    open = spreadInto(source, props, given[i + 1] ?? x, at) ?? open;
  });
  // What is not known may set any of them.
  if (args.open) open = spreadInto(computed(x, at), props, x, at);
  I.journal.write(target, { props, open });
  return target;
}

/** A list of `n` undefined elements. */
function counted(n: number, at: At): Value {
  if (!Number.isInteger(n) || n < 0) return unknown("not a length", at);
  const one = { v: UNDEFINED, card: "one" as const, count: null, at };
  if (n <= MAX_ELEMENTS)
    return list(
      Array.from({ length: n }, () => ({ ...one })),
      at,
    );
  return list([{ v: UNDEFINED, card: "many", count: n, at }], at);
}

function arrayFrom(I: Interpreter, args: Args, x: Expr, at: At): Value | null {
  const [source, f] = args.values;
  if (source === undefined) return null;
  let base: Value;
  const contents = iterated(source, at);
  if (contents !== null) base = list(contents.items, at, contents.open);
  else if (source.k === "rec") {
    const length = property(I, source, "length", at);
    if (length.k === "lit" && typeof length.v === "number") base = counted(length.v, at);
    else {
      const why = length.k === "unknown" ? length.why : "computed length";
      base = list(
        [
          {
            v: unknown(`element of a list whose length is not known: ${why}`, at),
            card: "many",
            count: null,
            at,
          },
        ],
        at,
      );
    }
  } else if (f?.k === "fn") {
    base = list(
      [{ v: unknown(`element of a list that is not known`, at), card: "many", count: null, at }],
      at,
    );
  } else return null;
  if (f === undefined || isLit(f, undefined)) return base;
  return base.k === "list" ? listMethod(I, base, "map", { values: [f], open: false }, called(x), at) : null;
}
