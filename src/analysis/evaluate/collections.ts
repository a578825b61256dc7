/** `Map` and `Set`: what is in them, as far as the program says. */
import type { Expr } from "../ir.ts";
import { callWith } from "./calls.ts";
import { perhaps } from "./conditions.ts";
import type { Interpreter } from "./interpreter.ts";
import { pair } from "./list-elements.ts";
import { LOOKED_UP, oneOfThem } from "./objects.ts";
import { OTHER } from "./origins.ts";
import { same } from "./truth.ts";
import {
  type Args,
  type At,
  type Coll,
  computed,
  type Item,
  isLit,
  isPlain,
  iterated,
  type ListContents,
  list,
  lit,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** `new Map(entries)` and `new Set(elements)`; null when what they are made from is not known. */
export function newCollection(I: Interpreter, kind: Coll["collection"], args: Args, at: At): Coll | null {
  const from = args.values[0];
  const made: Coll = { kind: "collection", collection: kind, contents: { items: [], open: null }, at };
  if (args.open) return null;
  if (from === undefined || (from.kind === "literal" && (from.value === undefined || from.value === null)))
    return made;
  // It has what that has, and what is put into it.
  if (from.kind === "symbol" && from.root === "field")
    return { ...made, contents: { items: [], open: unknown("it is a copy of a field", at) } };
  const contents = iterated(from);
  if (contents === null) return null;
  for (const item of contents.items) {
    if (I.exhausted) return null;
    if (kind === "map" && (item.value.kind !== "list" || item.value.contents.items.length < 2)) return null;
    put(I, made, item);
  }
  if (contents.open !== null) I.journal.write(made, { items: made.contents.items, open: contents.open });
  return made;
}

/** The key of an element: of a map's pair the first. */
function keyIn(kind: Coll["collection"], v: Value): Value {
  return kind === "set" ? v : v.kind === "list" ? (v.contents.items[0]?.value ?? UNDEFINED) : v;
}

/** What of a map may be under a key; anything else as it is. */
export function underKey(v: Value, key: Value): Value {
  if (v.kind !== "collection" || v.collection !== "map") return v;
  const { items, open } = v.contents;
  const there = items.filter((item) => sameKey(key, keyIn("map", item.value)) !== false);
  return { ...v, contents: { items: there, open } };
}

/** The value of a map's pair; a set's element itself. */
function valueIn(kind: Coll["collection"], v: Value): Value {
  return kind === "set" ? v : v.kind === "list" ? (v.contents.items[1]?.value ?? UNDEFINED) : v;
}

/** Adds an element, in the place of one with the same key. */
function put(I: Interpreter, o: Coll, item: Item): void {
  if (!I.charge(o.contents.items.length)) return;
  const key = keyIn(o.collection, item.value);
  const items: Item[] = [];
  let placed = false;
  let replaces = item;
  for (const known of o.contents.items) {
    const equal = sameKey(key, keyIn(o.collection, known.value));
    if (equal === false || known.card === "many") items.push(known);
    else if (equal === true) {
      // A set keeps the one it has; what may be there is there now if the new one is.
      replaces = known.card === "one" ? { ...item, card: "one" } : item;
      if (item.card === "one" || known.card !== "one") items.push(replaces);
      else items.push(o.collection === "set" ? known : { ...known, value: unknownPair(known, item) });
      placed = true;
    } else items.push(known.card === "one" && item.card === "one" ? { ...known, card: "maybe" } : known);
  }
  if (!placed) items.push(item);
  I.journal.write(o, { items, open: o.contents.open });
}

function unknownPair(known: Item, item: Item): Value {
  return pair(keyIn("map", known.value), unknown("it is replaced on a condition", item.at), item.at);
}

/** Equal for certain, different for certain, or null. */
function sameKey(a: Value, b: Value): boolean | null {
  const equal = same(a, b);
  if (equal !== null) return equal;
  const kinds = new Set(["class", "function", "list", "record", "instance", "collection"]);
  // Things with an identity of their own.
  return kinds.has(a.kind) && kinds.has(b.kind) && a.kind !== "class" ? false : null;
}

/** What one may find in a map, by whatever key it is looked up. */
function candidates(o: Coll): Value[] {
  const found: Value[] = [];
  for (const { value: v } of o.contents.items) {
    if (v.kind !== "list") continue;
    const [, value] = v.contents.items;
    if (value !== undefined && LOOKED_UP.has(value.value.kind)) found.push(value.value);
  }
  return found;
}

export function collectionMethod(
  I: Interpreter,
  o: Coll,
  n: string,
  args: Args,
  x: Expr & { kind: "call" },
  at: At,
): Value | null {
  const [a = UNDEFINED, b = UNDEFINED] = args.values;
  const { items, open } = o.contents;
  if (!I.charge(items.length)) return I.cut(at);
  switch (n) {
    case "set":
    case "add": {
      if (args.open) I.journal.write(o, { items, open: open ?? computed(x, at) });
      else
        put(I, o, {
          value: n === "set" ? pair(a, b, at) : a,
          card: "one",
          count: null,
          at: at.module.at(x.args[0] ?? x),
        });
      return o;
    }
    case "get":
    case "has": {
      const found = find(o, a);
      if (found === null) {
        for (const item of items) I.hooks.compared?.(a, keyIn(o.collection, item.value));
        const values = n === "get" && o.collection === "map" ? candidates(o) : [];
        return values.length > 0 ? oneOfThem(values, computed(x, at)) : computed(x, at);
      }
      if (found !== undefined && a.kind === "literal") I.hooks.named?.(a.value);
      return n === "has"
        ? lit(found !== undefined)
        : found === undefined
          ? UNDEFINED
          : valueIn(o.collection, found.value);
    }
    case "delete": {
      const kept: Item[] = [];
      for (const item of items) {
        const equal = sameKey(a, keyIn(o.collection, item.value));
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
        items.map((item) => ({ ...item, value: part(o, n, item, at) })),
        at,
        open,
      );
    case "forEach": {
      const over = list(items, at, open);
      forEachEntry(I, o, over.contents, a, x, at);
      return UNDEFINED;
    }
    default:
      return null;
  }
}

function part(o: Coll, n: string, item: Item, at: At): Value {
  if (n === "entries") return o.collection === "map" ? item.value : pair(item.value, item.value, at);
  return n === "keys" ? keyIn(o.collection, item.value) : valueIn(o.collection, item.value);
}

function forEachEntry(I: Interpreter, o: Coll, over: ListContents, f: Value, x: Expr, at: At): void {
  const why = computed(x, at, "loop over ");
  for (const item of over.items) {
    const go = (): Value =>
      callWith(I, f, [valueIn(o.collection, item.value), keyIn(o.collection, item.value), o], x, at);
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
  let maybe = o.contents.open !== null;
  for (const item of o.contents.items) {
    const equal = sameKey(key, keyIn(o.collection, item.value));
    if (equal === true && item.card === "one") return item;
    if (equal !== false) maybe = true;
  }
  return maybe ? null : undefined;
}

/** `.size`. */
export function sizeOf(o: Coll, at: At): Value {
  return isPlain(o.contents) ? lit(o.contents.items.length) : unknown("how many there are is not known", at);
}

/** `Object.fromEntries(pairs)`: the properties, null when a name is not known. */
export function pairsOf(v: Value): { key: string; item: Item; value: Value }[] | null {
  const contents = iterated(v);
  if (contents === null || contents.open !== null) return null;
  const found: { key: string; item: Item; value: Value }[] = [];
  for (const item of contents.items) {
    const key = item.value.kind === "list" ? item.value.contents.items[0]?.value : undefined;
    const value = item.value.kind === "list" ? item.value.contents.items[1]?.value : undefined;
    if (item.card === "many" || key?.kind !== "literal" || value === undefined || isLit(key, undefined))
      return null;
    found.push({ key: String(key.value), item, value: value });
  }
  return found;
}
