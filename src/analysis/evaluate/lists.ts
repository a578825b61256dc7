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
  x: Expr & { k: "call" },
  at: At,
): Value | null {
  const f = args.values[0] ?? UNDEFINED;
  const { items, open } = o.c;
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
      return f.k === "lit" && (f.v === undefined || f.v === 1) ? flattened(I, o, x, at) : computed(x, at);
    case "forEach":
      mapped(I, o, f, x, at);
      return UNDEFINED;
    case "filter":
      return filtered(I, o, f, x, at);
    case "concat": {
      const added = flattened(I, list(given(args, x, at).items, at, given(args, x, at).open), x, at);
      return list([...items, ...added.c.items], at, open ?? added.c.open);
    }
    case "slice": {
      const from = args.values[0] ?? lit(0);
      const to = args.values[1] ?? UNDEFINED;
      if (
        isPlain(o.c) &&
        from.k === "lit" &&
        typeof from.v === "number" &&
        to.k === "lit" &&
        (to.v === undefined || typeof to.v === "number")
      ) {
        return list(items.slice(from.v, to.v), at);
      }
      return from.k === "lit" && args.values.length <= 1 && (from.v === 0 || from.v === undefined)
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
      if (!isPlain(o.c) || items.length > 100) return computed(x, at);
      return concatenate(
        items.flatMap((item, i) => [...(i === 0 ? [] : [by]), isNothing(item.v) ? lit("") : item.v]),
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
          return { ...item, v: n === "values" ? item.v : n === "keys" ? key : pair(key, item.v, at) };
        }),
        at,
        open,
      );
    }
    case "at": {
      if (f.k !== "lit" || typeof f.v !== "number") return computed(x, at);
      if (f.v >= 0) return property(I, o, String(f.v), at, x);
      const tail = items.slice(f.v);
      if (open !== null || tail.some((item) => item.card !== "one")) return computed(x, at);
      return tail.length === -f.v ? tail[0]!.v : UNDEFINED;
    }
    case "fill":
      if (open === null) {
        I.journal.write(o, { items: items.map((item) => ({ ...item, v: f })), open: null });
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
      if (f.k !== "lit") return computed(x, at);
      setProperty(I, copy, String(f.v), args.values[1] ?? UNDEFINED, at);
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
      if (isPlain(o.c) || (open === null && end?.card === "one")) {
        I.journal.write(o, { items: n === "pop" ? items.slice(0, -1) : items.slice(1), open: null });
        return end?.v ?? UNDEFINED;
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
  { c }: List,
  { values, open }: Args,
  x: Expr & { k: "call" },
  at: At,
): { kept: Item[]; removed: Item[] } | null {
  const [start, count = lit(Number.POSITIVE_INFINITY), ...added] = values;
  if (open || c.open !== null || start?.k !== "lit" || count.k !== "lit") return null;
  if (typeof start.v !== "number" || typeof count.v !== "number") return null;
  const { items } = c;
  const from = start.v < 0 ? Math.max(0, items.length + start.v) : Math.min(start.v, items.length);
  const to = values.length < 2 ? items.length : Math.min(items.length, from + Math.max(0, count.v));
  // Positions are known as far as every element is there once.
  const counted = start.v < 0 || values.length < 2 ? items : items.slice(0, to);
  if (counted.some((item) => item.card !== "one") || (start.v > items.length && !isPlain(c))) return null;
  const kept = [...items];
  const removed = kept.splice(
    from,
    to - from,
    ...added.map((v, i): Item => ({ v, card: "one", count: null, at: at.m.at(x.a[i + 2] ?? x) })),
  );
  return { kept, removed };
}

/** The arguments of a call as elements. */
function given(args: Args, x: Expr & { k: "call" }, at: At): ListContents {
  if (args.list !== undefined) return args.list;
  return {
    items: args.values.map((v, i) => ({ v, card: "one", count: null, at: at.m.at(x.a[i] ?? x) })),
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
  const { items, open } = o.c;
  const why = computed(x, at, "loop over ");
  const position = positions(items, at);
  const result: Item[] = [];
  for (const [i, item] of items.entries()) {
    if (I.exhausted) return list(result, at, I.cut(at));
    const go = (): Value => callWith(I, f, [item.v, position(i), o], x, at);
    if (item.card === "one") {
      const v = go();
      result.push({ v, card: "one", count: null, at: placeOf(v, at) });
      continue;
    }
    const [changes, v] = I.journal.branch(() =>
      item.count !== null && item.count > 0 ? go() : perhaps(I, OTHER, go),
    );
    if (item.card === "maybe") I.journal.merge(changes, new Map(), computed(x, at, "depends on "));
    else I.journal.repeat(changes, item.count, why);
    result.push({ v, card: item.card, count: item.count, at: placeOf(v, at) });
  }
  if (open !== null) {
    const [changes, v] = I.journal.branch(() =>
      perhaps(I, originsOf(open), () => callWith(I, f, [open, open, o], x, at)),
    );
    I.journal.repeat(changes, null, why);
    result.push({ v, card: "many", count: null, at: placeOf(v, at) });
  }
  return list(result, at);
}

/** A list whose elements that are lists are replaced by what is in them. */
export function flattened(I: Interpreter, o: List, x: Expr, at: At): List {
  const result: Item[] = [];
  let more = o.c.open;
  for (const item of o.c.items) {
    if (item.v.k === "list" && !I.charge(item.v.c.items.length)) return list(result, at, I.cut(at));
    const kept = alternatives(item.v);
    const every = kept.length === 1 ? item.card : item.card === "many" ? "many" : "maybe";
    for (const v of kept) {
      if (v.k === "list") {
        more ??= v.c.open;
        for (const inner of v.c.items) {
          if (every === "one") result.push(inner);
          else
            result.push(
              every === "maybe" ? maybe(inner) : { ...inner, card: "many", count: both(item, inner) },
            );
        }
      } else if (v.k === "unknown" || v.k === "sym" || v.k === "term") more ??= computed(x, at);
      else result.push({ ...item, v, card: every });
    }
  }
  return list(result, at, more);
}

function both(item: Item, inner: Item): number | null {
  return item.v.k === "list" && inner.card === "one" ? item.count : null;
}

function filtered(I: Interpreter, o: List, f: Value, x: Expr, at: At): List {
  const { items, open } = o.c;
  const boolean = f.k === "ext" && f.pkg === "" && f.path[0] === "Boolean";
  const position = positions(items, at);
  const result: Item[] = [];
  for (const [i, item] of items.entries()) {
    if (I.exhausted) return list(result, at, I.cut(at));
    for (const v of alternatives(item.v)) {
      const kept = boolean ? truth(v) : truth(callWith(I, f, [v, position(i), o], x, at));
      if (kept === false) continue;
      const one = { ...item, v };
      result.push(kept === null || item.v.k === "choice" ? maybe(one) : one);
    }
  }
  return list(result, at, open);
}

function isNothing(v: Value): boolean {
  return v.k === "lit" && (v.v === undefined || v.v === null);
}

/** Where a value is written, for the places of list elements that a function makes. */
function placeOf(v: Value, at: At): At {
  return v.k === "rec" ? v.at : at;
}

export function pair(a: Value, b: Value, at: At): Value {
  return list(
    [a, b].map((v) => ({ v, card: "one" as const, count: null, at })),
    at,
  );
}
