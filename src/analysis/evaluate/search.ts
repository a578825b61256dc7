/** What lists are asked for: an element, its place, whether there is one; and what is put together from all of them. */
import type { Expr } from "../ir.ts";
import { callWith } from "./calls.ts";
import { derived } from "./conditions.ts";
import type { Interpreter } from "./interpreter.ts";
import { oneOfThem } from "./objects.ts";
import { same, truth } from "./truth.ts";
import { runDetached } from "./unread-calls.ts";
import {
  type Args,
  type At,
  computed,
  type Item,
  isPlain,
  type List,
  list,
  lit,
  UNDEFINED,
  type Value,
} from "./values.ts";

const FROM_THE_END = new Set(["findLast", "findLastIndex", "lastIndexOf"]);

/** What is worth knowing of an element though it is not known which one is found. */
const TAKEN_APART: ReadonlySet<Value["kind"]> = new Set(["function", "class", "record", "list", "term"]);

/** `find`, `some`, `every`, `includes`, `indexOf` and the like. */
export function search(I: Interpreter, o: List, n: string, args: Args, x: Expr, at: At): Value {
  const f = args.values[0] ?? UNDEFINED;
  const { items, open } = o.contents;
  const byValue = n === "includes" || n === "indexOf" || n === "lastIndexOf";
  if (!byValue && f.kind !== "function" && f.kind !== "external") return computed(x, at);
  const isFirst = n !== "some" && n !== "every" && n !== "includes";
  if (items.some((item) => item.card === "many") || (open !== null && isFirst)) {
    if (f.kind === "function") runDetached(I, f);
    return computed(x, at);
  }
  const isElement = n === "find" || n === "findLast";
  const candidates: Value[] = [];
  const why: Value[] = [];
  const order = items.map((_, i) => i);
  if (FROM_THE_END.has(n)) order.reverse();
  const wanted = n !== "every";
  let sure = true;
  for (const i of order) {
    if (I.exhausted) return I.cut(at);
    const item = items[i]!;
    const tested = byValue ? null : callWith(I, f, [item.value, lit(i), o], x, at);
    const holds =
      tested !== null
        ? truth(tested)
        : n === "includes" && isNaNs(item.value, f)
          ? true
          : same(item.value, f);
    if (holds !== null && holds !== wanted) continue;
    if (holds === null || item.card !== "one") {
      sure = false;
      if (isElement) {
        candidates.push(item.value);
        if (tested !== null) why.push(tested);
      } else if (n !== "some" && n !== "every" && n !== "includes") return computed(x, at);
      continue;
    }
    // Or one of those before.
    if (candidates.length > 0) {
      candidates.push(item.value);
      break;
    }
    switch (n) {
      case "some":
      case "includes":
        return lit(true);
      case "every":
        return lit(false);
      case "find":
      case "findLast":
        return item.value;
      default:
        return items.slice(0, i).every((before) => before.card === "one") ? lit(i) : computed(x, at);
    }
  }
  if (open !== null && f.kind === "function") runDetached(I, f);
  // A table of handlers, say.
  if (candidates.some((one) => TAKEN_APART.has(one.kind)))
    return oneOfThem(candidates, derived(computed(x, at), ...why));
  if (!sure || open !== null) return computed(x, at);
  if (n === "find" || n === "findLast") return UNDEFINED;
  return n === "some" || n === "includes" ? lit(false) : n === "every" ? lit(true) : lit(-1);
}

/** What `includes` takes for the same, though nothing else does. */
const isNaNs = (a: Value, b: Value): boolean =>
  a.kind === "literal" && b.kind === "literal" && Number.isNaN(a.value) && Number.isNaN(b.value);

/** `reduce` and `reduceRight`: a list or an object that grows is followed. */
export function reduce(I: Interpreter, o: List, n: string, args: Args, x: Expr, at: At): Value {
  const [f = UNDEFINED, given] = args.values;
  const items = n === "reduceRight" ? [...o.contents.items].reverse() : o.contents.items;
  const { open } = o.contents;
  let [first, rest]: [Value | undefined, readonly Item[]] = [given, items];
  if (first === undefined) {
    if (args.open || items[0]?.card !== "one" || (open !== null && n === "reduceRight"))
      return computed(x, at);
    first = items[0].value;
    rest = items.slice(1);
  }
  let result: Value = first;
  let position = given === undefined ? 1 : 0;
  for (const item of rest) {
    if (I.exhausted) return I.cut(at);
    const step = (): Value => callWith(I, f, [result, item.value, lit(position++), o], x, at);
    if (item.card === "one") result = step();
    else {
      const next = repeated(
        I,
        result,
        step,
        item.card === "many" ? item.count : null,
        x,
        at,
        item.card === "maybe",
      );
      if (next === null) return computed(x, at);
      result = next;
    }
  }
  if (open === null) return result;
  return (
    repeated(
      I,
      result,
      () => callWith(I, f, [result, open, computed(x, at), o], x, at),
      null,
      x,
      at,
      false,
    ) ?? computed(x, at)
  );
}

/** The result after a step that is done some number of times; null when it cannot be told. */
function repeated(
  I: Interpreter,
  before: Value,
  step: () => Value,
  count: number | null,
  x: Expr,
  at: At,
  once: boolean,
): Value | null {
  const why = computed(x, at, "loop over ");
  const [changes, after] = I.journal.branch(step);
  if (after === before) {
    if (once) I.journal.merge(changes, new Map(), why);
    else I.journal.repeat(changes, count, why);
    return before;
  }
  // `[...all, one]`
  if (before.kind !== "list" || after.kind !== "list" || after.contents.open !== before.contents.open)
    return null;
  const kept = before.contents.items.length;
  if (before.contents.items.some((item, i) => item !== after.contents.items[i])) return null;
  const added = after.contents.items.slice(kept).map((item): Item => {
    if (once) return item.card === "many" ? item : { ...item, card: "maybe", count: null };
    return { ...item, card: "many", count: item.card === "one" ? count : null };
  });
  return list([...before.contents.items, ...added], at, before.contents.open);
}

/** The elements in the order that the comparison gives; null when it cannot be told. */
export function sorted(I: Interpreter, o: List, by: Value | undefined, x: Expr, at: At): Item[] | null {
  const { items } = o.contents;
  if (items.length <= 1 && o.contents.open === null) return [...items];
  if (!isPlain(o.contents) || items.length > 200) return null;
  if (by === undefined || (by.kind === "literal" && by.value === undefined)) {
    const texts = items.map((item) => (item.value.kind === "literal" ? String(item.value.value) : null));
    if (texts.includes(null)) return null;
    return items
      .map((item, i) => ({ item, text: texts[i]! }))
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
      .map(({ item }) => item);
  }
  let known = true;
  const result = [...items].sort((a, b) => {
    if (!known) return 0;
    const v = callWith(I, by, [a.value, b.value], x, at);
    if (v.kind === "literal" && typeof v.value === "number" && !Number.isNaN(v.value)) return v.value;
    known = false;
    return 0;
  });
  return known ? result : null;
}
