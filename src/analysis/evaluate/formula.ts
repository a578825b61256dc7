/** Conditions that are not decided here and that a run can decide: they ask fields and registered names, and nothing else. */
import type { Formula } from "../../model/index.ts";
import type { Interpreter } from "./interpreter.ts";
import { nullish, truth } from "./truth.ts";
import { UNDEFINED, type Unknown, type Value } from "./values.ts";

const MAX_DEPTH = 12;
const OPERATORS: ReadonlySet<string> = new Set([
  "===",
  "!==",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "min",
  "max",
]);

/** What a run has to look at to know a value; null where that is not all known. */
export function formulaOf(v: Value): Formula | null {
  switch (v.kind) {
    case "literal":
      return v.value === undefined ? { is: "undefined" } : { is: "value", value: v.value };
    case "symbol":
      if (v.is !== undefined) return formulaOf(v.is);
      return v.root === "field" && v.path.length === 0 ? { is: "field", name: String(v.name) } : null;
    case "term":
      return v.tag === "lookup" && v.data.target !== undefined ? registered(v.data.target) : null;
    case "unknown":
      return v.formula ?? null;
    default:
      return null;
  }
}

function registered(target: Value): Formula | null {
  const name = target.kind === "term" && target.tag === "name" ? target.data.name : target;
  return name?.kind === "literal" && typeof name.value === "string"
    ? { is: "registered", name: name.value }
    : null;
}

/** Notes what a value was computed from, where that can be asked in a run. */
export function computedFrom(result: Unknown, op: string, left: Value, right: Value | null): Unknown {
  const [a, b] = [formulaOf(left), right === null ? null : formulaOf(right)];
  if (a === null || depthOf(a) > MAX_DEPTH) return result;
  if (right === null) {
    if (op === "!") result.formula = { is: "not", of: a };
  } else if (b !== null && OPERATORS.has(op) && depthOf(b) <= MAX_DEPTH)
    result.formula = { is: "binary", op, left: a, right: b };
  return result;
}

function depthOf(formula: Formula): number {
  if (formula.is === "not") return 1 + depthOf(formula.of);
  return formula.is === "binary" ? 1 + Math.max(depthOf(formula.left), depthOf(formula.right)) : 0;
}

/** Whether a condition holds, as far as it is known, or as whoever follows each way in turn says. */
export function holds(I: Interpreter, test: Value): boolean | null {
  return truth(test) ?? decided(I, formulaOf(test));
}

/** Whether it is null or undefined, in the same way. */
export function isNullish(I: Interpreter, v: Value): boolean | null {
  const none = nullish(v);
  const of = none === null ? formulaOf(v) : null;
  if (of === null) return none;
  return decided(I, { is: "binary", op: "==", left: of, right: formulaOf(UNDEFINED)! });
}

function decided(I: Interpreter, formula: Formula | null): boolean | null {
  if (formula === null || I.muted > 0) return null;
  return I.hooks.decide?.(formula) ?? null;
}

/** The fields that a formula asks for. */
export function fieldsOf(formula: Formula): string[] {
  switch (formula.is) {
    case "field":
      return [formula.name];
    case "not":
      return fieldsOf(formula.of);
    case "binary":
      return [...fieldsOf(formula.left), ...fieldsOf(formula.right)];
    default:
      return [];
  }
}
