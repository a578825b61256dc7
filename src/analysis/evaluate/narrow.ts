/** What a variable holds where a test of it has come out one way: `if (spec)`, `if (spec === undefined) return`. */
import type { Expr } from "../ir.ts";
import type { Cell, Scope } from "./scope.ts";
import { EQUALITY, nullish, truth } from "./truth.ts";
import { choice, type Value } from "./values.ts";

export interface Narrowed {
  readonly cell: Cell;
  readonly value: Value;
}

/** Null where that says nothing of what the variable holds. */
export function narrowed(test: Expr, holds: boolean, scope: Scope): Narrowed | null {
  if (test.kind === "unary" && test.op === "!") return narrowed(test.argument, !holds, scope);
  if (test.kind === "identifier") return without(test.name, scope, (v) => truth(v) === !holds);
  if (test.kind !== "binary" || test.left.kind !== "identifier" || !EQUALITY.has(test.op)) return null;
  const isEqual = test.op.startsWith("=");
  const none = noneOf(test.right);
  if (none === null) return null;
  const isLoose = test.op.length === 2;
  const isNone = (v: Value): boolean | null =>
    isLoose
      ? nullish(v)
      : v.kind === "literal"
        ? v.value === none.value
        : nullish(v) === false
          ? false
          : null;
  return without(test.left.name, scope, (v) => isNone(v) === (isEqual !== holds));
}

/** `undefined` and `null`, as they are written. */
function noneOf(x: Expr): { value: undefined | null } | null {
  if (x.kind === "identifier" && x.name === "undefined") return { value: undefined };
  return x.kind === "literal" && (x.value === null || x.value === undefined) ? { value: x.value } : null;
}

function without(name: string, scope: Scope, excluded: (v: Value) => boolean): Narrowed | null {
  const cell = scope.find(name);
  if (cell === null || cell.contents.kind !== "choice") return null;
  const { of, why } = cell.contents;
  const rest = of.filter((v) => !excluded(v));
  if (rest.length === 0 || rest.length === of.length) return null;
  return { cell, value: rest.reduce((a, b) => choice(a, b, why)) };
}
