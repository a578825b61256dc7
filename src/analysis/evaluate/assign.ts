/** Assignments: to variables, to fields of `this`, to properties of known objects. */
import type { Expr, Pattern } from "../ir.ts";
import { callFunction } from "./calls.ts";
import { evaluate } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import { property, setterOf, setVariable, staticCell } from "./objects.ts";
import type { Scope } from "./scope.ts";
import { isSameSymbol } from "./truth.ts";
import { type At, choice, UNDEFINED, unknown, type Value } from "./values.ts";

export function assignTo(
  I: Interpreter,
  t: Pattern & { kind: "identifier" | "reference" },
  v: Value,
  scope: Scope,
): void {
  if (t.kind === "identifier") {
    const cell = scope.find(t.name);
    if (cell !== null) I.journal.write(cell, v);
    else setVariable(I, I.variables === null ? null : I.world.lookup(scope.module, t.name), v);
    if (
      I.hooks.assigned !== undefined &&
      I.muted === 0 &&
      (cell === null || I.top?.vars.get(t.name) === cell)
    )
      I.hooks.assigned(t.name, v, scope.module);
    return;
  }
  const x = t.expr;
  if (x.kind === "get") {
    const o = holder(I, x.object, scope);
    noteInside(I, o, x, scope);
    setProperty(I, o, x.name, v, scope.module.at(x));
    if (o.kind === "symbol") I.hooks.part?.(o, x.name, v);
  } else if (x.kind === "index") {
    const o = holder(I, x.object, scope);
    const i = evaluate(I, x.index, scope);
    noteInside(I, o, x, scope);
    if (i.kind === "literal" && (typeof i.value === "string" || typeof i.value === "number")) {
      setProperty(I, o, String(i.value), v, scope.module.at(x));
      if (o.kind === "symbol") I.hooks.put?.(o, v, i);
    } else if (o.kind === "symbol") I.hooks.put?.(o, v);
    else if (o.kind === "instance") {
      o.altered = true;
      I.hooks.chosen?.(o, i, scope.module.at(x));
    } else if (o.kind === "record") {
      // It may be any of those that are there.
      const why = unknown("assigned under a computed name", scope.module.at(x));
      const props = new Map(
        [...o.contents.props].map(([n, entry]) => [n, { ...entry, value: choice(entry.value, v, why) }]),
      );
      I.journal.write(o, { props, open: why, among: [...(o.contents.among ?? []), v] });
    } else if (o.kind === "list") {
      const why = unknown("assigned at a computed position", scope.module.at(x));
      I.journal.write(o, {
        items: o.contents.items.map((item) => ({ ...item, value: choice(item.value, v, why) })),
        open: why,
      });
    }
  }
}

/** In what something is put. */
function holder(I: Interpreter, x: Expr, scope: Scope): Value {
  return isPath(x) ? I.toSet(() => evaluate(I, x, scope)) : evaluate(I, x, scope);
}

/** `this.peer`, `state.peer.current`. */
function isPath(x: Expr): boolean {
  return x.kind === "get" ? isPath(x.object) : x.kind === "this" || x.kind === "identifier";
}

function noteInside(I: Interpreter, o: Value, x: Expr, scope: Scope): void {
  if (I.muted === 0) I.hooks.inside?.(o, null, x, scope.module.at(x));
}

/** `delete o.n`. */
export function deleteAt(I: Interpreter, x: Expr, scope: Scope): void {
  if (x.kind !== "get" && x.kind !== "index") return;
  const o = evaluate(I, x.object, scope);
  noteInside(I, o, x, scope);
  const at = scope.module.at(x);
  const key = x.kind === "get" ? null : evaluate(I, x.index, scope);
  const n = x.kind === "get" ? x.name : key?.kind === "literal" ? String(key.value) : null;
  if (o.kind !== "record") {
    if (n !== null) setProperty(I, o, n, UNDEFINED, at);
    else if (o.kind === "symbol") I.hooks.put?.(o, UNDEFINED);
    return;
  }
  const props = new Map(o.contents.props);
  if (n !== null) props.delete(n);
  // It may be any of them.
  else for (const [name, entry] of props) props.set(name, { ...entry, maybe: true });
  I.journal.write(o, { props, open: o.contents.open });
}

export function setProperty(I: Interpreter, o: Value, n: string, v: Value, at: At): void {
  // Contents are replaced, never changed in place.
  I.charge(o.kind === "record" ? o.contents.props.size : o.kind === "list" ? o.contents.items.length : 0);
  if (o.kind === "instance") {
    o.altered = true;
    const setter = setterOf(I, o, n);
    if (setter !== null) {
      callFunction(I, setter, [v], o, at);
      return;
    }
    let cell = o.fields.get(n);
    if (cell === undefined) {
      cell = { contents: I.toSet(() => property(I, o, n, at)) };
      o.fields.set(n, cell);
    }
    // What a function gives back as it was: `this.state = reduce(this.state, message)`.
    if (isSameSymbol(cell.contents, v)) return;
    I.journal.write(cell, v);
    if (I.muted === 0) I.hooks.assign?.(o, n, v, at, I);
  } else if (o.kind === "class") {
    I.hooks.changed?.(o, v, at);
    const cell = staticCell(I, o, n, at);
    I.journal.write(cell, v);
  } else if (o.kind === "record") {
    const props = new Map(o.contents.props);
    props.set(n, { value: v, at, maybe: false });
    if (o.of !== undefined) setVariable(I, { ...o.of, path: [...o.of.path, n] }, v);
    I.journal.write(o, { props, open: o.contents.open });
  } else if (o.kind === "list") {
    if (n === "length" && v.kind === "literal" && typeof v.value === "number") {
      const kept = o.contents.items.slice(0, v.value);
      if (v.value === 0 || (kept.length === v.value && kept.every((item) => item.card === "one"))) {
        I.journal.write(o, { items: kept, open: null });
        return;
      }
    }
    const i = Number(n);
    const plain = o.contents.items.every((item) => item.card === "one");
    if (Number.isInteger(i) && i >= 0 && i <= o.contents.items.length && plain && o.contents.open === null) {
      const items = [...o.contents.items];
      items[i] = { value: v, card: "one", count: null, at };
      I.journal.write(o, { items, open: null });
    } else I.journal.write(o, { items: o.contents.items, open: unknown(`"${n}" is assigned`, at) });
  } else if (o.kind === "choice")
    for (const x of o.of) setProperty(I, x, n, unknown("assigned in one case", at), at);
  else {
    if (o.kind === "symbol") setVariable(I, { ...o, path: [...o.path, n] }, v);
    I.hooks.changed?.(o, v, at, n);
  }
}
