/** What JavaScript's operators compute. */
import { spendOnAll } from "./budget.ts";
import { InstanceOf } from "./instances.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { has } from "./properties.ts";

export function binary(op: string, left: unknown, right: unknown): unknown {
  const [a, b] = [left as number, right as number];
  if (!BY_IDENTITY.has(op)) {
    spendOnAll(left);
    spendOnAll(right);
  }
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

/** Which look at no text of what they are given. */
const BY_IDENTITY: ReadonlySet<string> = new Set(["instanceof", "in"]);

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
