/** `Map` and `Set`: what is in them, as far as the program says. */
import type { Expr } from "../ir.ts";
import { type Args, callWith } from "./calls.ts";
import { OTHER, perhaps } from "./conditions.ts";
import type { Interpreter } from "./interpreter.ts";
import { pair } from "./lists.ts";
import { oneOfFunctions } from "./objects.ts";
import {
  type At,
  type Coll,
  computed,
  type Fn,
  type Item,
  isLit,
  isPlain,
  iterated,
  type ListContents,
  list,
  lit,
  same,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** `new Map(entries)` and `new Set(elements)`; null when what they are made from is not known. */
export function newCollection(I: Interpreter, kind: Coll["kind"], args: Args, at: At): Coll | null {
  const from = args.values[0];
  const made: Coll = { k: "coll", kind, c: { items: [], open: null }, at };
  if (args.open) return null;
  if (from === undefined || (from.k === "lit" && (from.v === undefined || from.v === null))) return made;
  const contents = iterated(from);
  if (contents === null) return null;
  for (const item of contents.items) {
    if (I.exhausted) return null;
    if (kind === "map" && (item.v.k !== "list" || item.v.c.items.length < 2)) return null;
    put(I, made, item);
  }
  if (contents.open !== null) I.journal.write(made, { items: made.c.items, open: contents.open });
  return made;
}

/** The key of an element: of a map's pair the first. */
function keyIn(kind: Coll["kind"], v: Value): Value {
  return kind === "set" ? v : v.k === "list" ? (v.c.items[0]?.v ?? UNDEFINED) : v;
}

/** The value of a map's pair; a set's element itself. */
function valueIn(kind: Coll["kind"], v: Value): Value {
  return kind === "set" ? v : v.k === "list" ? (v.c.items[1]?.v ?? UNDEFINED) : v;
}

/** Adds an element, in the place of one with the same key. */
function put(I: Interpreter, o: Coll, item: Item): void {
  if (!I.charge(o.c.items.length)) return;
  const key = keyIn(o.kind, item.v);
  const items: Item[] = [];
  let placed = false;
  let replaces = item;
  for (const known of o.c.items) {
    const equal = sameKey(key, keyIn(o.kind, known.v));
    if (equal === false || known.card === "many") items.push(known);
    else if (equal === true) {
      // A set keeps the one it has; what may be there is there now if the new one is.
      replaces = known.card === "one" ? { ...item, card: "one" } : item;
      if (item.card === "one" || known.card !== "one") items.push(replaces);
      else items.push(o.kind === "set" ? known : { ...known, v: unknownPair(known, item) });
      placed = true;
    } else items.push(known.card === "one" && item.card === "one" ? { ...known, card: "maybe" } : known);
  }
  if (!placed) items.push(item);
  I.journal.write(o, { items, open: o.c.open });
}

function unknownPair(known: Item, item: Item): Value {
  return pair(keyIn("map", known.v), unknown("it is replaced on a condition", item.at), item.at);
}

/** Equal for certain, different for certain, or null. */
function sameKey(a: Value, b: Value): boolean | null {
  const equal = same(a, b);
  if (equal !== null) return equal;
  const kinds = new Set(["cls", "fn", "list", "rec", "inst", "coll"]);
  // Things with an identity of their own.
  return kinds.has(a.k) && kinds.has(b.k) && a.k !== "cls" ? false : null;
}

/** The functions in a map, by whatever key one is looked up. */
function handlers(o: Coll): Fn[] {
  const found: Fn[] = [];
  for (const { v } of o.c.items) {
    if (v.k !== "list") continue;
    const [, value] = v.c.items;
    if (value?.v.k === "fn") found.push(value.v);
  }
  return found;
}

export function collectionMethod(
  I: Interpreter,
  o: Coll,
  n: string,
  args: Args,
  x: Expr & { k: "call" },
  at: At,
): Value | null {
  const [a = UNDEFINED, b = UNDEFINED] = args.values;
  const { items, open } = o.c;
  if (!I.charge(items.length)) return I.cut(at);
  switch (n) {
    case "set":
    case "add": {
      if (args.open) I.journal.write(o, { items, open: open ?? computed(x, at) });
      else
        put(I, o, {
          v: n === "set" ? pair(a, b, at) : a,
          card: "one",
          count: null,
          at: at.m.at(x.a[0] ?? x),
        });
      return o;
    }
    case "get":
    case "has": {
      const found = find(o, a);
      if (found === null) {
        const functions = n === "get" && o.kind === "map" ? handlers(o) : [];
        return functions.length > 0 ? oneOfFunctions(functions, computed(x, at)) : computed(x, at);
      }
      return n === "has"
        ? lit(found !== undefined)
        : found === undefined
          ? UNDEFINED
          : valueIn(o.kind, found.v);
    }
    case "delete": {
      const kept: Item[] = [];
      for (const item of items) {
        const equal = sameKey(a, keyIn(o.kind, item.v));
        if (equal === true && item.card !== "many") continue;
        kept.push(equal === false || item.card !== "one" ? item : { ...item, card: "maybe" });
      }
      I.journal.write(o, { items: kept, open });
      return computed(x, at);
    }
    case "clear":
      I.journal.write(o, { items: [], open: null });
      return UNDEFINED;
    case "keys":
    case "values":
    case "entries":
      return list(
        items.map((item) => ({ ...item, v: part(o, n, item, at) })),
        at,
        open,
      );
    case "forEach": {
      const over = list(items, at, open);
      forEachEntry(I, o, over.c, a, x, at);
      return UNDEFINED;
    }
    default:
      return null;
  }
}

function part(o: Coll, n: string, item: Item, at: At): Value {
  if (n === "entries") return o.kind === "map" ? item.v : pair(item.v, item.v, at);
  return n === "keys" ? keyIn(o.kind, item.v) : valueIn(o.kind, item.v);
}

function forEachEntry(I: Interpreter, o: Coll, over: ListContents, f: Value, x: Expr, at: At): void {
  const why = computed(x, at, "loop over ");
  for (const item of over.items) {
    const go = (): Value => callWith(I, f, [valueIn(o.kind, item.v), keyIn(o.kind, item.v), o], x, at);
    if (item.card === "one") {
      go();
      continue;
    }
    const [changes] = I.journal.branch(() => perhaps(I, OTHER, go));
    if (item.card === "maybe") I.journal.merge(changes, new Map(), why);
    else I.journal.repeat(changes, item.count, why);
  }
  if (over.open === null) return;
  const { open } = over;
  const go = (): Value => perhaps(I, OTHER, () => callWith(I, f, [open, open, o], x, at));
  I.journal.repeat(I.journal.branch(go)[0], null, why);
}

/** The element with this key; undefined when there is none for certain, null when that is not known. */
function find(o: Coll, key: Value): Item | undefined | null {
  let maybe = o.c.open !== null;
  for (const item of o.c.items) {
    const equal = sameKey(key, keyIn(o.kind, item.v));
    if (equal === true && item.card === "one") return item;
    if (equal !== false) maybe = true;
  }
  return maybe ? null : undefined;
}

/** `.size`. */
export function sizeOf(o: Coll, at: At): Value {
  return isPlain(o.c) ? lit(o.c.items.length) : unknown("how many there are is not known", at);
}

/** `Object.fromEntries(pairs)`: the properties, null when a name is not known. */
export function pairsOf(v: Value): { key: string; item: Item; v: Value }[] | null {
  const contents = iterated(v);
  if (contents === null || contents.open !== null) return null;
  const found: { key: string; item: Item; v: Value }[] = [];
  for (const item of contents.items) {
    const key = item.v.k === "list" ? item.v.c.items[0]?.v : undefined;
    const value = item.v.k === "list" ? item.v.c.items[1]?.v : undefined;
    if (item.card === "many" || key?.k !== "lit" || value === undefined || isLit(key, undefined)) return null;
    found.push({ key: String(key.v), item, v: value });
  }
  return found;
}
