/** Methods of lists. */
import type { Expr } from "../ir.ts";
import { setProperty } from "./assign.ts";
import type { Interpreter } from "./interpreter.ts";
import { filtered, flattened, mapped, pair, positions } from "./list-elements.ts";
import { property } from "./objects.ts";
import { concatenate } from "./operators.ts";
import { reduce, search, sorted } from "./search.ts";
import type { Args } from "./values.ts";
import {
  type At,
  computed,
  type Item,
  isPlain,
  type List,
  type ListContents,
  list,
  lit,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** A call of a method of a list. */
interface ListCall {
  I: Interpreter;
  o: List;
  /** The method's name: some rows of the table stand for several. */
  n: string;
  args: Args;
  /** The first argument. */
  f: Value;
  x: Expr & { kind: "call" };
  at: At;
}

/** What the call gives; null: it is no method, look for a property. */
type Method = (call: ListCall) => Value | null;

/** A method of a list. What none of the table's rows knows gives what is not known. */
export function listMethod(
  I: Interpreter,
  o: List,
  n: string,
  args: Args,
  x: Expr & { kind: "call" },
  at: At,
): Value | null {
  // Neither looks at the elements.
  if (n !== "length" && n !== "at" && !I.charge(o.contents.items.length)) return I.cut(at);
  const method = Object.hasOwn(METHODS, n) ? METHODS[n] : undefined;
  return method === undefined
    ? computed(x, at)
    : method({ I, o, n, args, f: args.values[0] ?? UNDEFINED, x, at });
}

const found: Method = ({ I, o, n, args, x, at }) => search(I, o, n, args, x, at);
const reduced: Method = ({ I, o, n, args, x, at }) => reduce(I, o, n, args, x, at);

const METHODS: Readonly<Record<string, Method>> = {
  length: () => null,
  push: added,
  unshift: added,
  pop: taken,
  shift: taken,
  splice: replaced,
  toSpliced: replaced,
  sort: ordered,
  toSorted: ordered,
  reverse: turned,
  toReversed: turned,
  map: ({ I, o, f, x, at }) => mapped(I, o, f, x, at),
  flatMap: ({ I, o, f, x, at }) => flattened(I, mapped(I, o, f, x, at), x, at),
  flat: ({ I, o, f, x, at }) =>
    f.kind === "literal" && (f.value === undefined || f.value === 1)
      ? flattened(I, o, x, at)
      : computed(x, at),
  forEach: ({ I, o, f, x, at }) => {
    mapped(I, o, f, x, at);
    return UNDEFINED;
  },
  filter: ({ I, o, f, x, at }) => filtered(I, o, f, x, at),
  concat: ({ I, o: { contents }, args, x, at }) => {
    const arguments_ = given(args, x, at);
    const more = flattened(I, list(arguments_.items, at, arguments_.open), x, at).contents;
    return list([...contents.items, ...more.items], at, contents.open ?? more.open);
  },
  slice: sliced,
  join: ({ o: { contents }, args, x, at }) => {
    const by = args.values[0] ?? lit(",");
    if (!isPlain(contents) || contents.items.length > 100) return computed(x, at);
    const parts = contents.items.map(({ value }) => (isNothing(value) ? lit("") : value));
    return concatenate(
      parts.flatMap((part, i) => (i === 0 ? [part] : [by, part])),
      x,
      at,
    );
  },
  keys: listed,
  entries: listed,
  values: listed,
  at: ({ I, o, f, x, at }) => {
    if (f.kind !== "literal" || typeof f.value !== "number") return computed(x, at);
    if (f.value >= 0) return property(I, o, String(f.value), at, x);
    const { items, open } = o.contents;
    const tail = items.slice(f.value);
    if (open !== null || tail.some((item) => item.card !== "one")) return computed(x, at);
    return tail.length === -f.value ? tail[0]!.value : UNDEFINED;
  },
  with: ({ I, o: { contents }, f, args, x, at }) => {
    const copy = list(contents.items, at, contents.open);
    if (f.kind !== "literal") return computed(x, at);
    setProperty(I, copy, String(f.value), args.values[1] ?? UNDEFINED, at);
    return copy;
  },
  fill: ({ I, o, f, x, at }) => {
    const { items, open } = o.contents;
    if (open !== null) return computed(x, at);
    I.journal.write(o, { items: items.map((item) => ({ ...item, value: f })), open: null });
    return o;
  },
  copyWithin: ({ I, o, x, at }) => {
    // No program was seen that does this: only that the list is another one afterwards.
    I.journal.write(o, { items: [], open: computed(x, at) });
    return computed(x, at);
  },
  some: found,
  every: found,
  find: found,
  findLast: found,
  includes: found,
  indexOf: found,
  lastIndexOf: found,
  findIndex: found,
  findLastIndex: found,
  reduce: reduced,
  reduceRight: reduced,
};

function added({ I, o, n, args, x, at }: ListCall): Value {
  const { items, open } = o.contents;
  const more = given(args, x, at);
  I.journal.write(o, {
    items: n === "push" ? [...items, ...more.items] : [...more.items, ...items],
    open: open ?? more.open,
  });
  return unknown("the length of a list", at);
}

function taken({ I, o, n, x, at }: ListCall): Value {
  const { items, open } = o.contents;
  const end = n === "pop" ? items.at(-1) : items[0];
  if (isPlain(o.contents) || (open === null && end?.card === "one")) {
    I.journal.write(o, { items: n === "pop" ? items.slice(0, -1) : items.slice(1), open: null });
    return end?.value ?? UNDEFINED;
  }
  I.journal.write(o, { items: [], open: computed(x, at) });
  return computed(x, at);
}

function replaced({ I, o, n, args, x, at }: ListCall): Value {
  const changed = spliced(o, args, x, at);
  if (n === "toSpliced") return changed === null ? computed(x, at) : list(changed.kept, at);
  I.journal.write(
    o,
    changed === null ? { items: [], open: computed(x, at) } : { items: changed.kept, open: null },
  );
  return changed === null ? computed(x, at) : list(changed.removed, at);
}

function ordered({ I, o, n, args, x, at }: ListCall): Value {
  const items = sorted(I, o, args.values[0], x, at);
  const contents = items === null ? { items: [], open: computed(x, at) } : { items, open: null };
  if (n === "toSorted") return list(contents.items, at, contents.open);
  I.journal.write(o, contents);
  return o;
}

function turned({ I, o, n, at }: ListCall): Value {
  const { items, open } = o.contents;
  const reversed = [...items].reverse();
  if (n === "toReversed") return list(reversed, at, open);
  I.journal.write(o, { items: reversed, open });
  return o;
}

function sliced({ o: { contents }, args, x, at }: ListCall): Value {
  const { items, open } = contents;
  const from = args.values[0] ?? lit(0);
  const to = args.values[1] ?? UNDEFINED;
  if (from.kind !== "literal") return computed(x, at);
  const ends = to.kind === "literal" && (to.value === undefined || typeof to.value === "number") ? to : null;
  if (isPlain(contents) && typeof from.value === "number" && ends !== null)
    return list(items.slice(from.value, ends.value as number | undefined), at);
  const isAll = args.values.length <= 1 && (from.value === 0 || from.value === undefined);
  return isAll ? list(items, at, open) : computed(x, at);
}

function listed({ o: { contents }, n, at }: ListCall): Value {
  const position = positions(contents, at);
  const items = contents.items.map((item, i): Item => {
    if (n === "values") return item;
    return { ...item, value: n === "keys" ? position(i) : pair(position(i), item.value, at) };
  });
  return list(items, at, contents.open);
}

/** What `splice` leaves and takes away; null when that cannot be told. */
function spliced(
  { contents: c }: List,
  { values, open }: Args,
  x: Expr & { kind: "call" },
  at: At,
): { kept: Item[]; removed: Item[] } | null {
  const [start, count = lit(Number.POSITIVE_INFINITY), ...added] = values;
  if (open || c.open !== null || start?.kind !== "literal" || count.kind !== "literal") return null;
  if (typeof start.value !== "number" || typeof count.value !== "number") return null;
  const { items } = c;
  const from =
    start.value < 0 ? Math.max(0, items.length + start.value) : Math.min(start.value, items.length);
  const to = values.length < 2 ? items.length : Math.min(items.length, from + Math.max(0, count.value));
  // Positions are known as far as every element is there once.
  const counted = start.value < 0 || values.length < 2 ? items : items.slice(0, to);
  if (counted.some((item) => item.card !== "one") || (start.value > items.length && !isPlain(c))) return null;
  const kept = [...items];
  const removed = kept.splice(
    from,
    to - from,
    ...added.map(
      (v, i): Item => ({ value: v, card: "one", count: null, at: at.module.at(x.args[i + 2] ?? x) }),
    ),
  );
  return { kept, removed };
}

/** The arguments of a call as elements. */
function given(args: Args, x: Expr & { kind: "call" }, at: At): ListContents {
  if (args.list !== undefined) return args.list;
  return {
    items: args.values.map((v, i) => ({
      value: v,
      card: "one",
      count: null,
      at: at.module.at(x.args[i] ?? x),
    })),
    open: args.open ? computed(x, at) : null,
  };
}

function isNothing(v: Value): boolean {
  return v.kind === "literal" && (v.value === undefined || v.value === null);
}
