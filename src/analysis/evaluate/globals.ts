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
      if (a?.kind === "text") return a;
      return a?.kind === "literal" ? lit(String(a.value)) : null;
    case "Number":
    case "parseInt":
    case "parseFloat":
    case "Number.parseInt":
      return a?.kind === "literal" && (typeof a.value === "string" || typeof a.value === "number")
        ? lit(Number(a.value))
        : null;
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
      if (a?.kind === "list") return listMethod(I, a, path[1]!, { values: [], open: false }, called(x), at);
      if (a?.kind === "record" && !I.charge(a.contents.props.size)) return I.cut(at);
      return a?.kind === "record" ? entriesOf(a.contents.props, path[1]!, at, a.contents.open) : null;
    case "Object.assign":
      return assign(I, args, at, x);
    case "Object.fromEntries":
      if (a?.kind === "list" && !I.charge(a.contents.items.length)) return I.cut(at);
      return a === undefined ? null : fromEntries(a, at);
    case "Array.of":
      return list(
        args.values.map((v) => ({ value: v, card: "one" as const, count: null, at })),
        at,
      );
    case "Array.isArray":
      return a?.kind === "list" ? lit(true) : null;
    case "Array":
      return a?.kind === "literal" && typeof a.value === "number" && args.values.length === 1
        ? counted(a.value, at)
        : null;
    case "Array.from":
      return arrayFrom(I, args, x, at);
    case "Promise.all":
    case "Promise.allSettled":
      return a?.kind === "list"
        ? a
        : a?.kind === "collection"
          ? list(a.contents.items, at, a.contents.open)
          : null;
    case "Promise.race":
    case "Promise.any":
      return a?.kind === "list" || a?.kind === "collection" ? anyElement(a, at) : null;
    case "Math.floor":
    case "Math.ceil":
    case "Math.round":
    case "Math.trunc":
    case "Math.abs":
      if (a?.kind !== "literal" || typeof a.value !== "number") return null;
      return lit(ROUNDING[path[1] as keyof typeof ROUNDING](a.value));
    case "Math.max":
    case "Math.min": {
      const numbers = args.values.map((v) =>
        v.kind === "literal" && typeof v.value === "number" ? v.value : null,
      );
      if (numbers.includes(null) || args.open) return null;
      return lit(path[1] === "max" ? Math.max(...(numbers as number[])) : Math.min(...(numbers as number[])));
    }
    default:
      return null;
  }
}

function called(x: Expr): Expr & { kind: "call" } {
  return { kind: "call", start: x.start, end: x.end, callee: x, args: [], optional: false };
}

function fromEntries(v: Value, at: At): Value | null {
  const pairs = pairsOf(v);
  if (pairs === null) return null;
  const props = new Map<string, Entry>();
  for (const { key, item, value: v } of pairs) {
    const before = props.get(key);
    props.set(key, { value: v, at: item.at, maybe: item.card === "maybe" && before?.maybe !== false });
    if (before !== undefined && item.card === "maybe")
      props.set(key, {
        value: unknown("it is replaced on a condition", item.at),
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

function entriesOf(
  props: ReadonlyMap<string, Entry>,
  what: string,
  at: At,
  open: List["contents"]["open"],
): Value {
  const items: Item[] = inOrder(props).map(([n, entry]) => ({
    value: what === "keys" ? lit(n) : what === "values" ? entry.value : pair(lit(n), entry.value, at),
    card: entry.maybe ? "maybe" : "one",
    count: null,
    at: entry.at,
  }));
  return list(items, at, open);
}

function assign(I: Interpreter, args: Args, at: At, x: Expr): Value | null {
  const [target, ...sources] = args.values;
  if (target?.kind !== "record") return null;
  if (!I.charge(target.contents.props.size)) return I.cut(at);
  const props = new Map(target.contents.props);
  let open = target.contents.open;
  const given = x.kind === "call" ? x.args : [];
  sources.forEach((source, i) => {
    I.charge(source.kind === "record" ? source.contents.props.size : 0);
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
  const one = { value: UNDEFINED, card: "one" as const, count: null, at };
  if (n <= MAX_ELEMENTS)
    return list(
      Array.from({ length: n }, () => ({ ...one })),
      at,
    );
  return list([{ value: UNDEFINED, card: "many", count: n, at }], at);
}

function arrayFrom(I: Interpreter, args: Args, x: Expr, at: At): Value | null {
  const [source, f] = args.values;
  if (source === undefined) return null;
  let base: Value;
  const contents = iterated(source, at);
  if (contents !== null) base = list(contents.items, at, contents.open);
  else if (source.kind === "record") {
    const length = property(I, source, "length", at);
    if (length.kind === "literal" && typeof length.value === "number") base = counted(length.value, at);
    else {
      const why = length.kind === "unknown" ? length.why : "computed length";
      base = list(
        [
          {
            value: unknown(`element of a list whose length is not known: ${why}`, at),
            card: "many",
            count: null,
            at,
          },
        ],
        at,
      );
    }
  } else if (f?.kind === "function") {
    base = list(
      [{ value: unknown(`element of a list that is not known`, at), card: "many", count: null, at }],
      at,
    );
  } else return null;
  if (f === undefined || isLit(f, undefined)) return base;
  return base.kind === "list"
    ? listMethod(I, base, "map", { values: [f], open: false }, called(x), at)
    : null;
}
