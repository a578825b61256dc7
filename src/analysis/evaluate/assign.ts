/** Assignments: to variables, to fields of `this`, to properties of known objects. */
import type { Expr, Pattern } from "../ir.ts";
import { evaluate } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import { property, staticCell } from "./objects.ts";
import type { Scope } from "./scope.ts";
import { type At, choice, UNDEFINED, unknown, type Value } from "./values.ts";

export function assignTo(I: Interpreter, t: Pattern & { k: "id" | "ref" }, v: Value, scope: Scope): void {
  if (t.k === "id") {
    const cell = scope.find(t.n);
    if (cell !== null) I.journal.write(cell, v);
    if (I.hooks.assigned !== undefined && I.muted === 0 && (cell === null || I.top?.vars.get(t.n) === cell))
      I.hooks.assigned(t.n, v);
    return;
  }
  const x = t.x;
  if (x.k === "get") setProperty(I, evaluate(I, x.o, scope), x.n, v, scope.m.at(x));
  else if (x.k === "idx") {
    const o = evaluate(I, x.o, scope);
    const i = evaluate(I, x.i, scope);
    if (i.k === "lit" && (typeof i.v === "string" || typeof i.v === "number")) {
      setProperty(I, o, String(i.v), v, scope.m.at(x));
    } else if (o.k === "sym") I.hooks.put?.(o, v);
    else if (o.k === "inst") I.hooks.chosen?.(o, i, scope.m.at(x));
    else if (o.k === "rec") {
      // It may be any of those that are there.
      const why = unknown("assigned under a computed name", scope.m.at(x));
      const props = new Map(
        [...o.c.props].map(([n, entry]) => [n, { ...entry, v: choice(entry.v, v, why) }]),
      );
      I.journal.write(o, { props, open: why });
    } else if (o.k === "list") {
      const why = unknown("assigned at a computed position", scope.m.at(x));
      I.journal.write(o, {
        items: o.c.items.map((item) => ({ ...item, v: choice(item.v, v, why) })),
        open: why,
      });
    }
  }
}

/** `delete o.n`. */
export function deleteAt(I: Interpreter, x: Expr, scope: Scope): void {
  if (x.k !== "get" && x.k !== "idx") return;
  const o = evaluate(I, x.o, scope);
  const at = scope.m.at(x);
  const key = x.k === "get" ? null : evaluate(I, x.i, scope);
  const n = x.k === "get" ? x.n : key?.k === "lit" ? String(key.v) : null;
  if (o.k !== "rec") {
    if (n !== null) setProperty(I, o, n, UNDEFINED, at);
    return;
  }
  const props = new Map(o.c.props);
  if (n !== null) props.delete(n);
  // It may be any of them.
  else for (const [name, entry] of props) props.set(name, { ...entry, maybe: true });
  I.journal.write(o, { props, open: o.c.open });
}

export function setProperty(I: Interpreter, o: Value, n: string, v: Value, at: At): void {
  // Contents are replaced, never changed in place.
  I.charge(o.k === "rec" ? o.c.props.size : o.k === "list" ? o.c.items.length : 0);
  if (o.k === "inst") {
    let cell = o.fields.get(n);
    if (cell === undefined) {
      I.assigning = true;
      cell = { c: property(I, o, n, at) };
      I.assigning = false;
      o.fields.set(n, cell);
    }
    I.journal.write(cell, v);
    if (I.muted === 0) I.hooks.assign?.(o, n, v, at, I);
  } else if (o.k === "cls") {
    I.hooks.changed?.(o, v, at);
    const cell = staticCell(I, o, n, at);
    I.journal.write(cell, v);
  } else if (o.k === "rec") {
    const props = new Map(o.c.props);
    props.set(n, { v, at, maybe: false });
    I.journal.write(o, { props, open: o.c.open });
  } else if (o.k === "list") {
    if (n === "length" && v.k === "lit" && typeof v.v === "number") {
      const kept = o.c.items.slice(0, v.v);
      if (v.v === 0 || (kept.length === v.v && kept.every((item) => item.card === "one"))) {
        I.journal.write(o, { items: kept, open: null });
        return;
      }
    }
    const i = Number(n);
    const plain = o.c.items.every((item) => item.card === "one");
    if (Number.isInteger(i) && i >= 0 && i <= o.c.items.length && plain && o.c.open === null) {
      const items = [...o.c.items];
      items[i] = { v, card: "one", count: null, at };
      I.journal.write(o, { items, open: null });
    } else I.journal.write(o, { items: o.c.items, open: unknown(`"${n}" is assigned`, at) });
  } else if (o.k === "choice")
    for (const x of o.of) setProperty(I, x, n, unknown("assigned in one case", at), at);
  else I.hooks.changed?.(o, v, at);
}
