/** What JavaScript's operators compute. */
import { COMPUTED, compute } from "../../model/index.ts";
import { spendOnAll } from "./budget.ts";
import { ClassOf, InstanceOf } from "./instances.ts";
import { isPartial } from "./known.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { has } from "./properties.ts";

export function binary(op: string, left: unknown, right: unknown): unknown {
  if (!BY_IDENTITY.has(op)) {
    spendOnAll(left);
    spendOnAll(right);
  }
  if (op === "+" && (typeof left === "function" || typeof right === "function"))
    throw new NotInterpreted("it writes a function as text");
  switch (op) {
    case "==":
      // biome-ignore lint/suspicious/noDoubleEquals: the program says so
      return left == right;
    case "!=":
      // biome-ignore lint/suspicious/noDoubleEquals: the program says so
      return left != right;
    case "in":
      return has(right, left as PropertyKey);
    case "instanceof":
      return isInstance(left, right);
    default:
      if (!COMPUTED.has(op)) throw new NotInterpreted(`the operator ${op}`);
      return compute(op, left, right);
  }
}

/** Which look at no text of what they are given. */
const BY_IDENTITY: ReadonlySet<string> = new Set(["instanceof", "in"]);

export const BINARY: ReadonlySet<string> = new Set(
  "=== !== == != < <= > >= + - * / % ** & | ^ << >> >>> in instanceof && || ?? ,".split(" "),
);

function isInstance(value: unknown, cls: unknown): boolean {
  if (value instanceof InstanceOf && !isPartial(cls)) return value.cls.isBelow(cls);
  if (isPartial(cls) || typeof cls === "string")
    throw new NotInterpreted("instanceof of something that is not known");
  if (cls instanceof ClassOf) return false;
  if (typeof cls !== "function") throw new TypeError("Right-hand side of 'instanceof' is not callable");
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
      if (isPartial(value) && value !== undefined)
        throw new NotInterpreted("the kind of something that is not known");
      return value instanceof ClassOf ? "function" : typeof value;
    case "void":
      return undefined;
    default:
      throw new NotInterpreted(`the operator ${op}`);
  }
}

export const UNARY: ReadonlySet<string> = new Set("! - + ~ typeof void".split(" "));
