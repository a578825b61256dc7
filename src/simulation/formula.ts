/** What conditions ask in a run. */
import { compute, type Formula } from "../model/index.ts";
import { nameOfCall } from "./places.ts";

export type Value = string | number | boolean | null | undefined | object;

/** Where the answers are. */
export interface Asked {
  field(name: string): Value;
  registered(name: string): object | undefined;
  /** What the call that is named so was answered. */
  reply(name: string): Value;
}

/** The value of a formula, computed as JavaScript does. */
export function solve(formula: Formula, asked: Asked): Value {
  switch (formula.is) {
    case "value":
      return formula.value;
    case "undefined":
      return undefined;
    case "field":
      return asked.field(formula.name);
    case "registered":
      return asked.registered(formula.name);
    case "reply":
      return asked.reply(nameOfCall(formula.of, formula.nth));
    case "not":
      return !solve(formula.of, asked);
    case "binary":
      return combined(formula.op, solve(formula.left, asked), solve(formula.right, asked));
  }
}

function combined(op: string, left: Value, right: Value): Value {
  switch (op) {
    case "==":
      return alike(left, right);
    case "!=":
      return !alike(left, right);
    case "min":
      return Math.min(left as number, right as number);
    case "max":
      return Math.max(left as number, right as number);
    default:
      return ASKED.has(op) ? (compute(op, left, right) as Value) : undefined;
  }
}

/** Those of a condition that was read. */
const ASKED: ReadonlySet<string> = new Set("=== !== < <= > >= + - * / % **".split(" "));

const alike = (left: Value, right: Value): boolean =>
  left === right || ((left === null || left === undefined) && (right === null || right === undefined));
