/** Lists, maps and objects behind something symbolic: what a process keeps in its fields, what its start is given. */
import { MUTATORS } from "../containers.ts";
import type { Expr } from "../ir.ts";
import { callFunction } from "./calls.ts";
import { originsOf, perhaps, standing } from "./conditions.ts";
import { classKey } from "./identity.ts";
import type { Interpreter } from "./interpreter.ts";
import { flattened } from "./list-elements.ts";
import { oneOfSeveral } from "./one-of-several.ts";
import { OTHER } from "./origins.ts";
import { known } from "./truth.ts";
import { runCallbacks } from "./unread-calls.ts";
import type { Args } from "./values.ts";
import {
  type At,
  choice,
  computed,
  type Fn,
  type Item,
  list,
  type Sym,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** In the path of something symbolic: any of its elements. */
export const ELEMENT = "[]";

/** Methods that give one of the elements. */
const ONE = new Set(["get", "at", "pop", "shift", "find", "findLast"]);
/** Methods that give elements, to go through. */
const ALL = new Set([
  "values",
  "entries",
  "filter",
  "slice",
  "concat",
  "reverse",
  "toReversed",
  "sort",
  "toSorted",
]);
/** Methods that give a copy with more in it, and the position of the first argument that is added. */
const ADDED = new Map([
  ["concat", 0],
  ["toSpliced", 2],
  ["with", 1],
]);
/** Methods that call a function with each element. */
const EACH = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "find", "findLast"]);
/** Methods that put something in, and the position of the first argument that is put. */
const PUT = new Map([
  ["push", 0],
  ["unshift", 0],
  ["add", 0],
  ["set", 1],
]);

/** Any element of a symbolic list or map; with a key that is known, the one under it. */
export function elementOf(o: Sym, why: string, at: At, key?: Value): Sym {
  const isFirst = !o.path.includes(ELEMENT) && key?.kind === "literal";
  const element: Sym = { ...withoutValue(o), path: [...o.path, ELEMENT], at, why: o.why ?? why };
  if (isFirst) element.key = key;
  else delete element.key;
  return element;
}

/** For a part of it: that it is something known says nothing of the part. */
export function withoutValue(o: Sym): Sym {
  if (o.is === undefined && o.isThere === undefined) return o;
  const { is: _, isThere: __, ...rest } = o;
  return rest;
}

/** Runs what is done with each element of a list that is not known: perhaps, unless it is known to have some. */
export function overElements<T>(I: Interpreter, o: Value, body: () => T): T {
  const list = known(o);
  if (
    list.kind === "list" &&
    list.contents.open === null &&
    list.contents.items.some(({ card }) => card === "one")
  )
    return body();
  return perhaps(I, originsOf(o), body);
}

/** Whether there is nothing to go through. */
export function isNone(o: Value): boolean {
  const list = known(o);
  return list.kind === "list" && list.contents.open === null && list.contents.items.length === 0;
}

/**
 * A call of `callee`, a member of something symbolic that is known only by what was put there. Null: nothing is known of it.
 */
export function symbolicCall(
  I: Interpreter,
  callee: Sym,
  args: Args,
  receiver: Value | null,
  x: Expr & { kind: "call" },
  at: At,
): Value | null {
  const functions = I.hooks.functions?.(callee, I) ?? [];
  const outer = I.throughField;
  if (callee.root === "field") I.throughField = String(callee.name);
  const ways = functions.map(
    (fn) => () =>
      once(I, fn, args, () =>
        callFunction(I, fn, args.values, fn.self ?? receiver, at, args.open, args.list),
      ),
  );
  const why = computed(x, at);
  const results = ways.length === 1 ? [ways[0]!()] : oneOfSeveral(I, ways, OTHER, why);
  I.throughField = outer;
  if (results.length > 0)
    return choice(
      results.reduce((a, b) => choice(a, b, why)),
      why,
      why,
    );
  const n = callee.path.at(-1);
  if (n === undefined || callee.root === "var") return null;
  const o: Sym = { ...callee, path: callee.path.slice(0, -1) };
  const first = PUT.get(n);
  if (first !== undefined && args.values.length > first) {
    for (const v of args.values.slice(first)) I.hooks.put?.(o, v, n === "set" ? args.values[0] : undefined);
    runCallbacks(I, args.values);
    return n === "set" || n === "add" ? o : computed(x, at);
  }
  const added = args.values.slice(ADDED.get(n) ?? args.values.length).filter(isElementOrList);
  if (added.length > 0) {
    const items = added.map((value): Item => ({ value, card: "one", count: null, at }));
    const more = list(items, at, computed(x, at));
    return n === "concat" ? flattened(I, more, x, at) : more;
  }
  if (MUTATORS.has(n)) I.hooks.changed?.(o, UNDEFINED, at);
  const element = elementOf(o, computed(x, at).why, at, n === "get" ? args.values[0] : undefined);
  const f = args.values[0];
  if (EACH.has(n) && f?.kind === "function") eachElement(I, f, o, element, at);
  else if (!ONE.has(n) && !ALL.has(n)) return null;
  if (ONE.has(n)) return element;
  return ALL.has(n) ? { ...o, isCopy: true } : computed(x, at);
}

/** Texts are put together by methods of the same names. */
const isElementOrList = ({ kind }: Value): boolean => kind === "list" || kind === "term" || kind === "record";

/** What such a function does is seen when it is run once in a phase with arguments that are as much known. */
function once(I: Interpreter, fn: Fn, args: Args, run: () => Value): Value {
  const known = args.values.map((v) =>
    v.kind === "literal" ? String(v.value) : v.kind === "class" ? `class ${classKey(v)}` : v.kind,
  );
  const key = keyOfCall(I, fn, known);
  const before = I.held.get(key);
  if (before !== undefined) return before;
  I.held.set(key, unknown("computed at run time", fn.scope.module.at(fn.func)));
  const v = run();
  I.held.set(key, v);
  return v;
}

/** Calls of a function that do the same: in the same circumstances, with arguments that are described alike. */
export function keyOfCall(I: Interpreter, fn: Fn, args: readonly string[]): string {
  return `${standing(I)} ${fn.func.start} ${fn.scope.module.file} ${args.join(",")}`;
}

function eachElement(I: Interpreter, f: Fn, o: Sym, element: Sym, at: At): void {
  if (isNone(o)) return;
  const rest = f.func.params.slice(1).map(() => unknown("position in a list", at));
  const [changes] = I.journal.branch(() =>
    overElements(I, o, () => callFunction(I, f, [element, ...rest], f.self, at)),
  );
  I.journal.merge(changes, new Map(), unknown("changed by a callback", at));
}

/** Any of the elements of a list or a map that is known; null when it is none. */
export function anyElement(v: Value, at: At): Value | null {
  if (v.kind !== "list" && v.kind !== "collection") return null;
  const why = v.contents.open ?? unknown("one of the elements", at);
  let result: Value | null = null;
  for (const item of v.contents.items) {
    const pair =
      v.kind === "collection" && v.collection === "map" && item.value.kind === "list"
        ? item.value.contents.items[1]?.value
        : item.value;
    if (pair !== undefined) result = result === null ? pair : choice(result, pair, why);
  }
  return result === null ? (v.contents.open ?? UNDEFINED) : result;
}
