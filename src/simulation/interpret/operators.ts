/** What JavaScript's operators compute. */
import { COMPUTED, compute } from "../../model/index.ts";
import { bounded, spendOnAll } from "./budget.ts";
import { ClassOf } from "./classes.ts";
import { InstanceOf } from "./instances.ts";
import { hasFields, isPartial, makerOf, wholeOf } from "./known.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { has } from "./properties.ts";
import { ProxyOf } from "./proxies.ts";
import { known } from "./unknown.ts";

export function binary(op: string, left: unknown, right: unknown): unknown {
  known(left);
  known(right);
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
    case "**":
    case "<<":
      if (typeof right === "bigint") bounded(1n << (right < 0n ? 0n : right < MOST_BITS ? right : MOST_BITS));
      return compute(op, left, right);
    default:
      if (!COMPUTED.has(op)) throw new NotInterpreted(`the operator ${op}`);
      return compute(op, left, right);
  }
}

/** More than any bound has. */
const MOST_BITS = 5000n;

/** Which look at no text of what they are given. */
const BY_IDENTITY: ReadonlySet<string> = new Set(["instanceof", "in"]);

export const BINARY: ReadonlySet<string> = new Set(
  "=== !== == != < <= > >= + - * / % ** & | ^ << >> >>> in instanceof && || ?? ,".split(" "),
);

function isInstance(value: unknown, cls: unknown): boolean {
  if (value instanceof ProxyOf) return isInstance(value.target, cls);
  const says = cls instanceof ClassOf ? cls.get("@@hasInstance") : undefined;
  if (typeof says === "function") return Boolean(Reflect.apply(says, cls, [value]));
  if (value instanceof InstanceOf && (!isPartial(cls) || value.cls.isBelow(cls)))
    return value.cls.isBelow(cls);
  const whole = makerOf(cls) === null ? null : wholeOf(cls);
  if (typeof whole === "function") return value instanceof whole;
  if (isPartial(cls) || typeof cls === "string")
    throw new NotInterpreted("instanceof of something that is not known");
  if (cls instanceof ClassOf) return false;
  if (hasFields(cls)) throw new NotInterpreted("instanceof of a function");
  if (typeof cls !== "function") throw new TypeError("Right-hand side of 'instanceof' is not callable");
  return value instanceof cls;
}

export function unary(op: string, value: unknown): unknown {
  if (op !== "void") known(value);
  switch (op) {
    case "!":
      return !value;
    case "-":
      return -(value as number);
    case "+":
      return +(value as number);
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
