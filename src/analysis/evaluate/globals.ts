/** Functions of the language: `Object.*`, `Array.*`, `Promise.*`, `Math.*`. */
import type { Expr } from "../ir.ts";
import { setProperty } from "./assign.ts";
import { pairsOf } from "./collections.ts";
import { spreadInto } from "./expressions.ts";
import { rejected } from "./failure.ts";
import { computedFrom } from "./formula.ts";
import type { Interpreter } from "./interpreter.ts";
import { pair } from "./list-elements.ts";
import { listMethod } from "./lists.ts";
import { withExports } from "./namespaces.ts";
import { index, property, setVariable } from "./objects.ts";
import { anyElement } from "./symbolic.ts";
import { truth } from "./truth.ts";
import type { Args } from "./values.ts";
import {
  type At,
  choice,
  computed,
  type Entry,
  type Inst,
  type Item,
  isLit,
  iterated,
  type List,
  list,
  lit,
  type Rec,
  record,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

const MAX_ELEMENTS = 64;

/** A call of a global function. */
interface GlobalCall {
  I: Interpreter;
  /** The last part of its name. */
  n: string;
  args: Args;
  /** The first argument. */
  a: Value | undefined;
  x: Expr;
  at: At;
}

/** What the call gives; null: nothing that can be known. */
type GlobalFunction = (call: GlobalCall) => Value | null;

/** A call of a global function; null when it is nothing that can be known. */
export function globalCall(
  I: Interpreter,
  path: readonly string[],
  args: Args,
  x: Expr,
  at: At,
): Value | null {
  const name = path.join(".");
  const known = Object.hasOwn(GLOBALS, name) ? GLOBALS[name] : undefined;
  return known?.({ I, n: path.at(-1) ?? "", args, a: args.values[0], x, at }) ?? null;
}

const itself: GlobalFunction = ({ a }) => a ?? UNDEFINED;
const firstOf: GlobalFunction = ({ a, at }) =>
  a?.kind === "list" || a?.kind === "collection" ? anyElement(a, at) : null;
const asNumber: GlobalFunction = ({ a }) =>
  a?.kind === "literal" && (typeof a.value === "string" || typeof a.value === "number")
    ? lit(Number(a.value))
    : null;

const rounding =
  (round: (n: number) => number): GlobalFunction =>
  ({ a }) =>
    a?.kind === "literal" && typeof a.value === "number" ? lit(round(a.value)) : null;

const extreme =
  (of: (...numbers: number[]) => number): GlobalFunction =>
  ({ n, args, x, at }) => {
    if (args.open) return null;
    const numbers = args.values.map((v) => (v.kind === "literal" ? v.value : null));
    if (numbers.every((each) => typeof each === "number")) return lit(of(...numbers));
    const [left, right] = args.values;
    if (args.values.length !== 2 || left === undefined || right === undefined) return null;
    return computedFrom(computed(x, at), n, left, right);
  };

const GLOBALS: Readonly<Record<string, GlobalFunction>> = {
  String: ({ a }) => {
    if (a?.kind === "text") return a;
    return a?.kind === "literal" ? lit(String(a.value)) : null;
  },
  Number: asNumber,
  parseInt: asNumber,
  parseFloat: asNumber,
  "Number.parseInt": asNumber,
  Boolean: ({ a }) => {
    const is = a === undefined ? false : truth(a);
    return is === null ? null : lit(is);
  },
  "Object.freeze": itself,
  "Object.seal": itself,
  structuredClone: ({ I, a }) => (a === undefined ? null : cloned(I, a)),
  "Promise.resolve": itself,
  "Promise.reject": ({ at }) => rejected(at),
  "Reflect.get": ({ I, a, args, x, at }) =>
    a === undefined || args.values[1] === undefined ? null : index(I, a, args.values[1], at, x),
  "Object.keys": entries,
  "Object.values": entries,
  "Object.entries": entries,
  "Object.assign": ({ I, args, at, x }) => assign(I, args, at, x),
  "Object.fromEntries": ({ I, a, at }) => {
    if (a?.kind === "list" && !I.charge(a.contents.items.length)) return I.cut(at);
    return a === undefined ? null : fromEntries(a, at);
  },
  "Array.of": ({ args, at }) =>
    list(
      args.values.map((value) => ({ value, card: "one" as const, count: null, at })),
      at,
    ),
  "Array.isArray": ({ a }) => (a?.kind === "list" ? lit(true) : null),
  Array: ({ a, args, at }) =>
    a?.kind === "literal" && typeof a.value === "number" && args.values.length === 1
      ? counted(a.value, at)
      : null,
  "Array.from": ({ I, args, x, at }) => arrayFrom(I, args, x, at),
  "Promise.all": allOf,
  "Promise.allSettled": allOf,
  "Promise.race": firstOf,
  "Promise.any": firstOf,
  "Math.floor": rounding(Math.floor),
  "Math.ceil": rounding(Math.ceil),
  "Math.round": rounding(Math.round),
  "Math.trunc": rounding(Math.trunc),
  "Math.abs": rounding(Math.abs),
  "Math.pow": ({ args: { values } }) => {
    const [a, b] = values.map((v) => (v.kind === "literal" ? v.value : null));
    return typeof a === "number" && typeof b === "number" ? lit(a ** b) : null;
  },
  "Math.max": extreme(Math.max),
  "Math.min": extreme(Math.min),
};

const MOST_LEVELS = 8;

/** A copy of it with copies in it. */
function cloned(I: Interpreter, v: Value, depth = 0): Value {
  if (v.kind === "symbol") return { ...v, isCopy: true };
  if (depth > MOST_LEVELS) return v;
  if (v.kind === "list" || v.kind === "collection") {
    if (!I.charge(v.contents.items.length)) return I.cut(v.at);
    const items = v.contents.items.map((item) => ({ ...item, value: cloned(I, item.value, depth + 1) }));
    return { ...v, contents: { ...v.contents, items } };
  }
  if (v.kind !== "record") return v;
  if (!I.charge(v.contents.props.size)) return I.cut(v.at);
  const props = new Map<string, Entry>();
  for (const [n, entry] of v.contents.props)
    props.set(n, { ...entry, value: cloned(I, entry.value, depth + 1) });
  return { ...v, contents: { ...v.contents, props } };
}

function entries({ I, n, a, x, at }: GlobalCall): Value | null {
  if (a?.kind === "list") return listMethod(I, a, n, { values: [], open: false }, called(x), at);
  const of = a === undefined ? a : withExports(I, a, at);
  if (of?.kind !== "record") return null;
  if (!I.charge(of.contents.props.size)) return I.cut(at);
  return entriesOf(of.contents.props, n, at, of.contents.open);
}

function allOf({ a, at }: GlobalCall): Value | null {
  if (a?.kind === "list") return a;
  return a?.kind === "collection" ? list(a.contents.items, at, a.contents.open) : null;
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
  const [into] = x.kind === "call" ? x.args : [];
  if (target !== undefined && into !== undefined && I.muted === 0) I.hooks.inside?.(target, null, into, at);
  if (target?.kind === "symbol") {
    for (const source of sources) {
      if (source.kind === "record")
        for (const [n, { value }] of source.contents.props)
          setVariable(I, { ...target, path: [...target.path, n] }, value);
      I.hooks.changed?.(target, source, at);
    }
    return target;
  }
  if (target?.kind === "instance" && !args.open) return assignFields(I, target, sources, at);
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

/** `Object.assign(this, { host, port })`: null where it is not known which fields it sets. */
function assignFields(I: Interpreter, target: Inst, sources: readonly Value[], at: At): Value | null {
  // A start may say.
  if (sources.some((source) => source.kind === "symbol" && source.root === "arg")) I.asksStart = true;
  const known = sources.filter((source): source is Rec => source.kind === "record");
  if (known.length < sources.length || known.some(({ contents }) => contents.open !== null)) return null;
  for (const { contents } of known) {
    for (const [n, { value, maybe, at: from }] of contents.props) {
      if (!I.charge(1)) return I.cut(at);
      const why = unknown(`"${n}" may be absent`, from);
      setProperty(I, target, n, maybe ? choice(property(I, target, n, at), value, why) : value, at);
    }
  }
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
