/** What the language itself provides: methods of lists and texts, `Object.*`, `Array.*`, `Promise.*`. */
import type { Expr } from "../ir.ts";
import { type Args, callWith, runDetached } from "./calls.ts";
import { excerpt } from "./excerpt.ts";
import type { Interpreter } from "./interpreter.ts";
import { maybe } from "./journal.ts";
import { property } from "./objects.ts";
import type { Scope } from "./scope.ts";
import {
  type At,
  choice,
  computed,
  type Entry,
  type Item,
  isLit,
  type List,
  list,
  lit,
  truth,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

const MAX_ELEMENTS = 64;

/** A method that a value of this kind has by itself; null: look for an ordinary property. */
export function builtinMethod(
  I: Interpreter,
  o: Value,
  n: string,
  args: Args,
  x: Expr & { k: "call" },
  scope: Scope,
): Value | null {
  const at = scope.m.at(x);
  switch (o.k) {
    case "list":
      return listMethod(I, o, n, args, x, at);
    case "lit":
      return typeof o.v === "string" || typeof o.v === "number" ? literalMethod(o.v, n, args, at, x) : null;
    case "fn": {
      if (n === "bind") return { ...o, self: args.values[0] ?? o.self, bound: args.values.slice(1) };
      if (n === "call")
        return callWith(I, { ...o, self: args.values[0] ?? o.self }, args.values.slice(1), x, at);
      return null;
    }
    case "choice": {
      if (!o.of.every((v) => v.k === "list" || v.k === "lit")) return null;
      const results = o.of.filter((v) => v.k === "list").map((v) => builtinMethod(I, v, n, args, x, scope));
      if (results.length === 0 || results.some((v) => v === null)) return null;
      return results.reduce<Value | null>(
        (a, b) => (a === null ? b : choice(a, b ?? UNDEFINED, o.why)),
        null,
      );
    }
    case "ext":
    case "unknown":
    case "sym":
      return unknownMethod(I, o, n, args, x, at);
    case "term": {
      const many = o.tag === "outside" || o.tag === "part" ? unknownMethod(I, o, n, args, x, at) : null;
      return many ?? (n === "then" || n === "catch" || n === "finally" ? promiseMethod(I, o, n, args) : null);
    }
    default:
      if (n === "then" || n === "catch" || n === "finally") return promiseMethod(I, o, n, args);
      return null;
  }
}

/** `.then` on a value that is known: the callback runs later, with it. */
function promiseMethod(I: Interpreter, o: Value, n: string, args: Args): Value | null {
  if (o.k === "rec" || o.k === "inst" || o.k === "ext" || o.k === "ns" || o.k === "cls") return null;
  const f = args.values[0];
  let result: Value = o;
  if (f?.k === "fn") {
    if (n === "then") {
      I.later(() => {
        result = callWith(I, f, [o], { k: "opaque", s: 0, e: 0, x: [], w: "then" }, f.scope.m.at(f.f));
      });
    } else runDetached(I, f);
  }
  return n === "then" ? result : o;
}

/** `xs.map(f)` of a list that is not known: any number of what `f` makes. */
function unknownMethod(
  I: Interpreter,
  o: Value,
  n: string,
  args: Args,
  x: Expr & { k: "call" },
  at: At,
): Value | null {
  const f = args.values[0];
  if (f?.k !== "fn") return null;
  const why = o.k === "unknown" ? o.why : excerpt(x);
  const element = unknown(`element of a list that is not known (${why})`, f.scope.m.at(f.f.p[0]?.t ?? f.f));
  const position = unknown("position in a list that is not known", at);
  if (n === "map" || n === "flatMap") {
    const [changes, v] = I.journal.branch(() => callWith(I, f, [element, position], x, at));
    I.journal.repeat(changes, null, computed(x, at, "loop over "));
    return list(spreadMany(v, n === "flatMap", null, at), at);
  }
  if (n === "forEach") {
    const [changes] = I.journal.branch(() => callWith(I, f, [element, position], x, at));
    I.journal.repeat(changes, null, computed(x, at, "loop over "));
    return UNDEFINED;
  }
  return null;
}

function spreadMany(v: Value, flat: boolean, count: number | null, at: At): Item[] {
  if (flat && v.k === "list") return v.c.items.map((item) => ({ ...item, card: "many" as const, count }));
  return [{ v, card: "many", count, at: placeOf(v, at) }];
}

/** Where a value is written, for the places of list elements that a function makes. */
function placeOf(v: Value, at: At): At {
  return v.k === "rec" ? v.at : at;
}

function listMethod(
  I: Interpreter,
  o: List,
  n: string,
  args: Args,
  x: Expr & { k: "call" },
  at: At,
): Value | null {
  const f = args.values[0] ?? UNDEFINED;
  const { items, open } = o.c;
  switch (n) {
    case "push":
    case "unshift": {
      const added: Item[] = args.values.map((v, i) => ({
        v,
        card: "one",
        count: null,
        at: x.a[i] === undefined ? at : at.m.at(x.a[i]!),
      }));
      const more = args.open ? computed(x, at) : null;
      const next = n === "push" ? [...items, ...added] : [...added, ...items];
      I.journal.write(o, { items: next, open: open ?? more });
      return unknown("the length of a list", at);
    }
    case "map":
    case "flatMap": {
      const result: Item[] = [];
      items.forEach((item, i) => {
        const position = item.card === "many" ? unknown("position in a list", at) : lit(i);
        const go = (): Value => callWith(I, f, [item.v, position, o], x, at);
        const v = item.card === "one" ? go() : perhaps(I, go, x, at);
        if (n === "flatMap" && v.k === "list") {
          for (const inner of v.c.items) {
            result.push(
              item.card === "one"
                ? inner
                : item.card === "maybe"
                  ? maybe(inner)
                  : { ...inner, card: "many", count: null },
            );
          }
        } else if (n === "flatMap" && v.k !== "rec")
          result.push({
            v: computed(x, at),
            card: "many",
            count: null,
            at,
          });
        else result.push({ v, card: item.card, count: item.count, at: placeOf(v, at) });
      });
      if (open !== null) {
        const v = callWith(I, f, [open, open, o], x, at);
        result.push(...spreadMany(v, n === "flatMap", null, at));
      }
      return list(result, at);
    }
    case "forEach":
      items.forEach((item, i) => {
        const go = (): void => {
          callWith(
            I,
            f,
            [item.v, item.card === "many" ? unknown("position in a list", at) : lit(i), o],
            x,
            at,
          );
        };
        if (item.card === "one") go();
        else if (item.card === "maybe") perhaps(I, go, x, at);
        else I.journal.repeat(I.journal.branch(go)[0], item.count, computed(x, at, "loop over "));
      });
      if (open !== null) {
        const [changes] = I.journal.branch(() => callWith(I, f, [open, open, o], x, at));
        I.journal.repeat(changes, null, computed(x, at, "loop over "));
      }
      return UNDEFINED;
    case "filter": {
      const result: Item[] = [];
      const boolean = f.k === "ext" && f.pkg === "" && f.path[0] === "Boolean";
      for (const item of items) {
        for (const v of item.v.k === "choice" ? item.v.of : [item.v]) {
          const kept = boolean ? truth(v) : truth(callWith(I, f, [v], x, at));
          if (kept === false) continue;
          const one = { ...item, v };
          result.push(kept === null || item.v.k === "choice" ? maybe(one) : one);
        }
      }
      return list(result, at, open);
    }
    case "concat": {
      const result: Item[] = [...items];
      let more = open;
      args.values.forEach((v, i) => {
        if (v.k === "list") {
          result.push(...v.c.items);
          more ??= v.c.open;
        } else if (v.k === "choice" && v.of.every((a) => a.k === "list")) {
          for (const a of v.of) if (a.k === "list") result.push(...a.c.items.map(maybe));
        } else if (v.k === "rec")
          result.push({ v, card: "one", count: null, at: x.a[i] === undefined ? at : at.m.at(x.a[i]!) });
        else more ??= computed(x, at);
      });
      return list(result, at, args.open ? (more ?? unknown(excerpt(x), at)) : more);
    }
    case "slice": {
      const from = args.values[0] ?? lit(0);
      const to = args.values[1] ?? UNDEFINED;
      const plain = open === null && items.every((item) => item.card === "one");
      if (
        plain &&
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
    case "flat":
      return list(
        items.flatMap((item) =>
          item.v.k === "list"
            ? item.v.c.items.map((inner) =>
                item.card === "one" ? inner : { ...inner, card: item.card, count: null },
              )
            : [item],
        ),
        at,
        open ??
          items.map((item) => (item.v.k === "list" ? item.v.c.open : null)).find((why) => why !== null) ??
          null,
      );
    case "join": {
      const by = args.values[0] ?? lit(",");
      const texts = items.map((item) =>
        item.v.k === "lit" && item.card === "one" ? String(item.v.v) : null,
      );
      if (open !== null || by.k !== "lit" || texts.includes(null)) return computed(x, at);
      return lit(texts.join(String(by.v)));
    }
    case "keys":
    case "entries":
    case "values":
      return list(
        items.map((item, i) => ({
          ...item,
          v: n === "values" ? item.v : n === "keys" ? lit(i) : pair(lit(i), item.v, at),
        })),
        at,
        open,
      );
    case "at":
      return property(
        I,
        o,
        f.k === "lit" && f.v === -1 ? String(items.length - 1) : f.k === "lit" ? String(f.v) : "?",
        at,
        x,
      );
    case "fill":
      if (open === null) {
        I.journal.write(o, { items: items.map((item) => ({ ...item, v: f })), open: null });
        return o;
      }
      break;
    case "some":
    case "every":
    case "find":
    case "reduce":
    case "includes":
    case "indexOf":
    case "findIndex":
      if (f.k === "fn") runDetached(I, f);
      break;
    case "pop":
    case "shift":
    case "splice":
    case "sort":
    case "copyWithin":
      if (
        n !== "sort" &&
        n !== "copyWithin" &&
        n !== "splice" &&
        open === null &&
        items.every((item) => item.card === "one")
      ) {
        I.journal.write(o, { items: n === "pop" ? items.slice(0, -1) : items.slice(1), open: null });
        return (n === "pop" ? items.at(-1) : items[0])?.v ?? UNDEFINED;
      }
      I.journal.write(o, { items: [], open: computed(x, at) });
      return n === "sort" ? o : computed(x, at);
    case "length":
      return null;
  }
  return computed(x, at);
}

/** Runs something of which it is not known whether it runs. */
function perhaps<T>(I: Interpreter, go: () => T, x: Expr, at: At): T {
  const [changes, result] = I.journal.branch(go);
  I.journal.merge(changes, new Map(), computed(x, at, "depends on "));
  return result;
}

function pair(a: Value, b: Value, at: At): Value {
  return list(
    [a, b].map((v) => ({ v, card: "one" as const, count: null, at })),
    at,
  );
}

function literalMethod(o: string | number, n: string, args: Args, at: At, x: Expr): Value {
  const values = args.values.map((v) => (v.k === "lit" ? v.v : null));
  const [a, b] = values;
  if (!values.includes(null)) {
    const s = String(o);
    switch (n) {
      case "toString":
        return lit(typeof o === "number" && typeof a === "number" ? o.toString(a) : s);
      case "toUpperCase":
        return lit(s.toUpperCase());
      case "toLowerCase":
        return lit(s.toLowerCase());
      case "trim":
        return lit(s.trim());
      case "padStart":
      case "padEnd":
        if (typeof a !== "number" || a > 1000) break;
        return lit(
          n === "padStart"
            ? s.padStart(a, b === undefined ? " " : String(b))
            : s.padEnd(a, b === undefined ? " " : String(b)),
        );
      case "concat":
        return lit(s.concat(...values.map(String)));
      case "slice":
        return lit(s.slice(typeof a === "number" ? a : undefined, typeof b === "number" ? b : undefined));
      case "replace":
        if (typeof a === "string" && typeof b === "string") return lit(s.replace(a, b));
        break;
      case "split":
        if (typeof a === "string")
          return list(
            s.split(a).map((v) => ({ v: lit(v), card: "one" as const, count: null, at })),
            at,
          );
        break;
      case "startsWith":
        return lit(s.startsWith(String(a)));
      case "endsWith":
        return lit(s.endsWith(String(a)));
      case "includes":
        return lit(s.includes(String(a)));
    }
  }
  return computed(x, at);
}

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
      if (a?.k === "text") return a;
      return a?.k === "lit" ? lit(String(a.v)) : null;
    case "Number":
    case "parseInt":
    case "parseFloat":
    case "Number.parseInt":
      return a?.k === "lit" && (typeof a.v === "string" || typeof a.v === "number") ? lit(Number(a.v)) : null;
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
      return a?.k === "rec" ? entriesOf(a.c.props, path[1]!, at, a.c.open) : null;
    case "Object.assign":
      return assign(I, args, at, x);
    case "Object.fromEntries":
      return null;
    case "Array.of":
      return list(
        args.values.map((v) => ({ v, card: "one" as const, count: null, at })),
        at,
      );
    case "Array.isArray":
      return a?.k === "list" ? lit(true) : null;
    case "Array":
      return a?.k === "lit" && typeof a.v === "number" && args.values.length === 1 ? counted(a.v, at) : null;
    case "Array.from":
      return arrayFrom(I, args, x, at);
    case "Promise.all":
    case "Promise.allSettled":
      return a?.k === "list" ? a : null;
    case "Math.max":
    case "Math.min": {
      const numbers = args.values.map((v) => (v.k === "lit" && typeof v.v === "number" ? v.v : null));
      if (numbers.includes(null) || args.open) return null;
      return lit(path[1] === "max" ? Math.max(...(numbers as number[])) : Math.min(...(numbers as number[])));
    }
    default:
      return null;
  }
}

function entriesOf(props: ReadonlyMap<string, Entry>, what: string, at: At, open: List["c"]["open"]): Value {
  const items: Item[] = [...props].map(([n, entry]) => ({
    v: what === "keys" ? lit(n) : what === "values" ? entry.v : pair(lit(n), entry.v, at),
    card: entry.maybe ? "maybe" : "one",
    count: null,
    at: entry.at,
  }));
  return list(items, at, open);
}

function assign(I: Interpreter, args: Args, at: At, x: Expr): Value | null {
  const [target, ...sources] = args.values;
  if (target?.k !== "rec") return null;
  const props = new Map(target.c.props);
  let open = target.c.open;
  for (const source of sources) {
    if (source.k === "rec") {
      for (const [n, entry] of source.c.props) props.set(n, entry);
      open ??= source.c.open;
    } else if (!(source.k === "lit")) open = computed(x, at);
  }
  if (args.open) open ??= computed(x, at);
  I.journal.write(target, { props, open });
  return target;
}

/** A list of `n` undefined elements. */
function counted(n: number, at: At): Value {
  if (!Number.isInteger(n) || n < 0) return unknown("not a length", at);
  const one = { v: UNDEFINED, card: "one" as const, count: null, at };
  if (n <= MAX_ELEMENTS)
    return list(
      Array.from({ length: n }, () => ({ ...one })),
      at,
    );
  return list([{ v: UNDEFINED, card: "many", count: n, at }], at);
}

function arrayFrom(I: Interpreter, args: Args, x: Expr, at: At): Value | null {
  const [source, f] = args.values;
  if (source === undefined) return null;
  let base: Value;
  if (source.k === "list") base = source;
  else if (source.k === "rec") {
    const length = property(I, source, "length", at);
    if (length.k === "lit" && typeof length.v === "number") base = counted(length.v, at);
    else {
      const why = length.k === "unknown" ? length.why : "computed length";
      base = list(
        [
          {
            v: unknown(`element of a list whose length is not known: ${why}`, at),
            card: "many",
            count: null,
            at,
          },
        ],
        at,
      );
    }
  } else if (f?.k === "fn") {
    base = list(
      [{ v: unknown(`element of a list that is not known`, at), card: "many", count: null, at }],
      at,
    );
  } else return null;
  if (f === undefined || isLit(f, undefined)) return base;
  return base.k === "list"
    ? listMethod(
        I,
        base,
        "map",
        { values: [f], open: false },
        { k: "call", s: x.s, e: x.e, f: x, a: [], q: false },
        at,
      )
    : null;
}
