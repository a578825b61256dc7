/** Values as text, for comparison. */
import { System } from "../../runtime/index.ts";
import { InstanceOf } from "./instances.ts";
import { isBytes, isPid } from "./properties.ts";

const DEEPEST = 12;

/** What a value holds, with processes by their names. */
export function print(value: unknown, nameOf: (number: number) => string, depth = 0): string {
  if (isPid(value)) return nameOf(value.id);
  if (value instanceof System) return "system";
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function" && Object.keys(value).length === 0) return "";
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return JSON.stringify(value) ?? "";
  if (depth > DEEPEST) return "";
  const all = (values: Iterable<unknown>) => [...values].map((each) => print(each, nameOf, depth + 1)).join();
  if (value instanceof InstanceOf)
    return `{${all(value.fields)}}${value.inner === null ? "" : print(value.inner, nameOf, depth + 1)}`;
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return `[${all(value)}]`;
  if (value instanceof Date || value instanceof URL || isBytes(value)) return String(value);
  if (value instanceof DataView) return String(new Uint8Array(value.buffer));
  return `{${all(Object.entries(value))}}`;
}
