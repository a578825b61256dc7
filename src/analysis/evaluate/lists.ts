/** Methods of lists. */
import type { Expr } from "../ir.ts";
import { type Args, callWith, runDetached } from "./calls.ts";
import { excerpt } from "./excerpt.ts";
import type { Interpreter } from "./interpreter.ts";
import { maybe } from "./journal.ts";
import { property } from "./objects.ts";
import {
  type At,
  computed,
  type Item,
  type List,
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

export function spreadMany(v: Value, flat: boolean, count: number | null, at: At): Item[] {
  if (flat && v.k === "list") return v.c.items.map((item) => ({ ...item, card: "many" as const, count }));
  return [{ v, card: "many", count, at: placeOf(v, at) }];
}

/** Where a value is written, for the places of list elements that a function makes. */
function placeOf(v: Value, at: At): At {
  return v.k === "rec" ? v.at : at;
}

/** Runs something of which it is not known whether it runs. */
function perhaps<T>(I: Interpreter, go: () => T, x: Expr, at: At): T {
  const [changes, result] = I.journal.branch(go);
  I.journal.merge(changes, new Map(), computed(x, at, "depends on "));
  return result;
}

export function pair(a: Value, b: Value, at: At): Value {
  return list(
    [a, b].map((v) => ({ v, card: "one" as const, count: null, at })),
    at,
  );
}
