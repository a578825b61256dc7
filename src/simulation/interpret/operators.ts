/** What JavaScript's operators compute. */
import { InstanceOf } from "./instances.ts";
import { has, NotInterpreted } from "./properties.ts";

export function binary(op: string, left: unknown, right: unknown): unknown {
  const [a, b] = [left as number, right as number];
  switch (op) {
    case "===":
      return left === right;
    case "!==":
      return left !== right;
    case "==":
      // biome-ignore lint/suspicious/noDoubleEquals: the program says so
      return left == right;
    case "!=":
      // biome-ignore lint/suspicious/noDoubleEquals: the program says so
      return left != right;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
    case "in":
      return has(right, left as PropertyKey);
    case "instanceof":
      return isInstance(left, right);
    default:
      throw new NotInterpreted(`the operator ${op}`);
  }
}

export const BINARY: ReadonlySet<string> = new Set(
  "=== !== == != < <= > >= + - * / % ** & | ^ << >> >>> in instanceof && || ?? ,".split(" "),
);

function isInstance(value: unknown, cls: unknown): boolean {
  if (value instanceof InstanceOf) return value.cls.isBelow(cls);
  if (typeof cls !== "function") return false;
  return value instanceof cls;
}

export function unary(op: string, value: unknown): unknown {
  switch (op) {
    case "!":
      return !value;
    case "-":
      return -(value as number);
    case "+":
      return Number(value);
    case "~":
      return ~(value as number);
    case "typeof":
      return value instanceof InstanceOf ? "object" : typeof value;
    case "void":
      return undefined;
    default:
      throw new NotInterpreted(`the operator ${op}`);
  }
}

export const UNARY: ReadonlySet<string> = new Set("! - + ~ typeof void".split(" "));
