/** Methods of lists. */
import type { Expr } from "../ir.ts";
import { setProperty } from "./assign.ts";
import { type Args, callWith } from "./calls.ts";
import { OTHER, originsOf, perhaps } from "./conditions.ts";
import type { Interpreter } from "./interpreter.ts";
import { maybe } from "./journal.ts";
import { property } from "./objects.ts";
import { concatenate } from "./operators.ts";
import { reduce, search, sorted } from "./search.ts";
import {
  type At,
  alternatives,
  computed,
  type Item,
  isPlain,
  type List,
  type ListContents,
  list,
  lit,
  truth,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

export function listMethod(
  I: Interpreter,
  o: List,
  n: string,
  args: Args,
  x: Expr & { kind: "call" },
  at: At,
): Value | null {
  const f = args.values[0] ?? UNDEFINED;
  const { items, open } = o.contents;
  if (n !== "length" && n !== "at" && !I.charge(items.length)) return I.cut(at);
  switch (n) {
    case "push":
    case "unshift": {
      const added = given(args, x, at);
      I.journal.write(o, {
        items: n === "push" ? [...items, ...added.items] : [...added.items, ...items],
        open: open ?? added.open,
      });
      return unknown("the length of a list", at);
    }
    case "map":
      return mapped(I, o, f, x, at);
    case "flatMap":
      return flattened(I, mapped(I, o, f, x, at), x, at);
    case "flat":
      return f.kind === "literal" && (f.value === undefined || f.value === 1)
        ? flattened(I, o, x, at)
        : computed(x, at);
    case "forEach":
      mapped(I, o, f, x, at);
      return UNDEFINED;
    case "filter":
      return filtered(I, o, f, x, at);
    case "concat": {
      const added = flattened(I, list(given(args, x, at).items, at, given(args, x, at).open), x, at);
      return list([...items, ...added.contents.items], at, open ?? added.contents.open);
    }
    case "slice": {
      const from = args.values[0] ?? lit(0);
      const to = args.values[1] ?? UNDEFINED;
      if (
        isPlain(o.contents) &&
        from.kind === "literal" &&
        typeof from.value === "number" &&
        to.kind === "literal" &&
        (to.value === undefined || typeof to.value === "number")
      ) {
        return list(items.slice(from.value, to.value), at);
      }
      return from.kind === "literal" &&
        args.values.length <= 1 &&
        (from.value === 0 || from.value === undefined)
        ? list(items, at, open)
        : computed(x, at);
    }
    case "reverse":
    case "toReversed": {
      const reversed = [...items].reverse();
      if (n === "toReversed") return list(reversed, at, open);
      I.journal.write(o, { items: reversed, open });
      return o;
    }
    case "join": {
      const by = args.values[0] ?? lit(",");
      if (!isPlain(o.contents) || items.length > 100) return computed(x, at);
      return concatenate(
        items.flatMap((item, i) => [...(i === 0 ? [] : [by]), isNothing(item.value) ? lit("") : item.value]),
        x,
        at,
      );
    }
    case "keys":
    case "entries":
    case "values": {
      const position = positions(items, at);
      return list(
        items.map((item, i) => {
          const key = n === "values" ? UNDEFINED : position(i);
          return {
            ...item,
            value: n === "values" ? item.value : n === "keys" ? key : pair(key, item.value, at),
          };
        }),
        at,
        open,
      );
    }
    case "at": {
      if (f.kind !== "literal" || typeof f.value !== "number") return computed(x, at);
      if (f.value >= 0) return property(I, o, String(f.value), at, x);
      const tail = items.slice(f.value);
      if (open !== null || tail.some((item) => item.card !== "one")) return computed(x, at);
      return tail.length === -f.value ? tail[0]!.value : UNDEFINED;
    }
    case "fill":
      if (open === null) {
        I.journal.write(o, { items: items.map((item) => ({ ...item, value: f })), open: null });
        return o;
      }
      break;
    case "some":
    case "every":
    case "find":
    case "findLast":
    case "includes":
    case "indexOf":
    case "lastIndexOf":
    case "findIndex":
    case "findLastIndex":
      return search(I, o, n, args, x, at);
    case "reduce":
    case "reduceRight":
      return reduce(I, o, n, args, x, at);
    case "sort":
    case "toSorted": {
      const items = sorted(I, o, args.values[0], x, at);
      const contents = items === null ? { items: [], open: computed(x, at) } : { items, open: null };
      if (n === "toSorted") return list(contents.items, at, contents.open);
      I.journal.write(o, contents);
      return o;
    }
    case "with": {
      const copy = list(items, at, open);
      if (f.kind !== "literal") return computed(x, at);
      setProperty(I, copy, String(f.value), args.values[1] ?? UNDEFINED, at);
      return copy;
    }
    case "splice":
    case "toSpliced": {
      const changed = spliced(o, args, x, at);
      if (n === "toSpliced") return changed === null ? computed(x, at) : list(changed.kept, at);
      I.journal.write(
        o,
        changed === null ? { items: [], open: computed(x, at) } : { items: changed.kept, open: null },
      );
      return changed === null ? computed(x, at) : list(changed.removed, at);
    }
    case "pop":
    case "shift": {
      const end = n === "pop" ? items.at(-1) : items[0];
      if (isPlain(o.contents) || (open === null && end?.card === "one")) {
        I.journal.write(o, { items: n === "pop" ? items.slice(0, -1) : items.slice(1), open: null });
        return end?.value ?? UNDEFINED;
      }
      I.journal.write(o, { items: [], open: computed(x, at) });
      return computed(x, at);
    }
    case "copyWithin":
      I.journal.write(o, { items: [], open: computed(x, at) });
      return computed(x, at);
    case "length":
      return null;
  }
  return computed(x, at);
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

/** The elements' places, as far as it is known how many come before each. */
function positions(items: readonly Item[], at: At): (i: number) => Value {
  const first = items.findIndex(({ card }) => card !== "one");
  const known = first < 0 ? items.length : items[first]!.card === "many" ? first : first + 1;
  return (i) => (i < known ? lit(i) : unknown("position in a list", at));
}

/** What `f` makes of each element; it is run as often as there are elements. */
function mapped(I: Interpreter, o: List, f: Value, x: Expr, at: At): List {
  const { items, open } = o.contents;
  const why = computed(x, at, "loop over ");
  const position = positions(items, at);
  const result: Item[] = [];
  for (const [i, item] of items.entries()) {
    if (I.exhausted) return list(result, at, I.cut(at));
    const go = (): Value => callWith(I, f, [item.value, position(i), o], x, at);
    if (item.card === "one") {
      const v = go();
      result.push({ value: v, card: "one", count: null, at: placeOf(v, at) });
      continue;
    }
    const [changes, v] = I.journal.branch(() =>
      item.count !== null && item.count > 0 ? go() : perhaps(I, OTHER, go),
    );
    if (item.card === "maybe") I.journal.merge(changes, new Map(), computed(x, at, "depends on "));
    else I.journal.repeat(changes, item.count, why);
    result.push({ value: v, card: item.card, count: item.count, at: placeOf(v, at) });
  }
  if (open !== null) {
    const [changes, v] = I.journal.branch(() =>
      perhaps(I, originsOf(open), () => callWith(I, f, [open, open, o], x, at)),
    );
    I.journal.repeat(changes, null, why);
    result.push({ value: v, card: "many", count: null, at: placeOf(v, at) });
  }
  return list(result, at);
}

/** A list whose elements that are lists are replaced by what is in them. */
export function flattened(I: Interpreter, o: List, x: Expr, at: At): List {
  const result: Item[] = [];
  let more = o.contents.open;
  for (const item of o.contents.items) {
    if (item.value.kind === "list" && !I.charge(item.value.contents.items.length))
      return list(result, at, I.cut(at));
    const kept = alternatives(item.value);
    const every = kept.length === 1 ? item.card : item.card === "many" ? "many" : "maybe";
    for (const v of kept) {
      if (v.kind === "list") {
        more ??= v.contents.open;
        for (const inner of v.contents.items) {
          if (every === "one") result.push(inner);
          else
            result.push(
              every === "maybe" ? maybe(inner) : { ...inner, card: "many", count: both(item, inner) },
            );
        }
      } else if (v.kind === "unknown" || v.kind === "symbol" || v.kind === "term") more ??= computed(x, at);
      else result.push({ ...item, value: v, card: every });
    }
  }
  return list(result, at, more);
}

function both(item: Item, inner: Item): number | null {
  return item.value.kind === "list" && inner.card === "one" ? item.count : null;
}

function filtered(I: Interpreter, o: List, f: Value, x: Expr, at: At): List {
  const { items, open } = o.contents;
  const boolean = f.kind === "external" && f.pkg === "" && f.path[0] === "Boolean";
  const position = positions(items, at);
  const result: Item[] = [];
  for (const [i, item] of items.entries()) {
    if (I.exhausted) return list(result, at, I.cut(at));
    for (const v of alternatives(item.value)) {
      const kept = boolean ? truth(v) : truth(callWith(I, f, [v, position(i), o], x, at));
      if (kept === false) continue;
      const one = { ...item, value: v };
      result.push(kept === null || item.value.kind === "choice" ? maybe(one) : one);
    }
  }
  return list(result, at, open);
}

function isNothing(v: Value): boolean {
  return v.kind === "literal" && (v.value === undefined || v.value === null);
}

/** Where a value is written, for the places of list elements that a function makes. */
function placeOf(v: Value, at: At): At {
  return v.kind === "record" ? v.at : at;
}

export function pair(a: Value, b: Value, at: At): Value {
  return list(
    [a, b].map((v) => ({ value: v, card: "one" as const, count: null, at })),
    at,
  );
}
