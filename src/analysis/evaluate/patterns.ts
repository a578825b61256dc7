/** Binding values to names, parameters and assignment targets. */
import type { Func, Pattern } from "../ir.ts";
import { assignTo } from "./assign.ts";
import { evaluate } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import { withExports } from "./namespaces.ts";
import { property } from "./objects.ts";
import type { Scope } from "./scope.ts";
import { nullish } from "./truth.ts";
import {
  type At,
  choice,
  isLit,
  iterated,
  type ListContents,
  list,
  type Rec,
  record,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** A `var` belongs to the function, wherever it is written: elsewhere it is undefined. */
function hoist(I: Interpreter, name: string, v: Value, scope: Scope): void {
  const { vars } = scope.function();
  let cell = vars.get(name);
  if (cell === undefined) {
    cell = { contents: UNDEFINED };
    vars.set(name, cell);
  }
  I.journal.write(cell, v);
}

/** Declares the names of a pattern (`hoists`: as `var` does), or assigns when it is the target of an assignment. */
export function bind(
  I: Interpreter,
  t: Pattern,
  v: Value,
  scope: Scope,
  declare: boolean,
  hoists = false,
): void {
  switch (t.kind) {
    case "identifier":
      if (hoists) hoist(I, t.name, v, scope);
      else if (declare) scope.vars.set(t.name, { contents: v });
      else assignTo(I, t, v, scope);
      return;
    case "reference":
      assignTo(I, t, v, scope);
      return;
    case "objectPattern": {
      for (const part of t.parts) {
        const at = scope.module.at(part.target);
        const found =
          part.name === null ? unknown("computed property name", at) : property(I, v, part.name, at);
        bind(
          I,
          part.target,
          part.default === null ? found : withDefault(I, found, part.default, scope, at),
          scope,
          declare,
          hoists,
        );
      }
      if (t.rest !== null) bind(I, t.rest, restOf(I, v, t, scope.module.at(t.rest)), scope, declare, hoists);
      return;
    }
    case "arrayPattern":
      t.parts.forEach((part, i) => {
        if (part === null) return;
        const at = scope.module.at(part.target);
        const found = property(
          I,
          v.kind === "collection" ? list(v.contents.items, v.at, v.contents.open) : v,
          String(i),
          at,
        );
        bind(
          I,
          part.target,
          part.default === null ? found : withDefault(I, found, part.default, scope, at),
          scope,
          declare,
          hoists,
        );
      });
      if (t.rest !== null)
        bind(I, t.rest, restOfList(v, t.parts.length, scope.module.at(t.rest)), scope, declare, hoists);
  }
}

/** A default counts only when the value is known to be absent. */
function withDefault(
  I: Interpreter,
  v: Value,
  d: Parameters<typeof evaluate>[1],
  scope: Scope,
  at: At,
): Value {
  if (isLit(v, undefined)) return evaluate(I, d, scope);
  if (v.kind === "choice" && nullish(v) === null && v.of.some((x) => isLit(x, undefined))) {
    const rest = v.of.filter((x) => !isLit(x, undefined));
    return rest.reduce((a, b) => choice(a, b, v.why), evaluate(I, d, scope));
  }
  if (v.kind === "unknown" || v.kind === "symbol") {
    // The start says whether there is such an argument.
    if (v.kind === "symbol" && v.root === "arg") I.asksStart = true;
    I.muted++;
    evaluate(I, d, scope);
    I.muted--;
    return v.kind === "symbol" ? v : unknown(v.why, v.at.module === at.module ? v.at : at);
  }
  return v;
}

function restOf(I: Interpreter, whole: Value, t: Pattern & { kind: "objectPattern" }, at: At): Value {
  const v = withExports(I, whole, at);
  if (v.kind !== "record") return v.kind === "unknown" ? v : unknown("rest of an object", at);
  const props = new Map((v as Rec).contents.props);
  for (const part of t.parts) if (part.name !== null) props.delete(part.name);
  return record(props, at, v.contents.open);
}

function restOfList(v: Value, from: number, at: At): Value {
  const contents = iterated(v);
  if (contents === null) return v.kind === "unknown" ? v : unknown("rest of a list", at);
  if (contents.items.slice(0, from).some((item) => item.card !== "one")) return unknown("rest of a list", at);
  return list(contents.items.slice(from), at, contents.open);
}

/** Binds a call's arguments. `open` says why more may follow; `missing` is the value of arguments nobody gives. */
export function bindParameters(
  I: Interpreter,
  f: Func,
  args: readonly Value[],
  scope: Scope,
  open: boolean,
  all?: ListContents,
): void {
  f.params.forEach((p, i) => {
    const at = scope.module.at(p.target);
    if (p.rest) {
      if (all?.items.slice(0, i).every((item) => item.card === "one") === true) {
        bind(I, p.target, list(all.items.slice(i), at, all.open), scope, true);
        return;
      }
      const items = args.slice(i).map((v) => ({ value: v, card: "one" as const, count: null, at }));
      bind(I, p.target, list(items, at, open ? unknown("more arguments", at) : null), scope, true);
      return;
    }
    const given = args[i] ?? (open ? unknown("argument of a spread", at) : UNDEFINED);
    bind(I, p.target, p.default === null ? given : withDefault(I, given, p.default, scope, at), scope, true);
  });
}
