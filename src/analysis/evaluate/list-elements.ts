/** Lists element by element: what functions make of them, which are kept, where they are. */
import type { Expr } from "../ir.ts";
import { callWith } from "./calls.ts";
import { inTurn, originsOf, perhaps, turnOf } from "./conditions.ts";
import type { Interpreter } from "./interpreter.ts";
import { maybe } from "./journal.ts";
import { OTHER } from "./origins.ts";
import { truth } from "./truth.ts";
import {
  type At,
  alternatives,
  computed,
  type Item,
  type List,
  type ListContents,
  list,
  lit,
  unknown,
  type Value,
} from "./values.ts";

/** The elements' places, as far as it is known how many come before each: what is not known of a list may be anywhere. */
export function positions({ items, open }: ListContents, at: At): (i: number) => Value {
  const first = items.findIndex(({ card }) => card !== "one");
  const known =
    open !== null ? 0 : first < 0 ? items.length : items[first]!.card === "many" ? first : first + 1;
  return (i) => (i < known ? lit(i) : unknown("position in a list", at));
}

/** What `f` makes of each element; it is run as often as there are elements. */
export function mapped(I: Interpreter, o: List, f: Value, x: Expr, at: At): List {
  const { items, open } = o.contents;
  const why = computed(x, at, "loop over ");
  const position = positions(o.contents, at);
  const result: Item[] = [];
  for (const [i, item] of items.entries()) {
    if (I.exhausted) return list(result, at, I.cut(at));
    const go = (): Value => callWith(I, f, [item.value, position(i), o], x, at);
    if (item.card === "one") {
      const v = inTurn(I, i, go);
      result.push({ value: v, card: "one", count: null, at: placeOf(v, at) });
      continue;
    }
    const each = item.card === "many" ? (): Value => inTurn(I, null, go) : go;
    const [changes, v] = I.journal.branch(() =>
      item.count !== null && item.count > 0 ? inTurn(I, turnOf(item.count), go) : perhaps(I, OTHER, each),
    );
    if (item.card === "maybe") I.journal.merge(changes, new Map(), computed(x, at, "depends on "));
    else I.journal.repeat(changes, item.count, why);
    result.push({ value: v, card: item.card, count: item.count, at: placeOf(v, at) });
  }
  if (open !== null) {
    const [changes, v] = I.journal.branch(() =>
      perhaps(I, originsOf(open), () => inTurn(I, null, () => callWith(I, f, [open, open, o], x, at))),
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
      } else if (v.kind === "unknown" || v.kind === "symbol") more ??= computed(x, at);
      else result.push({ ...item, value: v, card: every });
    }
  }
  return list(result, at, more);
}

function both(item: Item, inner: Item): number | null {
  return item.value.kind === "list" && inner.card === "one" ? item.count : null;
}

export function filtered(I: Interpreter, o: List, f: Value, x: Expr, at: At): List {
  const { items, open } = o.contents;
  const boolean = f.kind === "external" && f.pkg === "" && f.path[0] === "Boolean";
  const position = positions(o.contents, at);
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

/** Where a value is written, for the places of list elements that a function makes. */
function placeOf(v: Value, at: At): At {
  return v.kind === "record" ? v.at : at;
}

/** A list of two: an entry of a Map, or of an object. */
export function pair(a: Value, b: Value, at: At): Value {
  return list(
    [a, b].map((v) => ({ value: v, card: "one" as const, count: null, at })),
    at,
  );
}
